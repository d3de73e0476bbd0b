from cases.domain.states import ENDED, LABEL, OPEN, TURN, TURN_LABEL, UNCONFIRMED, State, Turn


def test_every_state_has_a_turn_and_a_label():
    assert set(TURN) == set(LABEL) == set(State)
    assert set(TURN_LABEL) == set(Turn)
    assert len(set(LABEL.values())) == len(State)
    assert State.IN_GRACE.label == Turn.GRACE.label == "In grace"


def test_ended_cases_are_done_and_nobody_else_is():
    assert {state for state in State if state.turn is Turn.DONE} == ENDED
    assert set(State) == OPEN | ENDED
    assert UNCONFIRMED < OPEN


def test_stored_values_never_change():
    assert [state.value for state in State] == [
        "intake",
        "awaiting_customer",
        "in_review",
        "scheduled",
        "executing",
        "in_grace",
        "restore_requested",
        "restoring",
        "awaiting_final_bill",
        "dropped",
        "closed",
        "withdrawn",
        "restored",
    ]
