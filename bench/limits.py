"""What this machine can do at best, measured in the same run and once per run."""

from __future__ import annotations

from bench.place import Place
from bench.report import Limit

_known: dict[tuple[str, int, int], Limit] = {}


def measure_commits(place: Place, *, size: int, connections: int) -> Limit:
    """Bare commits per second: one INSERT of `size` bytes each, over so many connections."""
    key = ("commits", size, connections)
    if key not in _known:
        with place.connect() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS bare (id bigserial, raw bytea)")
        place.empty("bare")
        children = [
            place.start("bare_commits", size, place.scale.seconds / 2) for _ in range(connections)
        ]
        results = place.run_together(children)
        rate = sum(result["count"] / result["seconds"] for result in results)
        place.empty("bare")
        number = {1: "one connection", 2: "two connections"}[connections]
        _known[key] = Limit(name=f"bare commits, {number}", value=rate)
    return _known[key]


def measure_parse(place: Place, *, size: int, processes: int) -> Limit:
    """The standard library's bare parse of the same mails, per second."""
    key = ("parse", size, processes)
    if key not in _known:
        children = [
            place.start("bare_parse", size, place.scale.seconds / 2) for _ in range(processes)
        ]
        results = place.run_together(children)
        rate = sum(result["count"] / result["seconds"] for result in results)
        _known[key] = Limit(name="bare parse", value=rate)
    return _known[key]
