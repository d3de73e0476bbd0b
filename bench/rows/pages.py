"""How long an agent waits for a page, on one worker: with few cases and with very many."""

from __future__ import annotations

import statistics

from bench.place import Past, Place
from bench.report import Aim, Figure, Limit

MOST_MS, MOST_MS_SEARCH = 25.0, 40.0
MOST_GROWTH = 1.25
Spans = dict[str, list[float]]


def measure(place: Place) -> list[Figure]:
    few, many = (place.open_past(cases) for cases in (place.scale.small, place.scale.large))
    before, after = measure_spans(place, few), measure_spans(place, many)
    figures = []
    for name, spans in after.items():
        most = MOST_MS_SEARCH if name.startswith("search") else MOST_MS
        figures.append(
            Figure(
                work=f"page: {name}, {many.size}",
                value=find_median(spans),
                unit=" ms",
                limit=Limit(name=f"at {few.size}", value=find_median(before[name])),
                aim=Aim(most=most, up_to_limit=MOST_GROWTH),
                note=f"p95 {find_p95(spans):.3g} ms",
            )
        )
    return figures


def measure_spans(place: Place, past: Past) -> Spans:
    child = place.start("pages", place.scale.seconds * 2, **past.environment)
    spans: Spans = place.run_together([child])[0]["spans"]
    return spans


def find_median(spans: list[float]) -> float:
    """In milliseconds."""
    return statistics.median(spans) * 1000


def find_p95(spans: list[float]) -> float:
    """In milliseconds."""
    return sorted(spans)[int(len(spans) * 0.95)] * 1000
