"""How many due timers per second fire: here drops, each with transition, history and email."""

from __future__ import annotations

from bench.build import STRIDE
from bench.limits import measure_commits
from bench.place import Past, Place
from bench.report import Aim, Figure

AIMS = {1: Aim(least=3000), 2: Aim(least=5000)}
MOST = 6000  # per second: more wait than can fire
SHARE = 20  # of the desk's cases for each figure: a fifth of them can be dropped, once
DAYS = 10  # what is to come in the template lies so far in the past, spread over half a day
# A timer fires only where the plan says so too: all that its plan is made of moves with it.
MAKE_DUE = """
WITH chosen AS (
    SELECT timer.id, timer.case_id, first.due_at, first.case_id AS template,
           interval '{days} days' - (timer.id %% 43000) * interval '1 second' AS shift
      FROM cases_timer AS timer
      JOIN cases_timer AS first ON first.id = timer.id %% {stride}
     WHERE timer.kind = %(kind)s AND timer.fired_at IS NULL AND timer.cancelled_at IS NULL
       AND timer.id > {stride} AND timer.due_at > now()
     ORDER BY timer.id LIMIT %(count)s
), moved AS (
    UPDATE cases_case AS one
       SET asked_at = first.asked_at - shift,
           reminders_accepted =
               ARRAY(SELECT at - shift FROM unnest(first.reminders_accepted) AS at),
           executed_at = first.executed_at - shift, grace_ends_at = first.grace_ends_at - shift
      FROM chosen JOIN cases_case AS first ON first.id = chosen.template
     WHERE one.id = chosen.case_id
)
UPDATE cases_timer AS timer SET due_at = chosen.due_at - shift, check_at = chosen.due_at - shift
  FROM chosen WHERE timer.id = chosen.id
"""


def measure(place: Place) -> list[Figure]:
    past = place.open_past(place.scale.large)
    return [measure_one(place, past, processes=processes) for processes in place.scale.processes]


def measure_one(place: Place, past: Past, *, processes: int) -> Figure:
    wanted = min(int(MOST * place.scale.seconds), past.cases // SHARE)
    make_due(past, kind="drop", count=wanted)
    children = [
        place.start("fire_timers", place.scale.seconds, **past.environment)
        for _ in range(processes)
    ]
    for child in children:
        child.wait_until_ready()
    last = find_last_mail(past)
    results = place.run_together(children)
    done = sum(result["count"] for result in results)
    written = count_written(past, after=last)
    assert written == (done,) * 3, f"{done} fired, {written} cases, lines, emails"
    clear_due(past)
    cpu = sum(result["cpu"] for result in results)
    return Figure(
        work=f"fire due timers, {processes} process{'es' * (processes > 1)}",
        value=done / max(result["seconds"] for result in results),
        limit=measure_commits(place, size=6000, connections=processes),
        aim=AIMS[processes],
        note=f"{cpu / done * 1000:.2f} ms CPU each",
    )


def make_due(past: Past, *, kind: str, count: int) -> int:
    """Let `count` timers of a kind be due, where there are so many; return how many."""
    statement = MAKE_DUE.format(stride=STRIDE, days=DAYS)
    with past.connect() as connection:
        made = connection.execute(statement.encode(), {"kind": kind, "count": count}).rowcount
        # Else autovacuum would tidy up after the preparation while the work is measured.
        connection.execute("VACUUM ANALYZE cases_timer, cases_case")
        return int(made)


def clear_due(past: Past) -> None:
    """What was not reached is not due any more."""
    with past.connect() as connection:
        connection.execute(
            "UPDATE cases_timer SET check_at = now() + interval '9 days'"
            " WHERE fired_at IS NULL AND cancelled_at IS NULL AND check_at < now()"
        )


def find_last_mail(past: Past) -> int:
    with past.connect() as connection:
        row = connection.execute("SELECT max(id) FROM notifications_email").fetchone()
    assert row is not None
    return int(row[0])


def count_written(past: Past, *, after: int) -> tuple[int, ...]:
    """Cases, lines of history and emails that tell of a drop, of the mails after this one."""
    with past.connect() as connection:
        row = connection.execute(
            "SELECT count(DISTINCT one.id), count(DISTINCT event.id), count(DISTINCT email.id)"
            " FROM notifications_email AS email"
            " LEFT JOIN cases_event AS event ON event.email_id = email.id"
            " LEFT JOIN cases_case AS one"
            "   ON one.thread_id = email.thread_id AND one.state = 'dropped'"
            " WHERE email.id > %s AND email.purpose = 'dropped'",
            [after],
        ).fetchone()
    assert row is not None
    return tuple(row)
