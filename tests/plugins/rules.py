"""Says which tests prove which rule: `pytest --rules`, or `make rules`.

A rule is proven when a test that carries its number passed and none failed; a skipped test proves
nothing. The run fails while a rule in force is unproven.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
LINE = re.compile(r"^\| (R\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
NOT_YET = "not yet"
WORST = {"passed": 0, "skipped": 1, "failed": 2}


@dataclass(frozen=True, kw_only=True)
class Rule:
    number: str
    text: str
    in_force: bool


def read_rules(text: str) -> list[Rule]:
    """Return the rules of the table in docs/rules.md."""
    return [
        Rule(number=number, text=words, in_force=since != NOT_YET)
        for number, words, since in LINE.findall(text)
    ]


def sum_up(tests: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Return, for each test without its parameters, how many cases it has and the worst outcome."""
    found: dict[str, tuple[int, str]] = {}
    for name, outcome in sorted(tests.items()):
        plain = name.partition("[")[0]
        count, known = found.get(plain, (0, "passed"))
        found[plain] = (count + 1, max(known, outcome, key=lambda each: WORST[each]))
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rules", action="store_true", help="run what proves a rule and list them all"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--rules"):
        config.pluginmanager.register(Ledger(read_rules(RULES.read_text("utf-8"))), "rule-ledger")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--rules"):
        return
    wanted = [item for item in items if item.get_closest_marker("rule")]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write the rules on the report, which also travels from xdist's workers."""
    report = yield
    report.rules = [str(number) for mark in item.iter_markers("rule") for number in mark.args]
    return report


class Ledger:
    """Collects outcomes and prints them at the end."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules
        self.outcomes: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.outcome == "passed":
            return
        for number in getattr(report, "rules", ()):
            known = self.outcomes[number].get(report.nodeid, "passed")
            worse = max(known, report.outcome, key=lambda outcome: WORST[outcome])
            self.outcomes[number][report.nodeid] = worse

    def is_proven(self, rule: Rule) -> bool:
        found = self.outcomes[rule.number].values()
        return "passed" in found and "failed" not in found

    def list_unproven(self) -> list[str]:
        return [rule.number for rule in self.rules if rule.in_force and not self.is_proven(rule)]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        unknown = set(self.outcomes) - {rule.number for rule in self.rules}
        if not hasattr(session.config, "workerinput") and (self.list_unproven() or unknown):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        for rule in self.rules:
            tests = self.outcomes[rule.number]
            state = "proven" if self.is_proven(rule) else "UNPROVEN"
            if not rule.in_force:
                state = NOT_YET if not self.is_proven(rule) else "proven early"
            write(f"{rule.number:<4} {state:<9} {rule.text}", red=state == "UNPROVEN")
            for name, (count, outcome) in sum_up(tests).items():
                times = f" ({count} cases)" if count > 1 else ""
                write(f"       {outcome:<8} {name}{times}", red=outcome == "failed")
        for number in sorted(set(self.outcomes) - {rule.number for rule in self.rules}):
            write(f"{number:<4} is no rule of {RULES.name}: {', '.join(self.outcomes[number])}")
        force = [rule for rule in self.rules if rule.in_force]
        missing = self.list_unproven()
        write(f"rules in force: {len(force)}, proven: {len(force) - len(missing)}")
        if missing:
            write(f"unproven: {', '.join(missing)}", red=True)
