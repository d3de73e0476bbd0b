"""R43, R47, R48: one by one, by the customer alone."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from cases.actions import confirmation, repair, termination
from cases.actions.base import DESK, Actor, NotAllowed, NotPossible
from cases.domain.trust import Level
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import item_states, leap, outcomes, purposes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db) -> Desk:
    """A gateway with two SIMs on it, the first protected."""
    desk = Desk(items=0, file="soracom")
    gateway = factories.make_item(customer=desk.customer, kind="vpg", label="Gateway")
    for number in (1, 2):
        factories.make_item(
            customer=desk.customer,
            kind="sim",
            label=f"Truck {number}",
            identifier=f"8981100000000000{number:03}",
            parent=gateway,
            protected=number == 1,
        )
    return desk


def customer(desk: Desk, level: Level = Level.L3) -> Actor:
    return Actor.customer(desk.contact, level)


def find(case, label: str):
    return case.items.get(item__label=label)


def terminate(desk: Desk, case, label: str, *, actor: Actor | None = None, **given):
    termination.terminate_item(
        case_id=case.pk,
        case_item_id=find(case, label).pk,
        actor=actor or customer(desk),
        now=desk.now,
        **given,
    )
    desk.run()
    return desk.read(case)


def unprotect(desk: Desk, case, label: str, actor: Actor | None = None):
    return termination.switch_off_protection(
        case_id=case.pk,
        case_item_id=find(case, label).pk,
        actor=actor or customer(desk),
        now=desk.now,
    )


# -- R48: its own confirmation ------------------------------------------------------------------
@pytest.mark.rule("R48")
def test_each_ends_by_its_own_confirmation_while_the_case_stays_open(desk):
    case = desk.open()
    case = terminate(desk, case, "Truck 2")
    assert outcomes(case) == ["planned", "planned", "ended"]
    assert item_states(case) == ["active", "active", "ended"]
    assert case.state == "intake"
    assert purposes(case) == [], "nothing is announced as cancelled"
    [said] = case.events.filter(kind="item_termination")
    assert (said.contact, said.level, said.actor_kind) == (desk.contact, 3, "customer")


@pytest.mark.rule("R48")
def test_the_same_click_again_changes_nothing(desk):
    case = terminate(desk, desk.open(), "Truck 2")
    again = terminate(desk, case, "Truck 2")
    assert (again.version, again.last_sequence) == (case.version, case.last_sequence)


@pytest.mark.rule("R48")
def test_what_was_typed_must_name_this_service(desk):
    case = desk.open()
    with pytest.raises(NotPossible, match="Type “Truck 2”"):
        terminate(desk, case, "Truck 2", typed="Truck 1")
    terminate(desk, case, "Truck 2", typed=" truck 2 ")
    assert find(case, "Truck 2").outcome == "ended"


@pytest.mark.rule("R48")
def test_what_hangs_on_it_goes_first(desk):
    case = desk.open()
    with pytest.raises(NotPossible, match="Truck"):
        terminate(desk, case, "Gateway")
    unprotect(desk, case, "Truck 1")
    for label in ("Truck 1", "Truck 2", "Gateway"):
        case = terminate(desk, case, label)
    assert item_states(case) == ["ended"] * 3


@pytest.mark.rule("R49")
def test_each_ends_at_its_own_time(desk):
    case = desk.open()
    terminate(desk, case, "Truck 2")
    first, desk.now = desk.now, desk.now + timedelta(days=2)
    unprotect(desk, case, "Truck 1")
    terminate(desk, case, "Truck 1")
    assert find(case, "Truck 2").item.status_at == first
    assert find(case, "Truck 1").item.status_at == first + timedelta(days=2)


@pytest.mark.rule("R48")
def test_a_failed_one_is_visible_and_tried_again(desk):
    desk.brand.provisioning = {"adapter": "sandbox", "fail_verbs": ["terminate"]}
    desk.brand.save()
    case = terminate(desk, desk.open(), "Truck 2")
    assert outcomes(case)[2] == "failed"
    assert item_states(case)[2] == "active"
    desk.brand.provisioning = {"adapter": "sandbox"}
    desk.brand.save()
    leap(desk, days=0.01)
    assert outcomes(case)[2] == "ended"


@pytest.mark.rule("R48")
def test_who_stays_after_all_keeps_only_what_has_not_ended(desk):
    case = terminate(desk, desk.open(), "Truck 2")
    desk.do(confirmation.withdraw, case)
    assert outcomes(case) == ["kept", "kept", "ended"]
    assert not case.items.filter(holds_item=True).exists()


@pytest.mark.rule("R48")
def test_what_is_on_its_way_when_they_stay_is_still_told(desk):
    desk.brand.provisioning = {"adapter": "sandbox", "fail_verbs": ["terminate"]}
    desk.brand.save()
    case = terminate(desk, desk.open(), "Truck 2")
    desk.do(confirmation.withdraw, case)
    assert find(case, "Truck 2").holds_item
    desk.brand.provisioning = {"adapter": "sandbox"}
    desk.brand.save()
    leap(desk, days=0.01)
    assert (find(case, "Truck 2").outcome, find(case, "Truck 2").holds_item) == ("ended", False)
    assert desk.read(case).state == "withdrawn"


# -- R47: protection ----------------------------------------------------------------------------
@pytest.mark.rule("R47")
def test_a_protected_one_is_refused_and_stays_protected(desk):
    case = desk.open()
    with pytest.raises(NotPossible, match="protection is on"):
        terminate(desk, case, "Truck 1")
    assert find(case, "Truck 1").item.protected
    assert outcomes(case) == ["planned"] * 3


@pytest.mark.rule("R47")
def test_protection_is_switched_off_by_a_step_of_its_own_that_ends_nothing(desk):
    case = desk.open()
    for _ in range(2):
        unprotect(desk, case, "Truck 1")
    assert not find(case, "Truck 1").item.protected
    assert item_states(case) == ["active"] * 3
    [said] = case.events.filter(kind="protection_off")
    assert (said.contact, said.level) == (desk.contact, 3)
    terminate(desk, case, "Truck 1")
    assert find(case, "Truck 1").outcome == "ended"


# -- R43: nobody else ---------------------------------------------------------------------------
def list_staff(desk: Desk) -> list[Actor]:
    people = [factories.make_user(role=role) for role in Role.values]
    people.append(factories.make_user(role=Role.ADMINISTRATOR, is_superuser=True, is_staff=True))
    return [*(Actor.staff(user) for user in people), DESK]


@pytest.mark.rule("R43")
def test_no_role_terminates_or_switches_protection_off(desk):
    case = desk.open()
    for actor in list_staff(desk):
        with pytest.raises(NotAllowed):
            terminate(desk, case, "Truck 2", actor=actor)
        with pytest.raises(NotAllowed):
            unprotect(desk, case, "Truck 1", actor=actor)
    assert outcomes(case) == ["planned"] * 3
    assert find(case, "Truck 1").item.protected


@pytest.mark.rule("R43")
def test_no_role_confirms(desk):
    case = desk.open()
    for actor in list_staff(desk):
        if actor.user is None:
            continue  # the desk itself confirms nothing: no sweep and no mail calls this
        with pytest.raises((NotAllowed, NotPossible)):
            confirmation.confirm(case_id=case.pk, actor=actor, now=desk.now)
        with pytest.raises((NotAllowed, NotPossible)):
            confirmation.confirm_by_customer(
                case_id=case.pk, actor=actor, now=desk.now, seen="", typed="end for good"
            )
    assert desk.read(case).state == "intake"


@pytest.mark.rule("R43")
def test_staff_retries_only_what_the_customer_ordered(desk):
    case = desk.open()
    with pytest.raises(NotPossible, match="nothing to retry"):
        desk.do(repair.retry_item, case)
    assert outcomes(case) == ["planned"] * 3


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("level", [Level.L0, Level.L1, Level.L2])
def test_less_than_a_code_is_not_enough(desk, level):
    case = desk.open()
    for act in (terminate, unprotect):
        with pytest.raises(NotAllowed):
            act(desk, case, "Truck 2", actor=customer(desk, level))


@pytest.mark.rule("R43")
def test_neither_another_customer_nor_somebody_without_the_right(desk):
    case = desk.open()
    stranger = factories.make_contact()
    helper = factories.make_contact(customer=desk.customer, owner=False)
    for contact in (stranger, helper):
        with pytest.raises(NotAllowed):
            terminate(desk, case, "Truck 2", actor=Actor.customer(contact, Level.L3))


def test_under_another_policy_there_is_no_such_step(sink):
    desk = Desk()
    case = desk.open()
    first = case.items.first()
    with pytest.raises(NotPossible, match="everything ends together"):
        termination.terminate_item(
            case_id=case.pk, case_item_id=first.pk, actor=customer(desk), now=desk.now
        )


def test_after_the_confirmation_it_is_too_late(desk):
    case = desk.open()
    desk.do(confirmation.withdraw, case)
    with pytest.raises(NotPossible, match="not possible any more"):
        terminate(desk, case, "Truck 2")
