"""What keeps a terminated account open: the final bill, then the balance (R50)."""

from __future__ import annotations

from collections.abc import Iterator

from cases.domain.checks import Blocker
from cases.domain.facts import Account, FinalBill
from cases.domain.policy import Policy
from cases.domain.speech import Money, phrase


def find_close_blockers(policy: Policy, account: Account) -> tuple[Blocker, ...]:
    """What is missing until the account closes. A balance of nothing closes nothing by itself."""
    return tuple(check_closing(account)) if policy.closes == "after_final_bill" else ()


def check_closing(account: Account) -> Iterator[Blocker]:
    bill = account.final_bill or FinalBill()
    amount = Money(amount=bill.amount, currency=account.currency)
    if not bill.is_issued:
        yield stand_before_closing(
            kind="final_bill",
            what=phrase("The final bill has not been issued yet."),
            who="billing",
            how=phrase("Wait for the final bill; it comes after the billing month has ended."),
        )
    elif bill.status == "issued":
        yield stand_before_closing(
            kind="final_bill_unpaid",
            what=phrase("The final bill of {amount} has not been paid.", amount=amount),
            who="customer",
            how=phrase("Pay the final bill of {amount}.", amount=amount),
        )
    if account.balance > 0 and bill.status != "issued":
        owed = Money(amount=account.balance, currency=account.currency)
        yield stand_before_closing(
            kind="balance",
            what=phrase("{owed} is still to be paid.", owed=owed),
            who="customer",
            how=phrase("Pay the open balance of {owed}; the account closes only then.", owed=owed),
        )


def stand_before_closing(*, kind: str, what: str, who: str, how: str) -> Blocker:
    return Blocker(
        kind=kind,
        item_id=None,
        what=what,
        who=who,
        how=how,
        severity="hard",
        rule="R50",
        stage="close",
    )
