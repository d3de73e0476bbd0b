"""Says which tests prove which rule, threat and promise: `pytest --rules`, or `make rules`; so too
`--threats` and `--guarantees`.

Each is a table in docs/ whose rows tests name by a mark. A row is proven when a test that carries
its number passed and none failed; a skipped test proves nothing. The run fails while a row in
force is unproven, or a test names a row that does not exist.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.mutations import read_mutations

DOCS = Path(__file__).resolve().parents[2] / "docs"
LINE = re.compile(r"^\| ([RG]?\d+) \| (.+?) \|(?: ([ARQ, ]+) \|)? ([^|]+?) \|$", re.MULTILINE)
NOT_YET = "not yet"
WORST = {"passed": 0, "skipped": 1, "failed": 2}


@dataclass(frozen=True, kw_only=True)
class Book:
    """A table of docs/: the option that lists it, and the mark by which a test names a row."""

    option: str
    mark: str

    @property
    def path(self) -> Path:
        return DOCS / f"{self.option}.md"


BOOKS = (
    Book(option="rules", mark="rule"),
    Book(option="threats", mark="threat"),
    Book(option="guarantees", mark="guarantee"),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table. `deed` is what happens to a hostile input: A, Q or R."""

    number: str
    text: str
    deed: str = ""
    in_force: bool


def read_rows(text: str) -> list[Row]:
    """Return the rows of a table in docs/."""
    return [
        Row(number=number, text=words, deed=deed.strip(), in_force=since != NOT_YET)
        for number, words, deed, since in LINE.findall(text)
    ]


def sum_up(tests: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Return, for each test without its parameters, how many cases it has and the worst outcome."""
    found: dict[str, tuple[int, str]] = {}
    for name, outcome in sorted(tests.items()):
        plain = name.partition("[")[0]
        count, known = found.get(plain, (0, "passed"))
        found[plain] = (count + 1, max(known, outcome, key=lambda each: WORST[each]))
    return found


def list_wanted(config: pytest.Config) -> list[Book]:
    return [book for book in BOOKS if config.getoption(f"--{book.option}")]


def pytest_addoption(parser: pytest.Parser) -> None:
    for book in BOOKS:
        words = f"run what carries a {book.mark}'s number and list docs/{book.option}.md"
        parser.addoption(f"--{book.option}", action="store_true", help=words)


def pytest_configure(config: pytest.Config) -> None:
    for book in list_wanted(config):
        rows = read_rows(book.path.read_text("utf-8"))
        config.pluginmanager.register(Ledger(book, rows), f"{book.mark}-ledger")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    marks = [book.mark for book in list_wanted(config)]
    if not marks:
        return
    wanted = [item for item in items if any(map(item.get_closest_marker, marks))]
    chosen = set(wanted)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = wanted


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the numbers on the report, which also travels from xdist's workers."""
    report = yield
    report.proves = {
        book.mark: [str(number) for mark in item.iter_markers(book.mark) for number in mark.args]
        for book in BOOKS
    }
    return report


class Ledger:
    """Collects outcomes and prints them at the end."""

    def __init__(self, book: Book, rows: list[Row]) -> None:
        self.book = book
        self.rows = rows
        self.outcomes: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        for number in getattr(report, "proves", {}).get(self.book.mark, ()):
            known = self.outcomes[number].get(report.nodeid, "passed")
            worse = max(known, report.outcome, key=lambda outcome: WORST[outcome])
            self.outcomes[number][report.nodeid] = worse

    def is_proven(self, row: Row) -> bool:
        found = self.outcomes[row.number].values()
        return "passed" in found and "failed" not in found

    def list_unproven(self) -> list[str]:
        return [row.number for row in self.rows if row.in_force and not self.is_proven(row)]

    def list_unknown(self) -> list[str]:
        return sorted(set(self.outcomes) - {row.number for row in self.rows})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput") and (
            self.list_unproven() or self.list_unknown()
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write, mutations = terminalreporter.write_line, read_mutations()
        for row in self.rows:
            state = "proven" if self.is_proven(row) else "UNPROVEN"
            if not row.in_force:
                state = NOT_YET if not self.is_proven(row) else "proven early"
            deed = f"{row.deed:<4} " if row.deed else ""
            write(f"{row.number:<4} {state:<9} {deed}{row.text}", red=state == "UNPROVEN")
            for name, (count, outcome) in sum_up(self.outcomes[row.number]).items():
                times = f" ({count} cases)" if count > 1 else ""
                write(f"       {outcome:<8} {name}{times}", red=outcome == "failed")
            for one in (one for one in mutations if one.promise == row.number):
                write(f"       red {one.test}, taken out: {one.out}")
        for number in self.list_unknown():
            names = ", ".join(self.outcomes[number])
            write(f"{number:<4} is no row of {self.book.path.name}: {names}")
        force = [row for row in self.rows if row.in_force]
        missing = self.list_unproven()
        name = self.book.option
        write(f"{name} in force: {len(force)}, proven: {len(force) - len(missing)}")
        if missing:
            write(f"unproven: {', '.join(missing)}", red=True)
