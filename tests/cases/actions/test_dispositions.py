"""What becomes of the numbers, and whose loss was accepted in typing (R35, R37)."""

from __future__ import annotations

import pytest

from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.actions.dispositions import WrongPhrase, acknowledge_loss, set_disposition
from cases.domain.trust import Level
from cases.models import Case
from cases.models.planning import plan_case, read_account
from tests import factories
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db
NUMBER = {"kind": "number", "identifier": "+13125550164"}


def make(items=(NUMBER, {"kind": "trunk"}), **more) -> tuple[Desk, Case]:
    desk = Desk(file="sipstation", items=list(items), **more)
    return desk, desk.open()


def kinds(desk: Desk, case: Case) -> set[str]:
    plan = plan_case(desk.read(case), now=desk.now)
    return {b.kind for b in plan.blockers if b.is_hard}


@pytest.mark.rule("R37")
@pytest.mark.parametrize("disposition", ["ported", "moved", "released"])
def test_a_number_needs_one_recorded_disposition(disposition: str) -> None:
    desk, case = make()
    assert kinds(desk, case) == {"disposition"}
    number = case.items.get(item__kind="number")
    desk.do(
        set_disposition, case, case_item_id=number.pk, disposition=disposition, note="Otherline"
    )
    assert kinds(desk, case) == set()
    number.refresh_from_db()
    event = number.disposition_event
    assert (number.disposition, number.disposition_note) == (disposition, "Otherline")
    assert (event.kind, event.actor, event.at) == ("disposition_set", desk.agent, desk.now)
    account = read_account(desk.customer, case=case)
    assert {i.kind: i.disposition for i in account.items} == {"number": disposition, "trunk": ""}


@pytest.mark.rule("R37")
def test_the_last_word_counts_and_each_stays_in_the_history() -> None:
    desk, case = make()
    number = case.items.get(item__kind="number")
    for word in ("ported", "released", "released"):
        desk.do(set_disposition, case, case_item_id=number.pk, disposition=word)
    said = case.events.filter(kind="disposition_set").values_list("data__disposition", flat=True)
    assert list(said) == ["ported", "released"]
    number.refresh_from_db()
    assert number.disposition_event.data["disposition"] == "released"


def test_only_numbers_of_this_case_and_known_words() -> None:
    desk, case = make()
    trunk, number = case.items.get(item__kind="trunk"), case.items.get(item__kind="number")
    for pk, word in ((trunk.pk, "moved"), (0, "moved"), (number.pk, "lost"), (number.pk, "")):
        with pytest.raises(NotPossible):
            desk.do(set_disposition, case, case_item_id=pk, disposition=word)
    assert not case.events.filter(kind="disposition_set").exists()


def test_the_customer_says_it_with_the_trust_that_it_needs() -> None:
    desk, case = make()
    number = case.items.get(item__kind="number")
    known = Actor.customer(desk.contact, Level.L2)

    def say(actor: Actor, word: str) -> None:
        set_disposition(
            case_id=case.pk, case_item_id=number.pk, disposition=word, actor=actor, now=desk.now
        )

    say(known, "moved")
    with pytest.raises(NotAllowed):
        say(known, "released")  # it cannot be had back
    say(Actor.customer(desk.contact, Level.L3), "released")
    event = case.events.filter(kind="disposition_set").last()
    assert (event.actor_kind, event.contact, event.level) == ("customer", desk.contact, 3)
    stranger = factories.make_contact(customer=factories.make_customer(brand=desk.brand))
    with pytest.raises(NotAllowed):
        say(Actor.customer(stranger, Level.L3), "moved")


@pytest.mark.rule("R35")
def test_only_the_typed_phrase_overrides_a_pending_port() -> None:
    desk, case = make()
    number = case.items.get(item__kind="number")
    factories.make_port(item=number.item)
    desk.do(set_disposition, case, case_item_id=number.pk, disposition="released")
    assert kinds(desk, case) == {"port_pending"}
    actor = Actor.customer(desk.contact, Level.L3)
    give = {"case_id": case.pk, "case_item_ids": [number.pk], "now": desk.now}
    for typed in ("", "yes", "lose 0165", "lose 0164!"):
        with pytest.raises(WrongPhrase) as refused:
            acknowledge_loss(typed=typed, actor=actor, **give)
        assert refused.value.phrase == "lose 0164"
    with pytest.raises(NotAllowed):
        acknowledge_loss(typed="lose 0164", actor=Actor.customer(desk.contact, Level.L2), **give)
    assert kinds(desk, case) == {"port_pending"}
    acknowledge_loss(typed=" Lose  0164 ", actor=actor, **give)
    assert kinds(desk, case) == set()
    event = case.events.get(kind="loss_accepted")
    assert event.data == {"items": [number.item_id], "typed": " Lose  0164 "}
    assert (event.contact, event.level) == (desk.contact, 3)


@pytest.mark.rule("R35")
def test_what_is_not_being_ported_cannot_be_accepted_as_lost() -> None:
    desk, case = make()
    number = case.items.get(item__kind="number")
    with pytest.raises(NotPossible, match="nothing to accept"):
        desk.do(acknowledge_loss, case, case_item_ids=[number.pk], typed="lose 0164")
    with pytest.raises(NotPossible):
        desk.do(acknowledge_loss, case, case_item_ids=[], typed="lose 0 numbers")


def test_an_agent_notes_it_for_a_verified_caller_alone() -> None:
    desk = Desk(file="sipstation", items=[NUMBER])
    case = desk.open(checks=[])
    number = case.items.get()
    factories.make_port(item=number.item)
    with pytest.raises(NotPossible, match="not been verified"):
        desk.do(acknowledge_loss, case, case_item_ids=[number.pk], typed="lose 0164")


def test_several_numbers_are_counted_in_the_customers_language() -> None:
    desk, case = make(items=[NUMBER, {"kind": "number"}], locale="de")
    for case_item in case.items.all():
        factories.make_port(item=case_item.item)
    ids = list(case.items.values_list("pk", flat=True))
    desk.do(acknowledge_loss, case, case_item_ids=ids, typed="2 Nummern verlieren")
    assert all(i.loss_accepted for i in case.items.all())
