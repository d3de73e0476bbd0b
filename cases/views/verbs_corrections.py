"""“That's wrong”: verbs of the case page that reverse what the desk decided by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cases.actions import corrections
from cases.actions.base import NotPossible
from cases.models import Case
from cases.views.inputs import common
from cases.views.shared import DeskRequest
from notifications.models import Inbound


def mail_fields(request: DeskRequest, case: Case) -> dict[str, Any]:
    """The mail of this very case that is corrected, with the reason (THREATS 51)."""
    fields = common(request, case)
    del fields["case_id"]
    given = request.POST.get("inbound", "")
    pk = int(given) if given.isdecimal() and len(given) < 19 else 0
    if not Inbound.objects.filter(pk=pk, thread_id=case.thread_id).exists():
        raise NotPossible("There is no such mail on this case.")
    return {**fields, "inbound_id": pk, "reason": request.POST.get("reason", "")}


def mark_human(request: DeskRequest, case: Case) -> str:
    corrections.mark_human(**mail_fields(request, case))
    return "Filed as a person's own words."


def mark_automatic(request: DeskRequest, case: Case) -> str:
    corrections.mark_automatic(**mail_fields(request, case))
    return "It counts as no answer any more."


def look_again(request: DeskRequest, case: Case) -> str:
    corrections.look_again(**mail_fields(request, case))
    return "A person decides now: see the to-do above."


def retract_answer(request: DeskRequest, case: Case) -> str:
    question = request.POST.get("question", "")
    corrections.retract_answer(
        question_id=int(question) if question.isdecimal() and len(question) < 19 else 0,
        reason=request.POST.get("reason", ""),
        **common(request, case),
    )
    return "The question is open again."


CORRECTION_VERBS: dict[str, Callable[[DeskRequest, Case], str]] = {
    "look_again": look_again,
    "mark_automatic": mark_automatic,
    "mark_human": mark_human,
    "retract_answer": retract_answer,
}
