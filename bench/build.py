"""A desk with a past: a few cases made by real actions, then copied in the database.

A million cases would take the actions most of a day. So every kind of case is played once, and its
rows are cloned: each number that points at a cloned row is moved by the same stride, everything
that must be unique is made so, and instants are spread over the months. New columns come along by
themselves; a new unique column fails here and wants a line in `MADE`. Mails are shortened: a
million originals would only fill the disk.

Two connections take a table each, the largest first. Indexes and checks stand aside meanwhile, and
the server writes no log: it is one that forgets at a crash (`Place.building`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg

STRIDE = 10_000  # more than any id of a template
# The longest work first, so that two connections end at about the same time.
CLONED = (
    "notifications_email", "cases_event", "notifications_inbound", "cases_case", "cases_link",
    "cases_caseitem", "accounts_item", "accounts_contact", "accounts_customer", "cases_timer",
    "notifications_thread", "cases_promise", "cases_question", "cases_todo",
)  # fmt: skip
AT_ONCE = 2
SHORT = 120  # of a mail's words; the disk and the hour need not carry more
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
    "notifications_inbound.text": f"left(text, {SHORT})",
    "notifications_inbound.html": "''",
    "notifications_inbound.reply_text": f"'voucher' || n || ' ' || left(reply_text, {SHORT})",
    "cases_link.token_hash": "encode(sha256((token_hash || n)::bytea), 'hex')",
    "cases_case.number": "(SELECT number FROM bench_number WHERE case_id = t.id AND copy = n)",
}
LIVE = "fired_at IS NULL AND cancelled_at IS NULL"
# What is to come stays to come; everything else lies in the past.
FUTURE = {"cases_timer.due_at": LIVE, "cases_timer.check_at": LIVE, "cases_case.due_at": "true"}
SPREAD = 400_000  # minutes
# A foreign key names this index: without it that key would go, too.
IS_NAMED = (
    "EXISTS (SELECT FROM pg_constraint AS key"
    " WHERE key.contype = 'f' AND key.conindid = own.conindid)"
)
Connection = psycopg.Connection[Any]


def build_past(
    url: str, *, played: dict[str, int], cases: int, say: Callable[[str], None]
) -> dict[str, int]:
    """Clone what was played to about `cases` cases; return how many rows each table has.

    `url` is the superuser's, `played` the last row of each table that is cloned (`play_past`).
    """
    with connect(url) as connection:
        foreign = find_foreign_keys(connection)
        count = connection.execute(
            "SELECT count(*) FROM cases_case WHERE id <= %s", [played["cases_case"]]
        ).fetchone()
        assert count is not None
        copies = max(cases // count[0] - 1, 0)

    def clone(table: str) -> int:
        with connect(url) as own:
            made = clone_table(own, table, foreign=foreign, copies=copies, last=played[table])
            own.execute(f"VACUUM ANALYZE {table}".encode())
        say(f"{table}: {made:,} rows")
        return made

    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = dict(zip(CLONED, pool.map(clone, CLONED), strict=True))
    with connect(url) as connection:
        for table, recount in (("queuecount", "recount_cases"), ("mailcount", "recount_mail")):
            connection.execute(f"SELECT {recount}()".encode())  # the triggers slept, too
            connection.execute(f"VACUUM ANALYZE cases_{table}".encode())
    return counts


def connect(url: str) -> Connection:
    """A session in which foreign keys are not looked at: they hold by construction, and to check
    millions of them one by one takes an hour."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '1GB'")
    connection.execute("SET max_parallel_maintenance_workers = 0")  # the other session has work
    connection.execute("SET jit = off")
    return connection


@contextmanager
def stand_aside(connection: Connection, table: str) -> Iterator[None]:
    """Take indexes and checks away, but for the primary key, and make them again afterwards.

    An index that leaves every row out stays: to ask it costs less than another walk at the end.
    """
    rules = connection.execute(
        "SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint AS own"  # noqa: S608
        f" WHERE conrelid = %s::regclass AND contype IN ('c', 'u') AND NOT {IS_NAMED}",
        [table],
    ).fetchall()
    for name, _, _ in rules:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'.encode())
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid),"  # noqa: S608
        " pg_get_expr(indpred, indrelid) FROM pg_index JOIN"
        " (SELECT indexrelid AS conindid FROM pg_index) AS own ON own.conindid = indexrelid"
        f" WHERE indrelid = %s::regclass AND NOT indisprimary AND NOT {IS_NAMED}",
        [table],
    ).fetchall()
    filled = [
        (name, definition)
        for name, definition, condition in indexes
        if condition is None or has_rows(connection, table, condition)
    ]
    for name, _ in filled:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    for _, definition in filled:
        connection.execute(definition.encode())
    for name, definition, kind in rules:
        later = " NOT VALID" if kind == "c" else ""  # of copies nothing new can be said
        connection.execute(
            f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{later}'.encode()
        )


def has_rows(connection: Connection, table: str, condition: str) -> bool:
    statement = f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1"  # noqa: S608 - the catalogue's
    return connection.execute(statement.encode()).fetchone() is not None


def write_numbers(connection: Connection, *, copies: int, last: int) -> None:
    """Give every copy a real case number, with its check digit."""
    from cases.domain.numbers import make_number

    connection.execute(
        "CREATE TEMPORARY TABLE bench_number"
        " (case_id bigint, copy bigint, number text, PRIMARY KEY (case_id, copy))"
    )
    played = connection.execute("SELECT id FROM cases_case WHERE id <= %s", [last]).fetchall()
    serial = 1_000_000
    with connection.cursor().copy("COPY bench_number FROM STDIN") as rows:
        for (case_id,) in played:
            for copy in range(1, copies + 1):
                rows.write_row((case_id, copy, make_number(serial)))
                serial += 1


def clone_table(
    connection: Connection, table: str, *, foreign: set[str], copies: int, last: int
) -> int:
    """Insert `copies` copies of every row up to `last`; return how many rows there are then.

    All in one transaction that gives the table a new file first: what such a file gets is not
    logged where `wal_level` is minimal.
    """
    if table == "cases_case":
        write_numbers(connection, copies=copies, last=last)
    found = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = 'public' AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    columns = ", ".join(f'"{name}"' for name, _ in found)
    values = ", ".join(_write_value(table, name, kind, foreign) for name, kind in found)
    statement = (
        f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE"  # noqa: S608 - own names
        f" SELECT {values} FROM generate_series(1, {copies}) AS n,"
        f" (SELECT * FROM {table} WHERE id <= {last}) AS t,"
        f" generate_series(0, {MORE.get(table, 1) - 1}) AS more"
    )
    with connection.transaction(), stand_aside(connection, table):
        connection.execute(f"CLUSTER {table} USING {table}_pkey".encode())
        connection.execute(statement.encode())
    connection.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, (copies + 1) * STRIDE]
    )
    return count_rows(connection, table)


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
