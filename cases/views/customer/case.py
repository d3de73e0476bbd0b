"""The page of one case, for its customer: where it stands, what we need, what they may do."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from cases.actions.base import ActionError, CaseChanged, NotAllowed
from cases.actions.limits import TooOften
from cases.actions.links import DeadLink, note_opened
from cases.queries.customer_page import read_customer_page
from cases.views.customer.done import Done
from cases.views.customer.verbs import VERBS
from cases.views.customer.visit import Visit, find_path, keep_visit, visiting
from cases.views.customer.words import find_words, say


@visiting
@require_safe
def show_case(request: HttpRequest, visit: Visit) -> HttpResponse:
    note_opened(visit.link, now=visit.now)
    return render_case(request, visit)


def render_case(request: HttpRequest, visit: Visit, *, status: int = 200) -> HttpResponse:
    """The page as it stands now; after a refusal with its status."""
    page = read_customer_page(case=visit.the_case, now=visit.now)
    context = {"visit": visit, "page": page, "case": page.case, "brand": page.case.brand}
    return render(request, "customer/case.html", context, status=status)


@visiting
@require_POST
def act(request: HttpRequest, visit: Visit, verb: str) -> HttpResponse:
    """Do one thing. A refusal shows the page again, with the reason on top and nothing changed."""
    if verb not in VERBS:
        raise Http404("There is no such action.")
    try:
        done = VERBS[verb](request, visit)
    except ActionError as refusal:
        return refuse(request, visit, verb, refusal)
    if isinstance(done, HttpResponse):
        return done
    return receive(visit, done, request)


def receive(visit: Visit, done: Done, request: HttpRequest) -> HttpResponse:
    """Say what was done, and show the page afresh: a reload repeats nothing."""
    messages.success(request, done.said)
    response = redirect(f"{find_path(visit.case)}{done.place}")
    if done.proof:
        keep_visit(response, link=visit.link, case=visit.case, proof=done.proof, until=visit.until)
    return response


def refuse(request: HttpRequest, visit: Visit, verb: str, refusal: ActionError) -> HttpResponse:
    """The page as it is now, with the reason; the state of things decides the status."""
    messages.error(request, say_refusal(verb, refusal))
    if isinstance(refusal, TooOften):
        status = 429
    elif isinstance(refusal, DeadLink):
        status = 410
    elif isinstance(refusal, CaseChanged):
        status = 409
    else:
        status = 403 if isinstance(refusal, NotAllowed) else 422
    fresh = visit.the_case
    fresh.refresh_from_db()
    return render_case(request, visit, status=status)


def say_refusal(verb: str, refusal: ActionError) -> str:
    """Why not, in the customer's language: by the kind of refusal, then by what they wanted."""
    why = getattr(refusal, "why", "")
    keys = (
        f"refused.{type(refusal).__name__}.{why}" if why else "",
        f"refused.{type(refusal).__name__}",
        f"refused.{verb}",
    )
    key = next((k for k in keys if k and find_words(k)), "refused.other")
    facts = {"phrase": getattr(refusal, "phrase", ""), **getattr(refusal, "facts", {})}
    if until := getattr(refusal, "until", None):
        facts["until"] = date_format(timezone.localtime(until), "DATETIME_FORMAT")
    return say(key, **facts)
