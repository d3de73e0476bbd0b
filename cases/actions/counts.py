"""Keep the queue's and the mailroom's numbers short: add up what the database counted change by
change."""

from __future__ import annotations

from django.db import connection, transaction

LOCK = 5_001  # of pg_advisory_xact_lock: one adds up at a time, and nobody waits for it
BATCH = 20_000

SETTLE = """
WITH gone AS (
    DELETE FROM {table} WHERE id IN (
        SELECT id FROM {table} WHERE NOT settled ORDER BY id LIMIT %s
    ) RETURNING {kind}, {number}
)
INSERT INTO {table} ({kind}, {number}, settled)
SELECT {kind}, sum({number}), true FROM gone GROUP BY {kind}
ON CONFLICT ({kind}) WHERE settled
DO UPDATE SET {number} = {table}.{number} + excluded.{number}
"""
SETTLE_ALL = (
    SETTLE.format(table="cases_queuecount", kind="brand_id, owner_id, state, turn", number="cases"),
    SETTLE.format(table="cases_mailcount", kind="brand_id, recipient, disposition", number="mails"),
)


def settle_counts() -> None:
    """Add the loose rows to the sums, in one statement: no reader sees a number in between."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone()[0]:
            for statement in SETTLE_ALL:
                cursor.execute(statement, [BATCH])
