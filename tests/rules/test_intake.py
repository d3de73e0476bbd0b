"""R1, R2, R6, R7: what a call begins, and what it does not."""

from datetime import date

import pytest
from django.db import connection, transaction

from accounts import services
from accounts.models import Port
from cases.actions import intake
from cases.actions.base import NotPossible
from cases.domain.numbers import is_valid_number, normalise_number, spell_number
from cases.models import Case, Event
from cases.models.planning import plan_case
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import at_once, chicago, item_states, live_timers, snapshot

pytestmark = pytest.mark.django_db


@pytest.mark.rule("R1")
def test_an_excluded_product_opens_no_case_and_says_where_to_go():
    desk = Desk(items=[{"product": "x-series"}, {"product": "express"}])
    with pytest.raises(intake.NotCovered, match="8x8 Express is cancelled in its own admin page"):
        desk.open()
    assert not Case.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.rule("R1")
def test_an_excluded_product_cannot_join_a_case_either():
    desk = Desk(items=[{"product": "x-series"}, {"product": "meet-standalone"}])
    first, second = desk.customer.items.order_by("pk")
    case = desk.open(item_ids=[first.pk])
    with pytest.raises(intake.NotCovered, match="Meet account"):
        desk.do(intake.join_case, case, item_ids=[second.pk], caller_name="Rosa")
    assert case.items.count() == 1


@pytest.mark.rule("R1")
def test_a_policy_that_lists_products_covers_no_others():
    desk = Desk(items=[{"product": "trunk"}], policy={"covers": ["x-series"]})
    with pytest.raises(intake.NotCovered, match="not covered"):
        desk.open()


@pytest.mark.rule("R1")
def test_a_covered_product_opens_a_case():
    desk = Desk(items=[{"product": "x-series"}], policy={"covers": ["x-series"]})
    assert desk.open().state == "intake"


def ported_desk() -> tuple[Desk, object]:
    desk = Desk(items=[{"kind": "number"}, {}])
    return desk, desk.customer.items.get(kind="number")


@pytest.mark.rule("R2")
@pytest.mark.parametrize("stage", ["open", "awaiting", "scheduled", "in_grace"])
def test_a_port_changes_no_case_and_no_bill(stage):
    desk, number = ported_desk()
    port = factories.make_port(item=number)
    case = desk.open()
    if stage == "awaiting":
        case = desk.ask(case)
    elif stage != "open":
        case = desk.confirm(case)
    if stage == "in_grace":
        desk.go_to(chicago(2026, 10, 25, 12))
        case = desk.read(case)
    before, timers = snapshot(desk, case), live_timers(case)
    bill = plan_case(case, now=desk.now).last_bill
    for end in (services.finish_port, services.cancel_port, services.fail_port):
        with transaction.atomic():  # each from the same beginning
            end(port=Port.objects.get(pk=port.pk), now=desk.now)
            desk.run()
            case = desk.read(case)
            assert snapshot(desk, case) == before, end
            assert live_timers(case) == timers, end
            assert plan_case(case, now=desk.now).last_bill == bill, end
            transaction.set_rollback(True)


@pytest.mark.rule("R2")
def test_a_port_alone_opens_no_case():
    desk, number = ported_desk()
    services.finish_port(port=factories.make_port(item=number), now=desk.now)
    desk.pass_days(60)
    assert not Case.objects.exists()
    assert set(desk.customer.items.values_list("status", flat=True)) == {"active"}


@pytest.mark.rule("R2")
def test_what_was_ported_before_the_date_stops_nothing_else():
    """The carrier took the number and somebody ended it: the rest goes down as promised."""
    desk, number = ported_desk()
    case = desk.confirm(desk.open())
    services.mark_ported(item=number, now=desk.now)
    desk.go_to(chicago(2026, 10, 21, 1))
    case = desk.read(case)
    assert case.state == "in_grace"
    assert item_states(case) == ["ported", "suspended"]


@pytest.mark.rule("R2")
def test_what_was_ported_in_grace_does_not_keep_the_case_from_closing():
    desk, number = ported_desk()
    case = desk.confirm(desk.open())
    desk.go_to(chicago(2026, 10, 25, 12))
    number.refresh_from_db()
    services.mark_ported(item=number, now=desk.now)
    desk.go_to(chicago(2026, 11, 22, 12))
    case = desk.read(case)
    assert case.state == "closed"
    assert item_states(case) == ["ported", "ended"]


@pytest.mark.rule("R6")
def test_intake_holds_the_services_and_the_wished_date(desk):
    first, second, _ = desk.customer.items.order_by("pk")
    case = desk.read(desk.open(item_ids=[first.pk, second.pk], wished_on=date(2026, 12, 1)))
    assert list(case.items.order_by("pk").values_list("item_id", flat=True)) == [
        first.pk,
        second.pk,
    ]
    assert case.wished_on == date(2026, 12, 1)
    opened = case.events.get(kind="opened").data
    assert opened["items"] == [first.pk, second.pk]
    assert opened["wished_on"] == "2026-12-01"
    assert plan_case(case, now=desk.now).effective_on == date(2026, 12, 1)


@pytest.mark.rule("R6")
@pytest.mark.parametrize("chosen", [[], "of another customer", "gone"])
def test_intake_refuses_what_is_no_service_of_the_customer(desk, chosen):
    if chosen == "of another customer":
        chosen = [factories.make_item().pk]
    elif chosen == "gone":
        gone = desk.customer.items.first()
        services.end_item(item=gone, now=desk.now)
        chosen = [gone.pk]
    with pytest.raises(NotPossible):
        desk.open(item_ids=chosen)
    assert not Case.objects.exists()


@pytest.mark.rule("R7")
def test_the_number_is_checked_spoken_and_unique():
    numbers = [Desk().open().number for _ in range(5)]
    assert len(set(numbers)) == 5
    for number in numbers:
        assert is_valid_number(number)
        assert normalise_number(number.replace("-", " ")) == number
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert not is_valid_number(wrong), "one wrong digit is noticed"
        assert len(spell_number(number).replace(",", "").split()) == 9


@pytest.mark.rule("R7")
def test_a_number_that_was_rolled_back_is_not_given_again(desk):
    lost = ""
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = desk.open().number
        raise RuntimeError("the power failed")
    assert not Case.objects.exists()
    assert desk.open().number != lost


@pytest.mark.rule("R7")
@pytest.mark.django_db(transaction=True)
def test_the_number_is_committed_before_anybody_sees_it():
    desk = Desk()
    number = desk.open().number
    assert not connection.in_atomic_block
    [found] = at_once(lambda: Case.objects.filter(number=number).exists())
    assert found is True, "another connection sees it at once"
