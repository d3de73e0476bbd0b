"""Keep the queue's numbers short: add up what the database counted change by change."""

from __future__ import annotations

from django.db import connection, transaction

LOCK = 5_001  # of pg_advisory_xact_lock: one adds up at a time, and nobody waits for it
BATCH = 20_000

SETTLE = """
WITH gone AS (
    DELETE FROM cases_queuecount WHERE id IN (
        SELECT id FROM cases_queuecount WHERE NOT settled ORDER BY id LIMIT %(batch)s
    ) RETURNING brand_id, owner_id, state, turn, cases
)
INSERT INTO cases_queuecount (brand_id, owner_id, state, turn, cases, settled)
SELECT brand_id, owner_id, state, turn, sum(cases), true FROM gone GROUP BY 1, 2, 3, 4
ON CONFLICT (brand_id, owner_id, state, turn) WHERE settled
DO UPDATE SET cases = cases_queuecount.cases + excluded.cases
"""


def settle_counts() -> None:
    """Add the loose rows to the sums, in one statement: no reader sees a number in between."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if cursor.fetchone()[0]:
            cursor.execute(SETTLE, {"batch": BATCH})
