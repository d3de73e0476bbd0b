"""The ledger behind `make rules`: when a rule counts as proven, and when the run fails."""

from types import SimpleNamespace

import pytest

from tests.plugins.rules import RULES, Ledger, Rule, read_rules, sum_up

IN_FORCE = Rule(number="R1", text="first", in_force=True)
NOT_YET = Rule(number="R2", text="second", in_force=False)


def report(test, outcome, *rules, when="call"):
    return SimpleNamespace(nodeid=test, outcome=outcome, rules=list(rules), when=when)


def finish(ledger):
    session = SimpleNamespace(config=SimpleNamespace(), exitstatus=pytest.ExitCode.OK)
    ledger.pytest_sessionfinish(session)
    return session.exitstatus


@pytest.fixture
def ledger():
    return Ledger([IN_FORCE, NOT_YET])


def test_the_table_holds_every_rule_and_which_are_in_force():
    rules = read_rules(RULES.read_text("utf-8"))
    assert [rule.number for rule in rules] == [f"R{n}" for n in range(1, 57)]
    waiting = {rule.number for rule in rules if not rule.in_force}
    assert waiting == {f"R{n}" for n in range(32, 52)}


def test_a_rule_without_a_test_fails_the_run(ledger):
    assert ledger.list_unproven() == ["R1"]
    assert finish(ledger) == pytest.ExitCode.TESTS_FAILED


def test_a_passed_test_proves_it(ledger):
    ledger.pytest_runtest_logreport(report("t", "passed", "R1"))
    assert ledger.list_unproven() == []
    assert finish(ledger) == pytest.ExitCode.OK


@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
def test_one_failure_outweighs_what_passed(ledger, when):
    ledger.pytest_runtest_logreport(report("a", "passed", "R1"))
    ledger.pytest_runtest_logreport(report("b", "passed", "R1"))
    ledger.pytest_runtest_logreport(report("b", "failed", "R1", when=when))
    assert ledger.list_unproven() == ["R1"]


def test_a_skipped_test_proves_nothing(ledger):
    ledger.pytest_runtest_logreport(report("t", "skipped", "R1", when="setup"))
    assert ledger.list_unproven() == ["R1"]


def test_a_number_that_is_no_rule_fails_the_run(ledger):
    ledger.pytest_runtest_logreport(report("t", "passed", "R1", "R99"))
    assert finish(ledger) == pytest.ExitCode.TESTS_FAILED


def test_the_cases_of_one_test_are_one_line_with_the_worst_outcome():
    tests = {"a[1]": "passed", "a[2]": "failed", "b": "skipped"}
    assert sum_up(tests) == {"a": (2, "failed"), "b": (1, "skipped")}
