"""The whole truth table of trust (G15)."""

from itertools import product

import pytest

from cases.domain.trust import LABEL, LEAST, Deed, Level, level_of, may

TABLE = """
be_stored               yes yes yes yes
raise_todo              yes yes yes yes
hold_deadline_briefly   yes yes yes yes
hold_deadline           no  yes yes yes
open_case               no  yes yes yes
answer_questions        no  yes yes yes
ask_withdrawal          no  yes yes yes
ask_other_date          no  yes yes yes
ask_restore             no  yes yes yes
restore_by_itself       no  no  yes yes
confirm                 no  no  no  yes
withdraw                no  no  no  yes
reschedule              no  no  no  yes
terminate               no  no  no  yes
disable_protection      no  no  no  yes
release_number          no  no  no  yes
accept_loss             no  no  no  yes
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


@pytest.mark.guarantee("G15")
@pytest.mark.rule("R24")
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_level_may_what_the_table_says(row):
    deed, *answers = row
    assert ["yes" if may(level, deed) else "no" for level in Level] == answers


def test_table_is_complete():
    assert [row[0] for row in ROWS] == [deed.value for deed in Deed] == [d.value for d in LEAST]
    assert set(LABEL) == set(Level)


def test_unknown_deed_is_an_error_and_not_a_yes():
    with pytest.raises(ValueError, match="not a valid Deed"):
        may(Level.L3, "fly")


@pytest.mark.guarantee("G15")
@pytest.mark.rule("R24")
@pytest.mark.parametrize(
    ("authenticated", "on_file", "token"), list(product([False, True], repeat=3))
)
def test_mail_alone_never_reaches_the_highest_level(authenticated, on_file, token):
    level = level_of(authenticated=authenticated, address_on_file=on_file, token=token)
    if not (authenticated and on_file):
        assert level is Level.L0
    else:
        assert level is (Level.L2 if token else Level.L1)


def test_code_or_agent_verifies():
    assert level_of(one_time_code=True) is Level.L3
    assert level_of(verified_by_agent=True) is Level.L3
    assert level_of() is Level.L0
