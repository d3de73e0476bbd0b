"""Search and health: the two places that belong to no list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cases.queries.health import list_door_lines, read_health
from cases.queries.queue import find_overdue
from cases.queries.search import search
from cases.views.shared import DeskRequest, require_deed
from config import clock
from notifications.inbound.health import retire_shut_door
from notifications.models import Email, Switch


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
        "doors": list_door_lines(),
        "switches": Switch.objects.all(),
        "overdue": find_overdue(now=now),
        "troubled": Email.objects.filter(status__in=["failed", "unknown"]).order_by("-id")[:50],
        "waiting": Email.objects.filter(status="queued").count(),
    }
    return render(request, "desk/health.html", context)


@require_POST
@require_deed("switch.pause")
def retire_door(request: DeskRequest) -> HttpResponse:
    """A door that is shut for good holds nothing back any more."""
    name = request.POST.get("door", "")[:60]
    if retire_shut_door(door=name, by=request.user.get_username()):
        messages.success(request, f"The door {name} is out of use. What it held back goes on.")
    else:
        messages.error(request, "Only a door that listens, and is shut, can be taken out of use.")
    return redirect("desk:health")
