"""What a sweep costs that finds nothing, with few and with very many timers to come."""

from __future__ import annotations

from bench.place import Past, Place
from bench.report import Aim, Figure, Limit

MOST_MS = 5.0
MOST_GROWTH = 1.5  # an index of a million is one level deeper than one of ten thousand


def measure(place: Place) -> list[Figure]:
    small = measure_one(place, place.open_past(place.scale.small), limit=None)
    limit = Limit(name="with few timers", value=small.value)
    return [small, measure_one(place, place.open_past(place.scale.large), limit=limit)]


def measure_one(place: Place, past: Past, *, limit: Limit | None) -> Figure:
    child = place.start("sweep_timers", place.scale.seconds / 2, **past.environment)
    result = place.run_together([child])[0]
    return Figure(
        work=f"sweep that finds nothing, {result['live']:,} live timers",
        value=result["median"] * 1000,
        unit=" ms",
        limit=limit,
        aim=Aim(most=MOST_MS, up_to_limit=MOST_GROWTH if limit else None),
        note=f"{result['cpu'] / result['count'] * 1000:.2f} ms CPU",
    )
