"""Very many timers due at once: is the order kept, and do agents still get their pages?"""

from __future__ import annotations

from bench.place import Past, Place
from bench.report import Aim, Figure, Limit
from bench.rows.pages import Spans, find_p95
from bench.rows.timers import clear_due, make_due

DUE = 100_000
SHARE = 10  # of the desk's cases
MOST_SLOWER = 2.0
# Lines of history are numbered as they are written, so their numbers tell the order.
OUT_OF_ORDER = """
SELECT count(*) FROM (
    SELECT timer.check_at, lag(timer.check_at) OVER (ORDER BY event.id) AS before
      FROM cases_timer AS timer
      JOIN cases_event AS event ON event.case_id = timer.case_id AND event.kind = 'dropped'
                                 AND event.at >= %(began)s
     WHERE timer.kind = 'drop' AND timer.fired_at > %(began)s
) AS told WHERE check_at < before
"""


def measure(place: Place) -> list[Figure]:
    past = place.open_past(place.scale.large)
    due = make_due(past, kind="drop", count=min(DUE, past.cases // SHARE))
    assert due, "no case is left that could be dropped"
    seconds = place.scale.seconds * 2
    idle = measure_pages(place, past, seconds=seconds)
    with past.connect() as connection:
        began = connection.execute("SELECT now()").fetchone()
        assert began is not None
        sweeper = place.start("fire_timers", seconds, **past.environment)
        browser = place.start("pages", seconds, **past.environment)
        fired, seen = place.run_together([sweeper, browser])
        row = connection.execute(OUT_OF_ORDER, {"began": began[0]}).fetchone()
    clear_due(past)
    assert row == (0,), f"{row} timers fired before one that was due earlier"
    return [
        Figure(
            work=f"pages while {due:,} timers fire, p95",
            value=find_p95(gather(seen["spans"])),
            unit=" ms",
            limit=Limit(name="idle", value=find_p95(gather(idle))),
            aim=Aim(up_to_limit=MOST_SLOWER),
            note=f"{fired['count']:,} fired meanwhile, in order",
        )
    ]


def measure_pages(place: Place, past: Past, *, seconds: float) -> Spans:
    child = place.start("pages", seconds, **past.environment)
    spans: Spans = place.run_together([child])[0]["spans"]
    return spans


def gather(spans: Spans) -> list[float]:
    return [one for many in spans.values() for one in many]
