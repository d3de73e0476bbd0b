"""Verbs of the case page around exceptions: ask for one, grant it, or not."""

from __future__ import annotations

from collections.abc import Callable

from cases.actions import approvals
from cases.domain.dates import local_date
from cases.forms import FeeForm, NoticeForm
from cases.models import Approval, Case
from cases.views.inputs import clean, common
from cases.views.shared import DeskRequest
from config import clock


def lower_fee(request: DeskRequest, case: Case) -> str:
    data = clean(FeeForm(request.POST))
    asked = approvals.ask_lower_fee(
        amount=data["amount"], reason=data["reason"], **common(request, case)
    )
    return say_asked(asked)


def shorten_notice(request: DeskRequest, case: Case) -> str:
    data = clean(NoticeForm(request.POST, today=local_date(clock.now(), case.zone)))
    asked = approvals.ask_shorter_notice(
        ends_on=data["ends_on"], reason=data["reason"], **common(request, case)
    )
    return say_asked(asked)


def say_asked(approval: Approval) -> str:
    if approval.decision:
        return "Granted: it was yours to decide. The plan follows."
    return "Asked. A colleague who may grant it finds it among the to-dos, for three days."


def grant(request: DeskRequest, case: Case) -> str:
    approvals.grant(approval_id=approval_of(request, case), **common(request, case))
    return "Granted. The plan follows."


def refuse_exception(request: DeskRequest, case: Case) -> str:
    approvals.refuse(approval_id=approval_of(request, case), **common(request, case))
    return "Noted: it stays as it was."


def approval_of(request: DeskRequest, case: Case) -> int:
    """Which exception a to-do of this case is about; 0 when somebody has settled it."""
    todo = request.POST.get("todo", "")
    found = case.todos.filter(pk=int(todo)).first() if todo.isdecimal() else None
    return int(found.evidence.get("approval", 0)) if found else 0


EXCEPTION_VERBS: dict[str, Callable[[DeskRequest, Case], str]] = {
    "lower_fee": lower_fee,
    "shorten_notice": shorten_notice,
    "grant": grant,
    "refuse_exception": refuse_exception,
}
