"""Verifying a caller, handing a case over, refusing what does not belong together."""

from datetime import timedelta

import pytest

from cases.actions import assignment, intake
from cases.actions.base import NotPossible
from cases.actions.callers import Consent
from cases.models import Case, Policy
from tests import factories
from tests.cases.build import Desk, make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def test_a_policy_of_another_brand_opens_no_case(desk):
    desk.policy = make_policy()
    with pytest.raises(NotPossible, match="another brand"):
        desk.open()
    assert not Case.objects.exists()


def test_a_contact_of_another_customer_opens_no_case(desk):
    with pytest.raises(NotPossible, match="another customer"):
        desk.open(contact=factories.make_contact())


def test_a_policy_without_a_version_opens_no_case(desk):
    desk.policy = Policy.objects.create(brand=desk.brand, code="new", name="New")
    with pytest.raises(NotPossible, match="no published version"):
        desk.open()


@pytest.mark.parametrize("who", ["foreign", "removed", "clerk", "unchecked"])
def test_who_is_not_verified(desk, who):
    case = desk.open(checks=[])
    given = {
        "foreign": lambda: {"contact": factories.make_contact()},
        "removed": lambda: {
            "contact": factories.make_contact(customer=desk.customer, removed_at=desk.now)
        },
        "clerk": lambda: {"contact": factories.make_contact(customer=desk.customer, owner=False)},
        "unchecked": lambda: {"contact": desk.contact, "checks": []},
    }[who]()
    with pytest.raises(NotPossible):
        desk.do(intake.verify_caller, case, **{"checks": ["PIN"], **given})
    assert desk.read(case).verified_at is None


def test_who_was_verified_and_how_is_remembered(desk):
    case = desk.open(checks=[])
    desk.do(intake.verify_caller, case, contact=desk.contact, checks=["PIN", "Callback"])
    event = case.events.get(kind="verified")
    assert "PIN, Callback" in event.summary
    assert desk.read(case).verified_at == desk.now


def test_a_case_is_handed_over(desk):
    case, colleague = desk.open(), factories.make_user()
    assert desk.do(assignment.assign_owner, case, owner=colleague).owner == colleague
    assert desk.do(assignment.assign_owner, case, owner=None).owner is None


def test_what_was_read_out_and_agreed_is_history(desk):
    said = ("Services end on Wednesday, October 21st.",)
    at = desk.now - timedelta(minutes=1)
    case = desk.open(consent=Consent(said=said, read_out_at=at, agreed_at=at))
    kinds = list(case.events.order_by("sequence").values_list("kind", flat=True))
    assert kinds == ["opened", "read_out", "agreed"]
    assert case.events.get(kind="read_out").data["said"] == list(said)
    assert (case.read_out_at, case.agreed_at) == (at, at)


@pytest.mark.parametrize(
    ("needed", "ticked", "verified"), [(1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True)]
)
def test_the_brand_says_how_many_checks_verify_a_caller(desk, needed, ticked, verified):
    desk.brand.checks_needed = needed
    desk.brand.save()
    case = desk.open(checks=desk.brand.verification[:ticked])
    assert (case.verified_at is not None) is verified
    other = factories.make_contact(customer=desk.customer, owner=False)
    assert desk_opens_for(desk, other).verified_at is None


def desk_opens_for(desk, contact):
    """Another service of the same customer, asked for by somebody who may not cancel."""
    item = factories.make_item(customer=desk.customer)
    return desk.open(contact=contact, item_ids=[item.pk], checks=desk.brand.verification)


def test_one_check_named_twice_is_one(desk):
    desk.brand.checks_needed = 2
    desk.brand.save()
    assert desk.open(checks=["Account PIN", "Account PIN"]).verified_at is None


def test_a_closed_case_is_not_joined(desk):
    from cases.actions import confirmation

    case = desk.open()
    desk.do(confirmation.withdraw, case)
    with pytest.raises(NotPossible, match="Withdrawn"):
        desk.do(intake.join_case, case, item_ids=[], caller_name="Jo")
