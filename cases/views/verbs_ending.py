"""Verbs of the case page around the end: numbers, what is in the way, the final bill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from cases.actions import billing
from cases.actions.dispositions import acknowledge_loss, set_disposition
from cases.actions.recheck import recheck_blockers
from cases.domain.words import count_of
from cases.forms import AmountForm, DispositionForm
from cases.models import Case
from cases.views.inputs import clean, common
from cases.views.shared import DeskRequest


def disposition(request: DeskRequest, case: Case) -> str:
    data = clean(DispositionForm(request.POST))
    set_disposition(
        case_item_id=data["item"],
        disposition=data["disposition"],
        note=data["note"],
        **common(request, case),
    )
    return "Noted what becomes of the number."


def accept_loss(request: DeskRequest, case: Case) -> str:
    ids = [int(pk) for pk in request.POST.getlist("item") if pk.isdigit()]
    acknowledge_loss(
        case_item_ids=ids, typed=request.POST.get("typed", "")[:200], **common(request, case)
    )
    return "Noted: they accept that the number may be lost."


def recheck(request: DeskRequest, case: Case) -> str:
    fields = common(request, case)
    fields.pop("version", None)
    hard = [b for b in recheck_blockers(**fields) if b.is_hard]
    return f"{count_of(len(hard), 'thing')} in the way." if hard else "Nothing is in the way."


def amounts(request: DeskRequest, *required: str) -> dict[str, Any]:
    """The amounts that were posted; of the names given each must be there."""
    form: forms.Form = AmountForm(request.POST)
    for name in required:
        form.fields[name].required = True
    return clean(form)


def issue_bill(request: DeskRequest, case: Case) -> str:
    data = amounts(request, "amount")
    billing.issue_final_bill(
        amount=data["amount"], balance=data["balance"], **common(request, case)
    )
    return "Noted: the final bill was issued."


def pay_bill(request: DeskRequest, case: Case) -> str:
    done = billing.pay_final_bill(balance=amounts(request)["balance"], **common(request, case))
    return say_closed(done, "Noted: the final bill was paid.")


def note_balance(request: DeskRequest, case: Case) -> str:
    done = billing.note_balance(
        balance=amounts(request, "balance")["balance"], **common(request, case)
    )
    return say_closed(done, "Noted.")


def settle(request: DeskRequest, case: Case) -> str:
    billing.settle(**common(request, case))
    return "The account is closed."


def say_closed(case: Case, otherwise: str) -> str:
    """After a payment: closed, or still open because something is owed beside it (R50)."""
    if case.is_open:
        return f"{otherwise} The account closes when nothing is owed any more."
    return "Paid and cleared: the account is closed."


ENDING_VERBS: dict[str, Callable[[DeskRequest, Case], str]] = {
    "accept_loss": accept_loss,
    "disposition": disposition,
    "issue_bill": issue_bill,
    "note_balance": note_balance,
    "pay_bill": pay_bill,
    "recheck": recheck,
    "settle": settle,
}
