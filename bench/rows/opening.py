"""How long an agent waits for a case number, from the click to the commit."""

from __future__ import annotations

from bench.place import Place
from bench.report import Aim, Figure
from bench.rows.pages import find_median, find_p95

MOST_MS = 30.0
MOST = 60  # per second; the callers are made beforehand


def measure(place: Place) -> list[Figure]:
    past = place.open_past(place.scale.large)
    seconds = place.scale.seconds
    child = place.start("open_cases", seconds, int(MOST * seconds), **past.environment)
    result = place.run_together([child])[0]
    return [
        Figure(
            work=f"open a case of three services, {past.size}",
            value=find_median(result["spans"]),
            unit=" ms",
            aim=Aim(most=MOST_MS),
            note=f"p95 {find_p95(result['spans']):.3g} ms, "
            f"{result['cpu'] / result['count'] * 1000:.3g} ms CPU",
        )
    ]
