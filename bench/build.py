"""A desk with a past: a few cases made by real actions, then copied in the database.

A million cases would take the actions most of a day. So every kind of case is played once, and its
rows are cloned: each number that points at a cloned row is moved by the same stride, everything
that must be unique is made so, and instants are spread over the months. New columns come along by
themselves; a new unique column fails here and wants a line in `MADE`. Indexes and checks stand
aside meanwhile. Mails are shortened: a million originals would only fill the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg

STRIDE = 10_000  # more than any id of a template
CLONED = (
    "accounts_customer", "accounts_contact", "accounts_item", "notifications_thread",
    "notifications_email", "notifications_inbound", "cases_case", "cases_caseitem",
    "cases_question", "cases_timer", "cases_event", "cases_todo", "cases_promise", "cases_link",
)  # fmt: skip
SHORT = 300  # of a mail's words; the disk and the hour need not carry more
# Mails beside those that the history tells of: a customer writes more than a template does.
MORE = {"notifications_email": 2, "notifications_inbound": 6}
MORE_STRIDE = 400
MESSAGES = 50  # in the one long talk
_ID = f"t.id + n * {STRIDE} + more * {MORE_STRIDE}"
_LETTERS = "translate(md5({} || ':' || n), '0189', 'ghij')"
# How the values that must not repeat are made, in terms of the template's row, the copy `n`
# and, of mails, how many `more`.
MADE = {
    "accounts_customer.account_number": "account_number || '-' || n",
    "accounts_customer.name": "name || '-' || n",
    "accounts_contact.name": "name || '-' || n",
    "accounts_contact.email": "n || '.' || email",
    "accounts_contact.phone": "'+1' || (2000000000 + t.id * 1000003 + n * 977 % 900000000)",
    "notifications_thread.token": _LETTERS.format("token"),
    "notifications_email.key": "key || ':' || n || '.' || more",
    "notifications_email.message_id": (
        f"'<lc.' || {_LETTERS.format('message_id')} || '.' || {_ID} || '@bench.example.com>'"
    ),
    "notifications_email.to_email": "n || '.' || to_email",
    "notifications_email.text": f"left(text, {SHORT})",
    "notifications_email.html": "''",
    "notifications_inbound.recipient_token": _LETTERS.format("recipient_token"),
    "notifications_inbound.recipient": (
        f"'reply+' || {_LETTERS.format('recipient_token')} || '@reply.bench.example.com'"
    ),
    "notifications_inbound.from_email": "n || '.' || from_email",
    "notifications_inbound.sha256": "encode(sha256((sha256 || n || '.' || more)::bytea), 'hex')",
    "notifications_inbound.raw": f"substring(raw FOR {SHORT})",
    "notifications_inbound.text": f"'voucher' || n || ' ' || left(text, {SHORT})",
    "notifications_inbound.html": "''",
    "notifications_inbound.reply_text": f"left(reply_text, {SHORT})",
    "cases_link.token_hash": "encode(sha256((token_hash || n)::bytea), 'hex')",
    "cases_case.number": "(SELECT number FROM bench_number WHERE case_id = t.id AND copy = n)",
}
LIVE = "fired_at IS NULL AND cancelled_at IS NULL"
# What is to come stays to come; everything else lies in the past.
FUTURE = {"cases_timer.due_at": LIVE, "cases_timer.check_at": LIVE, "cases_case.due_at": "true"}
SPREAD = 400_000  # minutes
Connection = psycopg.Connection[Any]


def build_past(
    connection: Connection, *, cases: int, now: datetime, say: Callable[[str], None]
) -> dict[str, int]:
    """Fill an empty desk with about `cases` cases; return how many rows each table has.

    `connection` is the superuser's, outside any transaction; `now` is a UTC instant.
    """
    from django.db import connection as own

    from bench.scene import make_scene
    from bench.templates import play_long_talk, play_past

    scene = make_scene(moment=now)
    played = play_past(scene, now=now)
    own.close()
    copies = max(cases // len(played) - 1, 0)
    write_numbers(connection, played, copies=copies)
    # Foreign keys hold by construction; checking millions of them one by one takes an hour.
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '512MB'")
    foreign = find_foreign_keys(connection)
    for table in CLONED:
        with stand_aside(connection, table):
            clone_table(connection, table, foreign=foreign, copies=copies)
        say(f"{table}: {count_rows(connection, table):,} rows")
    connection.execute("DROP TABLE bench_number")
    connection.execute("SELECT recount_cases()")  # the triggers slept, too
    play_long_talk(scene, messages=MESSAGES, now=now)
    own.close()
    connection.execute("VACUUM ANALYZE")
    return {table: count_rows(connection, table) for table in CLONED}


@contextmanager
def stand_aside(connection: Connection, table: str) -> Iterator[None]:
    """Take indexes and checks away, but for the primary key, and make them again afterwards."""
    rules = connection.execute(
        "SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('c', 'u')",
        [table],
    ).fetchall()
    for name, _, _ in rules:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'.encode())
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisprimary",
        [table],
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    for _, definition in indexes:
        connection.execute(definition.encode())
    for name, definition, kind in rules:
        later = " NOT VALID" if kind == "c" else ""  # of copies nothing new can be said
        connection.execute(
            f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{later}'.encode()
        )


def write_numbers(connection: Connection, played: Iterable[int], *, copies: int) -> None:
    """Give every copy a real case number, with its check digit."""
    from cases.domain.numbers import make_number

    connection.execute(
        "CREATE UNLOGGED TABLE bench_number"
        " (case_id bigint, copy bigint, number text, PRIMARY KEY (case_id, copy))"
    )
    serial = 1_000_000
    with connection.cursor().copy("COPY bench_number FROM STDIN") as rows:
        for case_id in played:
            for copy in range(1, copies + 1):
                rows.write_row((case_id, copy, make_number(serial)))
                serial += 1


def clone_table(connection: Connection, table: str, *, foreign: set[str], copies: int) -> None:
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
        f" SELECT {values} FROM generate_series(1, {copies}) AS n, {table} AS t,"
        f" generate_series(0, {MORE.get(table, 1) - 1}) AS more"
    )
    connection.execute(statement.encode())
    connection.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, (copies + 1) * STRIDE]
    )


def find_foreign_keys(connection: Connection) -> set[str]:
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


def count_rows(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def _write_value(table: str, column: str, kind: str, foreign: set[str]) -> str:
    name = f"{table}.{column}"
    if name in MADE:
        return MADE[name]
    if column == "id":
        return _ID
    if name in foreign:
        return f't."{column}" + n * {STRIDE}'
    if kind == "timestamp with time zone":
        spread = f"n % {SPREAD} * interval '1 minute'"
        if name in FUTURE:
            return f'"{column}" + CASE WHEN {FUTURE[name]} THEN {spread} ELSE -({spread}) END'
        return f'"{column}" - {spread}'
    return f'"{column}"'
