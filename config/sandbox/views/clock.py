"""The time machine's pages. Looking is GET; time moves by POST alone."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import needs
from accounts.models import User
from accounts.roles import may
from cases.models import Event
from cases.queries.queue import visible_cases
from config import clock as desk_clock
from config.sandbox.machine.due import find_next, list_next
from config.sandbox.machine.moves import (
    AlreadyMoving,
    NothingAhead,
    UnknownMove,
    begin_move,
    choose_goal,
    find_running,
    is_lost,
    run_in_background,
)
from config.sandbox.machine.travel import AheadOfTime, return_to_real_time
from config.sandbox.models import ClockMove

# A short move is over before its page is shown; a longer one tells its progress.
WAIT_S = 1.5
SHOWN = 80
READ = 1000


@require_GET
@never_cache
@needs("sandbox.use")
def show_machine(request: HttpRequest) -> HttpResponse:
    """The desk's clock, what comes next, and what happened on the last move."""
    now = desk_clock.now()
    last = ClockMove.objects.first()
    return render(
        request,
        "sandbox/clock.html",
        {
            "place": "time",
            "now": now,
            "ahead": describe_ahead(),
            "move": last,
            "is_lost": last is not None and is_lost(last),
            "coming": list_next(after=now, limit=12),
            "happened": list_events(cast(User, request.user), last),
            "shown": SHOWN,
        },
    )


@require_POST
@needs("sandbox.use")
def move(request: HttpRequest) -> HttpResponse:
    """Move by `how`: hour, day, week or next; everything due on the way happens in its order."""
    try:
        goal = choose_goal(request.POST.get("how", ""), now=desk_clock.now())
        user = cast(User, request.user)  # the guard lets nobody else in
        thread = run_in_background(begin_move(goal=goal, user=user).pk)
    except UnknownMove:
        messages.error(request, "The clock moves by an hour, a day, a week, or to the next thing.")
        return redirect("sandbox:time")
    except (AlreadyMoving, NothingAhead) as refusal:
        messages.error(request, str(refusal))
        return redirect("sandbox:time")
    thread.join(timeout=WAIT_S)
    return redirect("sandbox:time") if thread.is_alive() else go_on(request)


@require_POST
@needs("sandbox.use")
def resume(request: HttpRequest) -> HttpResponse:
    """Take up a move whose process has gone."""
    running = find_running()
    if running is not None and is_lost(running):
        run_in_background(running.pk).join(timeout=WAIT_S)
    return redirect("sandbox:time")


@require_POST
@needs("sandbox.use")
def go_back(request: HttpRequest) -> HttpResponse:
    """Let the clock follow the system's again, unless the desk has lived in the future."""
    try:
        return_to_real_time()
        messages.success(request, "The desk's clock is the real one again.")
    except AheadOfTime as refusal:
        messages.error(request, str(refusal))
    return redirect("sandbox:time")


@require_GET
@never_cache
@needs("sandbox.use")
def show_progress(request: HttpRequest) -> HttpResponse:
    """The running move, for htmx to ask again and again; when it is over the page is fresh."""
    running = find_running()
    if running is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "sandbox/_progress.html", {"move": running, "is_lost": is_lost(running)})


@require_GET
@never_cache
def show_bar(request: HttpRequest) -> HttpResponse:
    """What stands in the desk's clock bar: how far ahead, what is next, and the quick moves.

    Every page asks for it, so who may not move the clock gets nothing, and no refusal.
    """
    if not may(request.user, "sandbox.use"):
        return HttpResponse(status=204)
    return render(
        request,
        "sandbox/_ribbon.html",
        {
            "ahead": describe_ahead(),
            "due": find_next(after=desk_clock.now()),
            "move": find_running(),
            "here": request.headers.get("HX-Current-URL", ""),
        },
    )


def describe_ahead() -> str:
    """How far the desk's clock is ahead, such as "17 days"; empty for less than a minute."""
    offset = desk_clock.offset()
    if abs(offset) < timedelta(minutes=1):
        return ""
    days, hours = offset.days, offset.seconds // 3600
    if days:
        return f"{days} day{'s' if days != 1 else ''}" + (
            f" {hours} h" if hours and days < 3 else ""
        )
    return f"{hours} h" if hours else f"{offset.seconds // 60} min"


def list_events(user: User, move: ClockMove | None) -> list[Event]:
    """What happened on the last move, newest first, in the cases that this user sees.

    A service that failed again and again is told once, with `times`.
    """
    if move is None:
        return []
    events = (
        Event.objects.filter(
            case__in=visible_cases(user),
            at__gte=move.from_at,
            at__lte=max(move.reached_at, move.target_at),
        )
        .exclude(kind="mail_accepted")
        .select_related("case__customer")
        .order_by("-at", "-pk")[:READ]
    )
    told: dict[tuple[object, ...], Event] = {}
    for event in events:
        again = event.kind == "item_failed"
        key = (event.case_id, event.kind, event.data.get("item")) if again else (event.pk,)
        event = told.setdefault(key, event)
        event.times = getattr(event, "times", 0) + 1  # type: ignore[attr-defined]
    return list(told.values())[:SHOWN]


def go_on(request: HttpRequest) -> HttpResponseRedirect:
    """Back to the page that the move was asked from, if it is one of ours."""
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect(reverse("sandbox:time"))
