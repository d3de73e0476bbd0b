"""Measure, print one table, and fail when an aim is missed: `make bench`, `make bench-quick`."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.place import Scale, open_place
from bench.report import Aim, Figure, draw_table, list_missed, save_json
from bench.rows import ROWS

LATEST = Path(__file__).resolve().parent / "latest.json"
TABLE = LATEST.with_suffix(".md")  # the same, to be pasted into docs/performance.md
SECONDS = 6.0  # for each figure
SECONDS_QUICK = 1.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes at most")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"of {', '.join(ROWS)}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and nothing is left behind
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}")
    seconds = SECONDS_QUICK if options.quick else SECONDS
    figures: list[Figure] = []
    try:
        measure_rows(options.rows or ROWS, Scale(seconds=seconds, is_quick=options.quick), figures)
    finally:  # an interrupted run tells what it knows
        print(draw_table(figures))
    missed = list_missed(figures)
    for figure in missed:
        print(f"missed: {figure.work}", file=sys.stderr)
    return 1 if missed else 0


def measure_rows(rows: Sequence[str], scale: Scale, figures: list[Figure]) -> None:
    """Add the figures of each row to `figures`, and say them as they come."""
    with open_place(scale) as place:
        for row in rows:
            began = time.monotonic()
            try:
                found = importlib.import_module(f"bench.rows.{row}").measure(place)
            except Exception as error:
                traceback.print_exc()  # the other rows are still worth their time
                found = [report_failure(row, error)]
            place.stop_children()
            figures += found
            for figure in found:
                print("  " + " · ".join(filter(None, figure.cells())), file=sys.stderr)
            print(f"{row}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
            save(figures)


def save(figures: Sequence[Figure]) -> None:
    """Write what is known so far."""
    at, machine = datetime.now(UTC), describe_machine()
    save_json(LATEST, figures, at=at, machine=machine)
    told = ", ".join(f"{name} {value}" for name, value in machine.items())
    TABLE.write_text(f"Measured {at:%Y-%m-%d %H:%M} UTC: {told}.\n\n{draw_table(figures)}\n")


def report_failure(row: str, error: Exception) -> Figure:
    """A line for a row that could not be measured; it misses its aim."""
    words = f"{type(error).__name__}: {error}"[:120]
    return Figure(work=f"{row}: not measured", value=0, unit="", aim=Aim(least=1), note=words)


def describe_machine() -> dict[str, object]:
    """What a reader has to know to compare two runs."""
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
