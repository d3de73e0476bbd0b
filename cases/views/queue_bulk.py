"""One deed on the selected cases of the queue: first what would happen, then it, then undo."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.roles import may
from cases.actions.base import Actor, NotPossible
from cases.actions.bulk import run_bulk, undo_bulk
from cases.domain.bulk import BUTTON, DID, NEEDS, TITLE, BulkDeed
from cases.domain.words import count_of
from cases.models import BulkRun
from cases.queries.bulk import find_chosen, preview
from cases.queries.queue_filters import UnknownFilter, list_colleagues
from cases.views.once import once
from cases.views.queue_views import go_to_queue, read_query
from cases.views.shared import DeskRequest, require_deed
from config import clock


@require_POST
@require_deed("case.read")
def preview_bulk(request: DeskRequest) -> HttpResponse:
    """What would happen to each selected case, which are left out and why. Nothing is done."""
    deed = request.POST.get("deed", "")
    if deed not in set(BulkDeed):
        return HttpResponseBadRequest("Choose what to do with the selected cases.")
    if not may(request.user, NEEDS[BulkDeed(deed)]):
        return render(request, "403.html", status=403)
    # Asked again for another owner, the form names all of them, in as before or left out.
    named = [*request.POST.getlist("case"), *request.POST.getlist("left_out")]
    cases = find_chosen(numbers=[n.partition(":")[0] for n in named], user=request.user)
    owner = read_owner(request) or request.user
    lines = preview(cases=cases, deed=BulkDeed(deed), owner=owner, now=clock.now())
    context = {
        "deed": deed,
        "title": TITLE[BulkDeed(deed)],
        "button": BUTTON[BulkDeed(deed)],
        "lines": [line for line in lines if not line.why_not],
        "left_out": [line for line in lines if line.why_not],
        "query": request.POST.get("query", ""),
        "owner": owner,
        "colleagues": list_colleagues(request.user) if deed == BulkDeed.ASSIGN else (),
    }
    page = "desk/_bulk_dialog.html" if request.htmx else "desk/bulk.html"
    return render(request, page, context)


@require_POST
@require_deed("case.read")
@once
def apply_bulk(request: DeskRequest) -> HttpResponse:
    """Do it, and offer to take it back."""
    try:
        filters, deed = read_query(request), BulkDeed(request.POST.get("deed", ""))
    except (UnknownFilter, ValueError) as error:
        return HttpResponseBadRequest(str(error))
    if not may(request.user, NEEDS[deed]):
        return render(request, "403.html", status=403)
    owner, text = read_owner(request), request.POST.get("text", "").strip()[:4000]
    if (deed is BulkDeed.ASSIGN and owner is None) or (deed is BulkDeed.NOTE and not text):
        messages.error(request, "Say who, or what: nothing was done.")
        return go_to_queue(filters)
    versions = dict(pair.split(":", 1) for pair in request.POST.getlist("case") if ":" in pair)
    chosen = find_chosen(numbers=versions, user=request.user)
    run = run_bulk(
        cases=[(c, int(versions[c.number])) for c in chosen if versions[c.number].isdecimal()],
        deed=deed,
        actor=Actor.staff(request.user),
        now=clock.now(),
        owner=owner,
        text=text,
        query=filters.address(),
    )
    tell_run(request, run)
    return go_to_queue(filters)


def tell_run(request: DeskRequest, run: BulkRun) -> None:
    """One message: what was done, with undo; and one for what was left out."""
    if run.done:
        said = f"{count_of(len(run.done), 'case')} {DID[BulkDeed(run.deed)]}."
        undo = reverse("desk:undo_bulk", args=[run.pk])
        messages.success(request, said, extra_tags=f"undo:{undo}")
    if run.left_out:
        first = run.left_out[0]
        more = f" and {len(run.left_out) - 1} more" if len(run.left_out) > 1 else ""
        messages.warning(request, f"Left out: {first['number']}{more}. {first['why']}")


@require_POST
@require_deed("case.read")
def undo_run(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a bulk deed back, while its minute lasts."""
    get_object_or_404(BulkRun, pk=pk, user=request.user)
    try:
        run = undo_bulk(run_id=pk, actor=Actor.staff(request.user), now=clock.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:queue")
    messages.success(request, f"Taken back for {count_of(len(run.done), 'case')}.")
    tell_run(request, BulkRun(deed=run.deed, left_out=run.left_out))
    return redirect(f"{reverse('desk:queue')}?{run.query}")


def read_owner(request: DeskRequest) -> User | None:
    """The chosen colleague, who must be one of this user's."""
    chosen = request.POST.get("owner", "")
    found = {str(u.pk): u for u in list_colleagues(request.user)} if chosen else {}
    return found.get(chosen)
