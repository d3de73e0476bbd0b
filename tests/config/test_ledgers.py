"""The ledgers behind `make rules` and its kin: what counts as proven, and when the run fails."""

import re
from types import SimpleNamespace

import pytest

from tests.plugins.ledgers import BOOKS, Ledger, Row, read_rows, sum_up
from tests.tools.mutations import TABLE, read_mutations, write_table

RULES, THREATS, GUARANTEES = BOOKS

IN_FORCE = Row(number="R1", text="first", in_force=True)
NOT_YET = Row(number="R2", text="second", in_force=False)


def report(test, outcome, *rules, when="call"):
    return SimpleNamespace(nodeid=test, outcome=outcome, proves={"rule": list(rules)}, when=when)


def finish(ledger):
    session = SimpleNamespace(config=SimpleNamespace(), exitstatus=pytest.ExitCode.OK)
    ledger.pytest_sessionfinish(session)
    return session.exitstatus


@pytest.fixture
def ledger():
    return Ledger(RULES, [IN_FORCE, NOT_YET])


def test_the_table_holds_every_rule_and_which_are_in_force():
    rules = read_rows(RULES.path.read_text("utf-8"))
    assert [rule.number for rule in rules] == [f"R{n}" for n in range(1, 57)]
    in_force = {rule.number for rule in rules if rule.in_force}
    assert {f"R{n}" for n in [*range(1, 32), *range(52, 57)]} <= in_force


def test_the_table_of_threats_holds_every_row_and_what_happens():
    rows = read_rows(THREATS.path.read_text("utf-8"))
    assert [row.number for row in rows] == [str(n) for n in range(1, 68)]
    assert {row.deed for row in rows} <= {"A", "Q", "R", "A, Q", "A, R", "Q, R"}
    in_force = {row.number for row in rows if row.in_force}
    assert {str(n) for n in [*range(1, 43), *range(58, 68)]} <= in_force


def test_a_row_that_is_not_yet_in_force_is_read_as_such():
    table = "| R1 | one | 0.1 |\n| R2 | two | not yet |\n| 3 | three | A, Q | not yet |\n"
    assert [(row.number, row.deed, row.in_force) for row in read_rows(table)] == [
        ("R1", "", True),
        ("R2", "", False),
        ("3", "A, Q", False),
    ]


def test_the_table_of_guarantees_holds_every_promise():
    rows = read_rows(GUARANTEES.path.read_text("utf-8"))
    assert [row.number for row in rows] == [f"G{n}" for n in range(1, 28)]


def test_every_promise_has_a_mutation_that_fits_the_code(pytestconfig):
    """What `make mutations` takes out stands once where it says, and a proof must notice."""
    mutations = read_mutations()
    promised = [row.number for row in read_rows(GUARANTEES.path.read_text("utf-8"))]
    assert list(dict.fromkeys(one.promise for one in mutations)) == promised
    for one in mutations:
        assert (pytestconfig.rootpath / one.file).read_text("utf-8").count(one.old) == 1, one
        path, _, name = one.test.partition("::")
        text = (pytestconfig.rootpath / path).read_text("utf-8")
        assert f'guarantee("{one.promise}")' in text, f"{path} does not prove {one.promise}"
        assert f"def {name.partition('[')[0]}(" in text, f"{path} has no {name}"
    assert TABLE.read_text("utf-8") == write_table(), "run python -m tests.tools.mutations"


def test_every_number_that_a_test_carries_belongs_to_one_table(pytestconfig):
    """A typing error in a mark would leave a row unproven, or prove nothing."""
    for book in BOOKS:
        known = {row.number for row in read_rows(book.path.read_text("utf-8"))}
        carried = set()
        for path in (pytestconfig.rootpath / "tests").rglob("test_*.py"):
            found = re.findall(rf"mark\.{book.mark}\(([^)]*)\)", path.read_text("utf-8"))
            carried |= {one.strip(" \"'") for args in found for one in args.split(",")}
        assert carried - {""} <= known, book.option


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


def test_every_decision_has_a_number_of_its_own(pytestconfig):
    """Two records of one number make "decision 0019" mean either."""
    found = sorted((pytestconfig.rootpath / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in found]
    assert len(numbers) == len(set(numbers))
    assert [path.read_text("utf-8")[:8] for path in found] == [f"# {n}: " for n in numbers]
