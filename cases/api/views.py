"""The calls: read a brand's cases; say that the final bill was issued and paid (R50).

No call here confirms, executes or terminates anything: a key is no customer (R43).
"""

# Annotations stay real objects here: ninja reads them through the `once` decorator.
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from accounts import services
from accounts.models import Customer
from cases.actions import billing
from cases.actions.api_keys import act_for
from cases.actions.base import NotAllowed
from cases.api import schemas
from cases.api.doors import once, refuse
from cases.domain.states import State
from cases.models import Case
from cases.queries import api as queries
from config import clock

router = Router()
REFUSALS: dict[Any, Any] = dict.fromkeys((400, 404, 409, 422), schemas.Refusal)


class NoSuchCase(NotAllowed):
    """Not one of this key's brand."""


def need_case(request: Any, number: str) -> Case:
    case = queries.find_case(request.auth.brand, number)
    if case is None:
        raise NoSuchCase("There is no such case.")
    return case


def common(request: Any, number: str, version: int | None) -> dict[str, Any]:
    """What every action takes."""
    return {
        "case_id": need_case(request, number).pk,
        "actor": act_for(request.auth),
        "now": clock.now(),
        "version": version,
    }


def describe(request: Any, number: str) -> dict[str, Any]:
    return queries.describe_fully(need_case(request, number), now=clock.now())


@router.get("/cases/", response={200: schemas.PageOut, 422: schemas.Refusal})
def list_cases(request: Any, state: str = "", after: int = Query(0, ge=0, lt=2**62)) -> Any:
    """The brand's cases by id, up to a hundred; `state=awaiting_final_bill` is billing's list."""
    if state and state not in {s.value for s in State}:
        return refuse(422, f"There is no state “{state[:40]}”.")
    cases = queries.list_cases(brand=request.auth.brand, state=state, after=after)
    more = len(cases) == queries.PAGE
    return {
        "cases": [queries.describe_case(case) for case in cases],
        "after": cases[-1].pk if more else None,
    }


@router.get("/cases/{number}/", response={200: schemas.FullCaseOut, 404: schemas.Refusal})
def show_case(request: Any, number: str) -> dict[str, Any] | HttpResponse:
    """One case, with what stands in the way."""
    try:
        return describe(request, number)
    except NoSuchCase as error:
        return refuse(404, str(error))


@router.post("/cases/{number}/final-bill/", response={200: schemas.FullCaseOut, **REFUSALS})
@once
def issue_final_bill(request: Any, number: str, data: schemas.IssueIn) -> dict[str, Any]:
    """The final bill was issued."""
    billing.issue_final_bill(
        amount=data.amount, balance=data.balance, **common(request, number, data.version)
    )
    return describe(request, number)


@router.post("/cases/{number}/payment/", response={200: schemas.FullCaseOut, **REFUSALS})
@once
def pay_final_bill(request: Any, number: str, data: schemas.PaymentIn) -> dict[str, Any]:
    """The final bill was paid; with nothing owed beside it the account closes."""
    billing.pay_final_bill(balance=data.balance, **common(request, number, data.version))
    return describe(request, number)


@router.post("/cases/{number}/balance/", response={200: schemas.FullCaseOut, **REFUSALS})
@once
def note_balance(request: Any, number: str, data: schemas.BalanceIn) -> dict[str, Any]:
    """What the account owes now."""
    billing.note_balance(balance=data.balance, **common(request, number, data.version))
    return describe(request, number)


@router.post(
    "/accounts/{account_number}/inventory/", response={200: schemas.InventoryOut, **REFUSALS}
)
@once
def note_inventory(request: Any, account_number: str, data: schemas.InventoryIn) -> dict[str, Any]:
    """The account's inventory was read, or could not be (R45)."""
    customer = Customer.objects.filter(
        brand=request.auth.brand, account_number=account_number
    ).first()
    if customer is None:
        raise NoSuchCase("There is no such account.")
    services.note_inventory(customer=customer, now=clock.now(), problem=data.problem)
    return {
        "account_number": customer.account_number,
        "problem": customer.inventory_problem,
        "read_at": customer.inventory_read_at,
    }
