"""A refused change: why, and where the page was stale, what happened and how to go on from there.

With JavaScript the answer is a fragment that stands inside the form, whose fields stay as they
are; without, it is the whole page with the fields kept in a form of their own (THREATS 53).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from cases.actions.base import ActionError, CaseChanged, NotAllowed
from cases.models import Case
from cases.queries.changes import Changes, list_changes
from cases.views.inputs import InvalidInput
from cases.views.shared import DeskRequest

# What the form carries for us and is no part of what the person wanted.
OURS = ("csrfmiddlewaretoken", "version", "seen", "again")
WRITTEN = ("text", "own_question", "reason")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """`changes` is set where the form was stale; `fields` are the posted ones, to post again."""

    why: str
    verb: str
    status: int
    changes: Changes | None = None
    fields: tuple[tuple[str, str], ...] = ()
    had_files: bool = False

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """What the person wrote, to be seen and edited before it is posted again."""
        return tuple((name, value) for name, value in self.fields if name in WRITTEN and value)

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in self.fields if pair not in self.written)


def make_refusal(
    request: DeskRequest, case: Case, verb: str, error: ActionError | InvalidInput
) -> Refusal:
    """The refusal in words, and what a stale form needs to go on."""
    if not isinstance(error, CaseChanged):
        status = 403 if isinstance(error, NotAllowed) else 422
        return Refusal(why=str(error), verb=verb, status=status)
    return Refusal(
        why=str(error),
        verb=verb,
        status=409,
        changes=list_changes(case=case, since=read_seen(request, case)),
        fields=tuple(
            (name, value)
            for name, values in request.POST.lists()
            if name not in OURS
            for value in values
        ),
        had_files=bool(request.FILES),
    )


def read_seen(request: DeskRequest, case: Case) -> int:
    """The number of the last event that the form has shown; without one, the last few count."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else max(0, case.last_sequence - 3)


def show_refusal(request: DeskRequest, case: Case, refusal: Refusal) -> HttpResponse:
    """The fragment that stands inside the form. 403 would become a toast without the reason."""
    status = 422 if refusal.status == 403 else refusal.status
    context = {"case": case, "refusal": refusal}
    return render(request, "desk/_refusal.html", context, status=status)
