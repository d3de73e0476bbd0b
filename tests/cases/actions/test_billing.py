"""The final bill, the balance, and the account that closes after both (R49, R50, R51)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import services
from cases.actions import billing
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.actions.confirmation import confirm_by_customer
from cases.actions.recheck import recheck_blockers
from cases.domain.trust import Level
from cases.models import Case
from cases.models.planning import plan_case
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db
SIMS = [{"kind": "sim", "monthly_price": Decimal("31.00")} for _ in range(2)]


def make(**customer: Any) -> tuple[Desk, Case]:
    desk = Desk(file="soracom", items=SIMS, timezone="Asia/Tokyo", **customer)
    return desk, desk.open()


def end_sims(desk: Desk, *days: int) -> None:
    """Each SIM ends so many days after the call, as the customer terminates it."""
    for item, after in zip(desk.customer.items.order_by("pk"), days, strict=True):
        services.end_item(item=item, now=desk.now + timedelta(days=after))


def await_bill(desk: Desk, case: Case) -> Case:
    """The account is terminated by its owner; the final bill is awaited."""
    end_sims(desk, 0, 3)
    desk.now += timedelta(days=4)
    preview = read_preview(desk.read(case), now=desk.now)
    actor = Actor.customer(desk.contact, Level.L3)
    confirm_by_customer(
        case_id=case.pk, actor=actor, now=desk.now, seen=preview.digest, typed=preview.phrase
    )
    return desk.read(case)


@pytest.mark.rule("R50")
def test_terminated_is_not_closed_and_a_balance_of_zero_closes_nothing() -> None:
    desk, case = make()
    case = await_bill(desk, case)
    assert case.state == "awaiting_final_bill"
    bill = case.final_bill
    assert (bill.status, bill.is_final, bill.amount) == ("awaited", True, 0)
    assert (bill.period_starts_on, bill.period_ends_on) == (date(2026, 9, 1), date(2026, 9, 30))
    assert desk.read(case).customer.balance == 0
    for action in (billing.settle, billing.pay_final_bill):
        with pytest.raises(NotPossible, match="issued"):
            desk.do(action, case)
    desk.do(billing.note_balance, case, balance=Decimal(0))
    assert desk.read(case).state == "awaiting_final_bill"
    kinds = [b.kind for b in plan_case(desk.read(case), now=desk.now).blockers]
    assert kinds == ["final_bill"]


@pytest.mark.rule("R49")
def test_each_service_is_charged_by_the_day_until_its_own_end() -> None:
    desk, case = make()  # 21 September 2026, past midnight in Tokyo: the 22nd
    case = await_bill(desk, case)
    charge = plan_case(case, now=desk.now).last_bill
    # 22 and 25 of September's 30 days at 31.00 a month.
    assert charge.amount == Decimal("22.73") + Decimal("25.83")
    assert "each service until its own end" in charge.reason
    assert charge.rule == "R49"


@pytest.mark.rule("R50")
def test_paid_and_cleared_closes_and_tells_the_customer() -> None:
    desk, case = make()
    case = await_bill(desk, case)
    desk.do(billing.issue_final_bill, case, amount=Decimal("48.56"))
    case = desk.read(case)
    assert (case.final_bill.status, case.customer.balance) == ("issued", Decimal("48.56"))
    assert [b.kind for b in plan_case(case, now=desk.now).blockers] == ["final_bill_unpaid"]
    desk.do(billing.pay_final_bill, case)
    case = desk.read(case)
    assert (case.state, case.ended_at, case.customer.balance) == ("closed", desk.now, 0)
    assert (case.final_bill.status, case.final_bill.paid_at) == ("paid", desk.now)
    assert not case.items.filter(holds_item=True).exists()
    assert "48.56" in desk.mails(case, "account_closed")[0].text


@pytest.mark.rule("R50")
def test_an_older_debt_keeps_it_open_until_it_is_paid() -> None:
    desk, case = make(balance=Decimal("1240"))
    case = await_bill(desk, case)
    desk.do(billing.issue_final_bill, case, amount=Decimal("48.56"))
    desk.do(billing.pay_final_bill, case)
    case = desk.read(case)
    assert (case.state, case.customer.balance) == ("awaiting_final_bill", Decimal(1240))
    with pytest.raises(NotPossible, match=r"1,240.00 is still to be paid"):
        desk.do(billing.settle, case)
    desk.do(billing.note_balance, case, balance=Decimal("0.01"))
    assert desk.read(case).state == "awaiting_final_bill"
    desk.do(billing.note_balance, case, balance=Decimal(0))
    assert desk.read(case).state == "closed"


@pytest.mark.rule("R50")
def test_the_balance_that_billing_names_counts() -> None:
    desk, case = make()
    case = await_bill(desk, case)
    desk.do(billing.issue_final_bill, case, amount=Decimal(40), balance=Decimal(55))
    desk.do(billing.pay_final_bill, case, balance=Decimal("-5"))
    assert desk.read(case).state == "closed"  # a credit owes nothing


def test_a_bill_is_issued_and_paid_once() -> None:
    desk, case = make(balance=Decimal(10))
    case = await_bill(desk, case)
    desk.do(billing.issue_final_bill, case, amount=Decimal(40))
    with pytest.raises(NotPossible, match="already"):
        desk.do(billing.issue_final_bill, case, amount=Decimal(40))
    desk.do(billing.pay_final_bill, case)
    with pytest.raises(NotPossible, match="already"):
        desk.do(billing.pay_final_bill, case)
    assert desk.read(case).customer.balance == 10


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "100000000", "1.001"])
def test_what_cannot_be_an_amount_is_refused(amount: str) -> None:
    desk, case = make()
    case = await_bill(desk, case)
    with pytest.raises(billing.BillingMistake):
        desk.do(billing.issue_final_bill, case, amount=Decimal(amount))


def test_nothing_is_billed_before_the_services_have_ended() -> None:
    desk, case = make()
    for action, given in (
        (billing.issue_final_bill, {"amount": Decimal(1)}),
        (billing.pay_final_bill, {}),
        (billing.note_balance, {"balance": Decimal(0)}),
        (billing.settle, {}),
    ):
        with pytest.raises(NotPossible, match="No final bill is awaited"):
            desk.do(action, case, **given)


def test_an_auditor_and_a_customer_settle_nothing() -> None:
    desk, case = make()
    case = await_bill(desk, case)
    auditor = Actor.staff(factories.make_user(role="auditor"))
    for actor in (auditor, Actor.customer(desk.contact, Level.L3)):
        with pytest.raises(NotAllowed):
            billing.note_balance(case_id=case.pk, balance=Decimal(0), actor=actor, now=desk.now)


def test_the_database_refuses_waiting_for_no_bill() -> None:
    desk, case = make()
    case = await_bill(desk, case)
    with pytest.raises(IntegrityError, match="billing_awaits_a_bill"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(final_bill=None)


# -- all gone and still stuck ---------------------------------------------------------------------
def todos(case: Case) -> list[str]:
    return list(case.todos.filter(resolved_at=None).values_list("reason", flat=True))


@pytest.mark.rule("R51")
def test_while_something_is_left_looking_again_asks_nobody() -> None:
    desk, case = make()
    blockers = desk.do(recheck_blockers, case)
    assert {b.kind for b in blockers} == {"not_terminated"}
    assert todos(case) == []
    assert case.events.filter(kind="rechecked").count() == 1


@pytest.mark.rule("R51")
def test_all_gone_and_still_stuck_lists_what_remains() -> None:
    desk, case = make(balance=Decimal(7))
    end_sims(desk, 0, 0)
    services.note_inventory(customer=desk.customer, now=desk.now, problem="Asia did not answer")
    desk.do(recheck_blockers, case)
    (reason,) = todos(case)
    assert "Asia did not answer" in reason
    assert "$7.00 is still to be paid" in reason
    services.note_inventory(customer=desk.customer, now=desk.now)
    desk.do(recheck_blockers, case)
    (reason,) = todos(case)  # replaced, not added
    assert "Asia" not in reason


@pytest.mark.rule("R51")
def test_all_gone_and_nothing_known_is_said_and_escalated() -> None:
    desk, case = make()
    end_sims(desk, 0, 0)
    recheck_blockers(case_id=case.pk, actor=Actor.customer(desk.contact, Level.L1), now=desk.now)
    assert todos(case) == ["All services are gone and it is still stuck: cause unknown."]
    assert desk.read(case).turn == "us"


@pytest.mark.rule("R51")
def test_closing_answers_the_question() -> None:
    desk, case = make()
    case = await_bill(desk, case)
    desk.do(recheck_blockers, case)
    assert todos(case) == [
        "All services are gone and it is still stuck: The final bill has not been issued yet."
    ]
    desk.do(billing.issue_final_bill, case, amount=Decimal(0))
    desk.do(billing.pay_final_bill, case)
    assert todos(case) == []
    assert desk.read(case).state == "closed"


def test_the_call_was_the_22nd_in_tokyo() -> None:
    desk, _ = make()
    assert desk.now == datetime(2026, 9, 21, 15, 0, tzinfo=UTC)
