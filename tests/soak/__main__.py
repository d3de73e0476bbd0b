"""`python -m tests.soak`: see `make soak`."""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from math import inf
from threading import Event
from typing import TYPE_CHECKING

from tests.soak.breakages import BREAKAGES
from tests.soak.place import ROOT, Place, open_place

if TYPE_CHECKING:
    from tests.soak.report import Report

PAGE = ROOT / "docs" / "soak.md"
MARK = "<!-- From here on `make soak CASES=…` writes. -->\n"
SMALL_YEAR = 300  # cases of one of the years that fill a given time
SHOWN = 40
SHOWN_STORIES = 5
stop = Event()  # told to end: the year is ended early and compared


def main() -> int:
    given = read_arguments()
    signal.signal(signal.SIGTERM, end_early)
    with open_place() as place:
        from tests.soak.scene import warm_up

        warm_up(place)
        if given.broken:
            return play_broken(place, given)
        if given.cases:
            return play_large(place, given)
        return play_small(place, given)


def end_early(*_: object) -> None:
    """Told to end, what was played is still compared; told again, nothing is. The servers end."""
    if stop.is_set():
        sys.exit(143)
    stop.set()


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="one small year after another")
    parser.add_argument("--cases", type=int, default=0, help="one year with so many")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--faults", type=float, default=3.0, help="percent of the visits")
    parser.add_argument("--days", type=int, default=365, help="how long the year is")
    parser.add_argument(
        "--most-seconds", type=float, default=inf, help="end the year early, after so long"
    )
    parser.add_argument("--write", action="store_true", help="write the figures to docs/soak.md")
    parser.add_argument(
        "--break", dest="broken", choices=["all", *BREAKAGES], help="see that it is noticed"
    )
    given = parser.parse_args()
    if given.seed is None:
        given.seed = random.randrange(10**6)
    return given


def play_large(place: Place, given: argparse.Namespace) -> int:
    from tests.soak.report import write_chapter

    report = play_year(place, given, seed=given.seed, cases=given.cases, number=1)
    if given.write:
        intro = PAGE.read_text().partition(MARK)[0] + MARK
        PAGE.write_text(write_chapter(report, intro))
        tell(f"written to {PAGE.relative_to(ROOT)}")
    return 1 if report.problems else 0


def play_broken(place: Place, given: argparse.Namespace) -> int:
    """A short year for each breakage; fails where one goes unnoticed."""
    names = list(BREAKAGES) if given.broken == "all" else [given.broken]
    unnoticed = []
    for number, name in enumerate(names, start=1):
        with BREAKAGES[name]():
            report = play_year(
                place, given, seed=given.seed, cases=given.cases or 40, number=number
            )
        tell(f"{name}: {report.verdict}")
        unnoticed += [] if report.problems else [name]
    return 1 if unnoticed else 0


def play_small(place: Place, given: argparse.Namespace) -> int:
    """Years of some hundred cases, each with a seed of its own, until the time is up."""
    began, longest, number, bad = time.monotonic(), 0.0, 0, 0
    while number == 0 or (time.monotonic() - began + longest < given.seconds and not stop.is_set()):
        number += 1
        report = play_year(
            place, given, seed=given.seed + number - 1, cases=SMALL_YEAR, number=number
        )
        longest = max(longest, report.seconds)
        bad += bool(report.problems)
    tell(f"{number} years in {time.monotonic() - began:.0f} s, {bad} with problems")
    return 1 if bad else 0


def play_year(
    place: Place, given: argparse.Namespace, *, seed: int, cases: int, number: int
) -> Report:
    from tests.soak.compare import compare, tell_story
    from tests.soak.invariants import check
    from tests.soak.report import make_report
    from tests.soak.scene import build
    from tests.soak.world import World

    began, cpu = time.monotonic(), sum(os.times()[:4])
    place.renew(f"soak_{number}")
    tell(f"a year of {cases:,} cases, seed {seed} (again: make soak SEED={seed} CASES={cases})")
    world = World(
        place=place,
        seed=seed,
        cases=cases,
        faults_percent=given.faults,
        days=given.days,
        say=tell,
        is_enough=lambda: stop.is_set() or time.monotonic() - began > given.most_seconds,
    )
    build(world.lives)
    world.play()
    problems = [*world.problems, *compare(world), *check(world)]
    report = make_report(
        world, problems, seconds=time.monotonic() - began, cpu_seconds=sum(os.times()[:4]) - cpu,
        days=world.days,
    )  # fmt: skip
    for words in problems[:SHOWN]:
        tell(f"PROBLEM {words}")
    for life in list(world.troubled.values())[:SHOWN_STORIES]:
        tell("\n".join(tell_story(world, life)))
    tell(report.line)
    return report


def tell(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
