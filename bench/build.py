"""A desk with a past: a few cases made by real actions, then copied in the database.

A million cases would take the actions most of a day. So every kind of case is played once, and its
rows are cloned: each number that points at a cloned row is moved by the same stride, everything
that must be unique is made so, and instants are spread over the months. New columns come along by
themselves; a new unique column fails here and wants a line in `UNIQUE`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from bench.place import Place
from bench.scene import Scene, make_scene

STRIDE = 10_000  # more than any id of a template
CLONED = (
    "accounts_customer", "accounts_contact", "accounts_item", "notifications_thread",
    "notifications_email", "notifications_inbound", "cases_case", "cases_caseitem",
    "cases_question", "cases_timer", "cases_event", "cases_todo", "cases_promise",
)  # fmt: skip
_LETTERS = "translate(md5({} || ':' || n), '0189', 'ghij')"
# How the values that must not repeat are made, in terms of the template's row and the copy `n`.
UNIQUE = {
    "accounts_customer.account_number": "account_number || '-' || n",
    "accounts_contact.email": "n || '.' || email",
    "notifications_thread.token": _LETTERS.format("token"),
    "notifications_email.key": "key || ':' || n",
    "notifications_email.message_id": (
        f"'<lc.' || {_LETTERS.format('message_id')} || '.' || id + n * {STRIDE}"
        " || '@bench.example.com>'"
    ),
    "notifications_email.to_email": "n || '.' || to_email",
    "notifications_inbound.recipient_token": _LETTERS.format("recipient_token"),
    "notifications_inbound.recipient": (
        f"'reply+' || {_LETTERS.format('recipient_token')} || '@reply.bench.example.com'"
    ),
    "notifications_inbound.sha256": "encode(sha256((sha256 || n)::bytea), 'hex')",
    "cases_case.number": "(SELECT number FROM bench_number WHERE case_id = t.id AND copy = n)",
}
# What is to come stays to come; everything else lies in the past.
FUTURE = {
    "cases_timer.due_at",
    "cases_case.due_at",
    "cases_timer.check_at",
    "notifications_email.next_attempt_at",
}


def build_past(place: Place, *, cases: int) -> dict[str, int]:
    """Fill the desk with about `cases` cases and return how many rows each table has.

    Everything there was is forgotten first.
    """
    place.empty_all()
    templates = play_templates(make_scene())
    copies = max(cases // len(templates) - 1, 0)
    with place.connect_as_admin() as connection:
        write_numbers(connection, templates, copies=copies)
        # Foreign keys hold by construction; checking millions of them one by one takes an hour.
        connection.execute("SET session_replication_role = replica")
        foreign = find_foreign_keys(connection)
        for table in CLONED:
            clone_table(connection, table, foreign=foreign, copies=copies)
        connection.execute("DROP TABLE bench_number")
        connection.execute("SELECT recount_cases()")  # the triggers slept, too
        connection.execute("VACUUM ANALYZE")
        return {table: count_rows(connection, table) for table in CLONED}


def play_templates(scene: Scene) -> list[int]:
    """One case of every kind that fills a desk; return their numbers in the database."""
    from django.db import connection

    cases = [scene.open_case(number) for number in range(4)]
    for case in cases[1:]:
        scene.ask(case)
    for case in cases[2:]:
        scene.reply(case, case.pk)
    for round_number in range(2):
        scene.ask(cases[3], key=f"again{round_number}")
        scene.reply(cases[3], 900 + round_number)
    connection.close()
    return [case.pk for case in cases]


def write_numbers(
    connection: psycopg.Connection[Any], templates: Iterable[int], *, copies: int
) -> None:
    """Give every copy a real case number, with its check digit."""
    from cases.domain.numbers import make_number

    connection.execute(
        "CREATE UNLOGGED TABLE bench_number"
        " (case_id bigint, copy bigint, number text, PRIMARY KEY (case_id, copy))"
    )
    serial = 1_000_000
    with connection.cursor().copy("COPY bench_number FROM STDIN") as rows:
        for case_id in templates:
            for copy in range(1, copies + 1):
                rows.write_row((case_id, copy, make_number(serial)))
                serial += 1


def clone_table(
    connection: psycopg.Connection[Any], table: str, *, foreign: set[str], copies: int
) -> None:
    """Insert `copies` copies of every row of `table`, and move its sequence behind them."""
    found = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    columns = ", ".join(f'"{name}"' for name, _ in found)
    values = ", ".join(_write_value(table, name, kind, foreign) for name, kind in found)
    statement = (
        f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - own names
        f" SELECT {values} FROM {table} AS t, generate_series(1, {copies}) AS n"
    )
    connection.execute(statement.encode())
    connection.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, (copies + 1) * STRIDE]
    )


def find_foreign_keys(connection: psycopg.Connection[Any]) -> set[str]:
    """Return table.column of everything that points from one cloned table at another."""
    rows = connection.execute(
        "SELECT source.relname || '.' || attribute.attname FROM pg_constraint AS key"
        " JOIN pg_class AS source ON source.oid = key.conrelid"
        " JOIN pg_class AS target ON target.oid = key.confrelid"
        " JOIN pg_attribute AS attribute ON attribute.attrelid = key.conrelid"
        "  AND attribute.attnum = ANY(key.conkey)"
        " WHERE key.contype = 'f' AND source.relname = ANY(%s) AND target.relname = ANY(%s)",
        [list(CLONED), list(CLONED)],
    ).fetchall()
    return {name for (name,) in rows}


def count_rows(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _write_value(table: str, column: str, kind: str, foreign: set[str]) -> str:
    name = f"{table}.{column}"
    if name in UNIQUE:
        return UNIQUE[name]
    if column == "id" or name in foreign:
        return f'"{column}" + n * {STRIDE}'
    if kind == "timestamp with time zone":
        sign = "+" if name in FUTURE else "-"
        return f"\"{column}\" {sign} (n %% 400000) * interval '1 minute'".replace("%%", "%")
    return f'"{column}"'
