"""What must be true of the tables as a whole, whatever was played: each query finds offenders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.soak.world import World

ENDED = "('dropped', 'closed', 'withdrawn', 'restored')"
IRREVERSIBLE = "('drop', 'execute', 'close')"
NEVER = {
    "a received mail without its one disposition": """
        SELECT id, status, disposition, problem FROM notifications_inbound
         WHERE (status = 'received') OR (disposition = '')""",
    "a person's mail that the history tells of not once": """
        SELECT i.id, count(e.id) FROM notifications_inbound i
          LEFT JOIN cases_event e ON e.inbound_id = i.id
           AND e.kind IN ('mail_received', 'automatic_mail')
         WHERE i.disposition IN ('answer', 'automatic') GROUP BY i.id HAVING count(e.id) <> 1""",
    "a timer that fired early": f"""
        SELECT id, case_id, kind, due_at, fired_at FROM cases_timer WHERE fired_at < due_at
           OR kind IN {IRREVERSIBLE} AND fired_at < due_at + interval '60 seconds'""",
    "a timer that fired twice": """
        SELECT case_id, kind, due_at, count(*) FROM cases_timer WHERE fired_at IS NOT NULL
         GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a timer that was due and never fired": f"""
        SELECT id, case_id, kind, due_at FROM cases_timer
         WHERE fired_at IS NULL AND cancelled_at IS NULL AND held_because = ''
           AND due_at < %(now)s - interval '1 hour' AND kind NOT IN {IRREVERSIBLE}""",
    "a live timer of a case that has ended": f"""
        SELECT t.id, c.number FROM cases_timer t JOIN cases_case c ON c.id = t.case_id
         WHERE t.fired_at IS NULL AND t.cancelled_at IS NULL AND c.state IN {ENDED}""",
    "a history with a gap": """
        SELECT c.number, c.last_sequence, count(e.id) FROM cases_case c
          LEFT JOIN cases_event e ON e.case_id = c.id
         GROUP BY c.id HAVING count(e.id) <> c.last_sequence OR max(e.sequence) <> count(e.id)""",
    "a case whose last move the history does not tell of": """
        SELECT number, state FROM cases_case c WHERE NOT EXISTS (
            SELECT FROM cases_event e WHERE e.case_id = c.id AND e.at = c.state_since)""",
    "a provider asked twice to do one thing": """
        SELECT item_id, verb, count(*) FROM accounts_sandboxorder
         GROUP BY 1, 2 HAVING count(*) > 1""",
    "an email that is still being sent": """
        SELECT id, purpose, begun_at FROM notifications_email WHERE status = 'sending'""",
    "an email that was written twice": """
        SELECT key, count(*) FROM notifications_email GROUP BY key HAVING count(*) > 1""",
    "a case with other than one promise in force": """
        SELECT c.number, count(p.id) FROM cases_case c LEFT JOIN cases_promise p
            ON p.case_id = c.id AND p.superseded_at IS NULL
         WHERE c.confirmed_at IS NOT NULL GROUP BY c.id HAVING count(p.id) <> 1""",
    "a number of the queue that is not the number of its cases": """
        SELECT brand_id, owner_id, state, turn, sum(n) FROM (
            SELECT brand_id, owner_id, state, turn, cases AS n FROM cases_queuecount
            UNION ALL SELECT brand_id, owner_id, state, turn, -1 FROM cases_case) AS both_ways
         GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0""",
    "a case whose next date is not its next timer": """
        SELECT c.number, c.due_at, min(t.due_at) FROM cases_case c LEFT JOIN cases_timer t
            ON t.case_id = c.id AND t.fired_at IS NULL AND t.cancelled_at IS NULL
         GROUP BY c.id HAVING c.due_at IS DISTINCT FROM min(t.due_at)""",
}


def check(world: World) -> list[str]:
    """Every offence, in words; at most some of a kind."""
    problems = []
    with world.place.connect() as database:
        for words, statement in NEVER.items():
            rows = database.execute(statement.encode(), {"now": world.now}).fetchall()
            problems += [f"{words}: {' '.join(map(str, row))}" for row in rows[:10]]
        problems += list(find_lost_letters(world, database))
    return [*problems, *check_histories()]


def find_lost_letters(world: World, database: Any) -> Iterator[str]:
    """Whatever the door acknowledged is there, once (G1, G2)."""
    rows = database.execute("SELECT sha256, count(*) FROM notifications_inbound GROUP BY 1")
    stored = dict(rows.fetchall())
    yield from (f"a letter was lost: {one}" for one in sorted(world.digests - set(stored)))
    yield from (f"nobody wrote this letter: {one}" for one in sorted(set(stored) - world.digests))
    yield from (f"a letter was stored {n} times: {one}" for one, n in stored.items() if n > 1)


def check_histories() -> list[str]:
    """Every event is as it was written, and the chain is whole (G16)."""
    from django.db import connection

    from cases.queries.history import verify_history

    try:
        return [f"a broken history: {found}" for found in verify_history()]
    finally:
        connection.close()
