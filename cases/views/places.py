"""Search and health: the two places that belong to no list."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cases.queries.health import read_health
from cases.queries.queue import find_overdue
from cases.queries.search import search
from cases.views.shared import DeskRequest, require_deed
from config import clock
from notifications.models import DoorHealth, Email, Switch


@require_safe
@require_deed("case.read")
def show_search(request: DeskRequest) -> HttpResponse:
    """Results; a case number that is one goes straight to its case."""
    text = request.GET.get("q", "")
    found = search(text=text, user=request.user)
    if len(found.cases) == 1 and not found.customers and not found.mail:
        return redirect("desk:case", number=found.cases[0].number)
    return render(request, "desk/search.html", {"q": text, "found": found})


@require_safe
@require_deed("case.read")
def show_health(request: DeskRequest) -> HttpResponse:
    now = clock.now()
    context = {
        "health": read_health(now=now),
        "doors": DoorHealth.objects.all(),
        "switches": Switch.objects.all(),
        "overdue": find_overdue(now=now),
        "troubled": Email.objects.filter(status__in=["failed", "unknown"]).order_by("-id")[:50],
        "waiting": Email.objects.filter(status="queued").count(),
    }
    return render(request, "desk/health.html", context)
