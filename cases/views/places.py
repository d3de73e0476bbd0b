"""Search, health and roles: the places that belong to no list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Role, list_table
from accounts.scoping import brand_ids_of, brands_of
from cases.actions.base import ActionError, Actor
from cases.actions.switches import resume_after_restore
from cases.queries.commands import list_commands
from cases.queries.health import (
    forget_health,
    list_door_lines,
    list_parts,
    read_health_lately,
)
from cases.queries.outbox import list_switches, visible_outbox
from cases.queries.queue import find_overdue
from cases.queries.search import search
from cases.views.once import once
from cases.views.shared import DeskRequest, require_deed, tell_refusal
from config import clock
from notifications.inbound.health import retire_shut_door


@require_safe
@require_deed("case.read")
def show_search(request: DeskRequest) -> HttpResponse:
    """Results; a case number that is one goes straight to its case."""
    text = request.GET.get("q", "")
    found = search(text=text, user=request.user)
    if found.only:
        return redirect("desk:case", number=found.only.number)
    return render(request, "desk/search.html", {"q": text, "found": found})


@require_safe
@require_deed("case.read")
def show_commands(request: DeskRequest) -> HttpResponse:
    """What the command bar offers for what was typed so far, as a fragment."""
    text = request.GET.get("q", "")
    context = {"q": text.strip(), "commands": list_commands(text=text, user=request.user)}
    return render(request, "desk/_commands.html", context)


@require_safe
@require_deed("case.read")
def show_health(request: DeskRequest) -> HttpResponse:
    now = clock.now()
    forget_health()  # what was changed here a moment ago shows, in the page's frame too
    mails = visible_outbox(request.user)
    context = {
        "health": read_health_lately(now=now),
        "doors": list_door_lines(),
        "parts": list_parts(),
        "switches": list_switches(),
        "overdue": find_overdue(now=now),
        "troubled": mails.filter(status__in=["failed", "unknown"]).order_by("-id")[:50],
        "waiting": mails.filter(status="queued").count(),
    }
    return render(request, "desk/health.html", context)


@require_safe
@require_deed("case.read")
def show_roles(request: DeskRequest) -> HttpResponse:
    """Who may do what, and as whom the user is here."""
    seen = brands_of(request.user) if brand_ids_of(request.user) is not None else []
    context = {"roles": list(Role), "table": list_table(), "brands": seen}
    return render(request, "desk/roles.html", context)


@require_POST
@require_deed("switch.pause")
@once
def retire_door(request: DeskRequest) -> HttpResponse:
    """A door that is shut for good holds nothing back any more."""
    name = request.POST.get("door", "")[:60]
    if retire_shut_door(door=name, by=str(request.user.pk)):
        messages.success(request, f"The door {name} is out of use. What it held back goes on.")
    else:
        messages.error(request, "Only a door that listens, and is shut, can be taken out of use.")
    return redirect("desk:health")


@require_POST
@require_deed("desk.resume")
def resume(request: DeskRequest) -> HttpResponse:
    """A restored backup may act again (G24)."""
    reason = request.POST.get("reason", "")
    try:
        resume_after_restore(reason=reason, actor=Actor.staff(request.user), now=clock.now())
    except ActionError as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, "The desk acts again. What was due meanwhile is looked at anew.")
    return redirect("desk:health")
