"""What other systems read of a brand's cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Brand
from cases.domain.money import round_money
from cases.domain.numbers import normalise_number
from cases.models import Case
from cases.models.planning import plan_case

PAGE = 100


def cases_of(brand: Brand) -> QuerySet[Case]:
    """The brand's cases: another brand's do not exist here."""
    return Case.objects.filter(brand=brand).select_related(
        "customer", "policy_version", "final_bill"
    )


def find_case(brand: Brand, number: str) -> Case | None:
    """The case with this number, in any spacing."""
    clean = normalise_number(number)
    return cases_of(brand).filter(number=clean).first() if clean else None


def list_cases(*, brand: Brand, state: str, after: int) -> list[Case]:
    """Up to a hundred cases by id, of one state or all; three queries."""
    cases = cases_of(brand).filter(pk__gt=after).order_by("pk")
    return list((cases.filter(state=state) if state else cases)[:PAGE])


def describe_case(case: Case) -> dict[str, Any]:
    """A case in brief: what a list shows."""
    bill, currency = case.final_bill, case.customer.currency
    return {
        "id": case.pk,
        "number": case.number,
        "account_number": case.customer.account_number,
        "state": str(case.status),
        "version": case.version,
        "effective_on": case.effective_on,
        "executed_at": case.executed_at,
        "ended_at": case.ended_at,
        "currency": currency,
        "balance": round_money(case.customer.balance, currency),
        "final_bill": bill
        and {
            "starts_on": bill.period_starts_on,
            "ends_on": bill.period_ends_on,
            "status": bill.status,
            "amount": round_money(bill.amount, currency),
            "paid_at": bill.paid_at,
        },
    }


def describe_fully(case: Case, *, now: datetime) -> dict[str, Any]:
    """The same with what stands in the way, and what the last bill is expected to be."""
    plan = plan_case(case, now=now)
    return {
        **describe_case(case),
        "expected": plan.last_bill.amount if plan.last_bill else None,
        "blockers": [
            {"kind": b.kind, "what": b.what, "who": b.who, "how": b.how,
             "hard": b.is_hard, "stage": b.stage, "rule": b.rule}
            for b in plan.blockers
        ],
    }  # fmt: skip
