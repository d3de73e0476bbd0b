"""The final bill as a row: awaited from the moment in which the services have ended (R49, R50)."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import Bill
from cases.domain.dates import billing_month
from cases.domain.plan import Plan
from cases.models import Case


def await_final_bill(case: Case, *, plan: Plan) -> Bill:
    """The bill of the month in which the services ended, awaited at what is to be expected.

    A customer has one final bill per billing month: two cases that end in it share it.
    """
    assert plan.effective_on is not None, "services have ended on some day"
    starts_on, ends_on = billing_month(plan.effective_on, case.customer.billing_anchor)
    bill, _ = Bill.objects.get_or_create(
        customer=case.customer,
        period_starts_on=starts_on,
        is_final=True,
        defaults={"period_ends_on": ends_on, "amount": Decimal(0)},
    )
    return bill
