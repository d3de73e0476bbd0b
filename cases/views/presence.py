"""Who else is on this case: asked by the open page every few seconds, at a small fixed cost."""

from __future__ import annotations

from hashlib import blake2b

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cases import presence
from cases.domain.numbers import normalise_number
from cases.queries.changes import list_changes
from cases.queries.queue import visible_cases
from cases.views.shared import DeskRequest, require_deed
from config import clock


@require_POST
@require_deed("case.read")
def meet(request: DeskRequest, number: str) -> HttpResponse:
    """The others and what they write; once the page is stale, what has happened since.

    204 while nothing is different from what the page shows, so that nothing is read out again.
    """
    cases = visible_cases(request.user).filter(number=normalise_number(number) or "")
    case = cases.only("pk", "number", "version", "last_sequence").first()
    if case is None:
        raise Http404("There is no such case, or it is not one of yours.")
    people = presence.meet(
        case_id=case.pk,
        user=request.user,
        writing=request.POST.get("writing", ""),
        now=clock.now(),
    )
    said = presence.sum_up(people, version=case.version)
    mark = blake2b(said.encode(), digest_size=6).hexdigest()
    if mark == request.POST.get("shown"):
        return HttpResponse(status=204)
    seen = request.POST.get("seen", "")
    stale = request.POST.get("version", "") != str(case.version)
    since = int(seen) if seen.isdecimal() and len(seen) < 10 else case.last_sequence
    changes = list_changes(case=case, since=since) if stale else None
    context = {"case": case, "people": people, "mark": mark, "changes": changes}
    return render(request, "desk/_presence.html", context)
