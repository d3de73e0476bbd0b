"""What a year was like, in figures: printed, and for docs/soak.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.soak.world import WORKERS, World

CHAPTERS = (
    ("cases", "Cases, by where they stand at the end"),
    ("policies", "Cases, by policy"),
    ("timers", "Timers that fired, each compared to the microsecond"),
    ("mails", "Emails that had to be written"),
    ("letters", "Mail that came in"),
    ("smtp", "What the mail server did"),
    ("faults", "What was broken in the middle of the work"),
    ("agents", "What agents and customers did"),
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One year. `seconds` is real time, `cpu_seconds` that of the driver and the workers."""

    seed: int
    cases: int
    faults_percent: float
    seconds: float
    cpu_seconds: float
    days: float
    visits: int
    chapters: Mapping[str, Counter[str]]
    problems: Sequence[str]

    @property
    def verdict(self) -> str:
        return f"{len(self.problems):,} problems" if self.problems else "as the model says"

    @property
    def line(self) -> str:
        """One line for the terminal."""
        c = self.chapters
        return (
            f"seed {self.seed}: {self.cases:,} cases, {self.days:.0f} days in {self.seconds:.0f} s "
            f"({self.cpu_seconds:.0f} s of processor time), {c['timers'].total():,} timers, "
            f"{c['mails'].total():,} mails out, {c['letters'].total():,} in, "
            f"{c['faults'].total():,} faults: {self.verdict}"
        )


def make_report(
    world: World, problems: Sequence[str], *, seconds: float, cpu_seconds: float, days: float
) -> Report:
    """Count what the models know; the tables were compared with them."""
    lives = [life for life in world.lives if life.model.state]
    chapters = {
        "cases": Counter(life.model.state for life in lives),
        "policies": Counter(life.code for life in lives),
        "timers": Counter(kind for life in lives for kind, _, _ in life.model.fired),
        "mails": Counter(mail.purpose for life in lives for mail in life.model.mails),
        "letters": world.letters,
        "smtp": world.smtp,
        "faults": world.mishaps.done,
        "agents": world.deeds,
    }
    return Report(
        seed=world.seed, cases=len(lives), faults_percent=world.faults_percent, seconds=seconds,
        cpu_seconds=cpu_seconds, days=days, visits=world.visits, chapters=chapters,
        problems=problems,
    )  # fmt: skip


def write_chapter(report: Report, intro: str) -> str:
    """The text of docs/soak.md: `intro`, then the figures."""
    rows = [
        ("seed", str(report.seed)), ("cases", f"{report.cases:,}"),
        ("simulated", f"{report.days:.0f} days in {report.visits:,} visits"),
        ("real time", f"{report.seconds:,.0f} s, {report.cpu_seconds:,.0f} s of processor time"),
        ("speed", f"{report.cases / report.seconds:.1f} cases a second, "
                  f"{report.days * 86_400 / report.seconds:,.0f} times real time"),
        ("processes", f"{WORKERS} workers racing, one mail server, PostgreSQL, Redis"),
        ("visits with a fault", f"{report.faults_percent:g} %"),
        ("problems", len(report.problems)),
    ]  # fmt: skip
    parts = [intro, table(("figure", "value"), rows)]
    for key, title in CHAPTERS:
        counted = report.chapters[key]
        parts.append(f"\n## {title}\n")
        parts.append(
            table(("what", "how often"), [*counted.most_common(), ("all", counted.total())])
        )
    if report.problems:
        parts.append("\n## Problems\n")
        parts.append("\n".join(f"- {words}" for words in report.problems[:200]))
    return "\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in rows:
        cells = (
            f"{cell:,}" if isinstance(cell, int) and cell > 9999 else str(cell) for cell in row
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
