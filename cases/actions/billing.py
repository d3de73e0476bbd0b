"""After the services have ended: the final bill is issued and paid, and the account closes (R50).

What the billing system says comes by the API or is noted by hand; both come through here. The
balance is what the account owes in all, in its currency; less than zero is credit.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from accounts.models import Bill
from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.information import release_items
from cases.actions.mail import queue_mail
from cases.domain.closing import find_close_blockers
from cases.domain.money import format_money, round_money
from cases.domain.states import State
from cases.models import Case
from cases.models.planning import read_account

LARGEST = Decimal("99999999.99")


class BillingMistake(NotPossible):
    """An amount that cannot be right."""


def issue_final_bill(
    *,
    case_id: int,
    amount: Decimal,
    actor: Actor,
    now: datetime,
    balance: Decimal | None = None,
    version: int | None = None,
) -> Case:
    """The final bill was issued over `amount`; `balance` is what is owed now.

    Without a balance the amount is added to what was owed before. Raises `NotPossible` when no
    final bill is awaited.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.settle", version=version
    ) as change:
        case, bill = change.case, lock_final_bill(change)
        if bill.status != Bill.Status.AWAITED:
            raise NotPossible("The final bill was issued already.")
        bill.amount, bill.status = check_amount(case, amount), Bill.Status.ISSUED
        bill.save(update_fields=["amount", "status"])
        set_balance(case, case.customer.balance + bill.amount if balance is None else balance)
        change.record(
            "final_bill_issued",
            f"The final bill was issued: {show(case, bill.amount)}. {say_balance(case)}",
            bill=bill.pk,
            amount=str(bill.amount),
            balance=str(case.customer.balance),
        )
        return case


def pay_final_bill(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    balance: Decimal | None = None,
    version: int | None = None,
) -> Case:
    """The final bill was paid; with nothing owed beside it the account closes (R50).

    Without a balance the bill's amount is taken off what was owed. Raises `NotPossible` while the
    bill has not been issued: a balance of zero before that closes nothing.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.settle", version=version
    ) as change:
        case, bill = change.case, lock_final_bill(change)
        if bill.status == Bill.Status.AWAITED:
            raise NotPossible("The final bill has not been issued yet: there is nothing to pay.")
        if bill.status == Bill.Status.PAID:
            raise NotPossible("The final bill was paid already.")
        bill.status, bill.paid_at = Bill.Status.PAID, now
        bill.save(update_fields=["status", "paid_at"])
        set_balance(case, case.customer.balance - bill.amount if balance is None else balance)
        change.record(
            "final_bill_paid",
            f"The final bill of {show(case, bill.amount)} was paid. {say_balance(case)}",
            bill=bill.pk,
            balance=str(case.customer.balance),
        )
        close_if_cleared(change)
        return case


def note_balance(
    *,
    case_id: int,
    balance: Decimal,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """What the account owes now. Cleared after the final bill was paid, it closes (R50)."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.settle", version=version
    ) as change:
        case = change.case
        lock_final_bill(change)
        set_balance(case, balance)
        change.record("balance_noted", say_balance(case), balance=str(case.customer.balance))
        close_if_cleared(change)
        return case


def settle(*, case_id: int, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """Close the account when the final bill is paid and the balance cleared, and only then (R50).

    Raises `NotPossible` with what is missing.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.settle", version=version
    ) as change:
        lock_final_bill(change)
        missing = find_missing(change)
        if missing:
            raise NotPossible(missing)
        close_if_cleared(change)
        return change.case


def lock_final_bill(change: Change) -> Bill:
    """The awaited bill and the customer's balance under lock. Raises `NotPossible`."""
    case = change.case
    if case.status is not State.AWAITING_FINAL_BILL or case.final_bill_id is None:
        raise NotPossible(f"No final bill is awaited: the case is “{case.status.label}”.")
    case.final_bill = Bill.objects.select_for_update().get(pk=case.final_bill_id)
    case.customer = type(case.customer).objects.select_for_update().get(pk=case.customer_id)
    return case.final_bill


def check_amount(case: Case, amount: Decimal) -> Decimal:
    """The amount in the currency's smallest unit. Raises `BillingMistake`."""
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise BillingMistake("This is not an amount that can be billed.")
    rounded = round_money(amount, case.customer.currency)
    if rounded != amount:
        raise BillingMistake(f"{case.customer.currency} has fewer decimals than {amount}.")
    return rounded


def set_balance(case: Case, balance: Decimal) -> None:
    case.customer.balance = check_amount(case, balance)
    case.customer.save(update_fields=["balance"])


def find_missing(change: Change) -> str:
    """What keeps the account open, in a sentence; empty when nothing does."""
    case = change.case
    blockers = find_close_blockers(case.rules, read_account(case.customer, case=case))
    return " ".join(b.what for b in blockers)


def close_if_cleared(change: Change) -> None:
    """Nothing is missing any more: the account closes, and the customer is told."""
    case = change.case
    if find_missing(change):
        return
    change.move(case.settle, now=change.now)
    release_items(change)
    change.resolve_todos(kinds=("stuck",), resolution="closed")
    change.record(
        "closed", "The final bill is paid and the balance cleared: the account is closed."
    )
    if case.contact:
        queue_mail(change, "account_closed", key="account_closed", bill=case.final_bill)


def show(case: Case, amount: Decimal) -> str:
    return format_money(amount, case.customer.currency)


def say_balance(case: Case) -> str:
    balance = case.customer.balance
    if balance > 0:
        return f"Still to be paid: {show(case, balance)}."
    return f"Credit: {show(case, -balance)}." if balance < 0 else "Nothing is owed."
