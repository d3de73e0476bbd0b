from django.core.management import call_command

from cases.domain.states import State
from cases.management.commands.graph import list_transitions


def test_the_drawn_life_of_a_case_is_the_code() -> None:
    call_command("graph", check=True)


def test_every_state_can_be_reached_and_only_ends_have_no_way_out() -> None:
    sources = {a for a, _, _ in list_transitions()}
    targets = {b for _, b, _ in list_transitions()}
    assert targets | {"intake"} == {s.value for s in State}
    assert {s.value for s in State} - sources == {"closed", "withdrawn", "restored"}
