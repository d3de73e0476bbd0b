"""The form of one action, when it is asked for: a dialog over the case, or a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.roles import may
from cases.models import Case
from cases.queries.case_page import CasePage, Shown, read_case_page
from cases.queries.possible import WITH_FORM
from cases.views.shared import DeskRequest, get_case, require_deed
from config import clock

# What may be asked for in every state, with the deed that it is.
STEADY = {"verify": "case.edit", "choose_contact": "case.edit"}
SHARED = {
    "confirm": "date", "reschedule": "date",
    "issue_bill": "billing", "pay_bill": "billing", "note_balance": "billing",
}  # fmt: skip


@require_safe
@require_deed("case.read")  # what the form does asks for its own
def show_form(request: DeskRequest, number: str, verb: str) -> HttpResponse:
    """The form, or why there is none now; 409 then."""
    if verb not in WITH_FORM and verb not in STEADY:
        raise Http404("There is no such form.")
    case = get_case(request, number)
    page = read_case_page(case=case, user=request.user, now=clock.now())
    why_not = find_obstacle(page, request.user, verb)
    form = f"desk/forms/{'_impossible' if why_not else SHARED.get(verb, verb)}.html"
    context = {
        "case": case,
        "page": page,
        "verb": verb,
        "offer": page.find_offer(verb),
        "why_not": why_not,
        "shown": read_shown(request, case),
        "form_template": form,
    }
    template = form if request.htmx else "desk/form.html"
    return render(request, template, context, status=409 if why_not else 200)


def find_obstacle(page: CasePage, user: User, verb: str) -> str:
    """Why this cannot be asked for now, in words for the user; empty when it can."""
    offer = page.find_offer(verb)
    if offer is not None:
        return offer.why_not
    if verb in STEADY:
        return "" if may(user, STEADY[verb]) else "Your role does not allow this."
    return f"The case is “{page.case.status.label}” now, which rules this out."


def read_shown(request: DeskRequest, case: Case) -> Shown:
    """What the page has shown that asks for the form; without its word, the case as it is now."""
    given = [request.GET.get(name, "") for name in ("version", "seen")]
    if all(text.isdecimal() and len(text) < 10 for text in given):
        return Shown(*map(int, given))
    return Shown(case.version, case.last_sequence)
