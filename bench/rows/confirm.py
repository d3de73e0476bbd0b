"""From the confirmation to the last service down, while very many other jobs wait (R39)."""

from __future__ import annotations

from bench.place import Place
from bench.report import Aim, Figure

SERVICES, OTHERS = 100, 10_000
MOST_S = 5.0
EACH = 4  # cases per second of measuring


def measure(place: Place) -> list[Figure]:
    place.empty_all()
    cases = max(int(EACH * place.scale.seconds), 5)
    child = place.start("confirm_cases", cases, SERVICES, OTHERS)
    child.wait_until_ready()
    worker = place.start_worker()
    try:
        spans = sorted(place.run_together([child])[0]["spans"])
    finally:
        worker.stop()
    return [
        Figure(
            work=f"confirmation to the last of {SERVICES} services down, p99",
            value=spans[min(int(len(spans) * 0.99), len(spans) - 1)],
            unit=" s",
            aim=Aim(most=MOST_S),
            note=f"median {spans[len(spans) // 2]:.2f} s of {cases} cases, "
            f"{OTHERS:,} other jobs waiting",
        )
    ]
