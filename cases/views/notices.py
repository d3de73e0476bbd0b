"""The bell: what somebody was told, and how they wish to be told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.actions.assignment import set_availability
from cases.actions.notices import choose_notices, mark_read
from cases.domain.notices import DIGEST_HOUR, How, Notice, read_choice
from cases.models import NoticeChoice
from cases.queries.notices import list_notices
from cases.views.shared import DeskRequest, require_deed
from config import clock

PAGE = 50


@require_safe
@require_deed("case.read")
def show_notices(request: DeskRequest) -> HttpResponse:
    """Everything, newest first."""
    page = Paginator(list_notices(user=request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/notices.html", {"page": page})


@require_safe
@require_deed("case.read")
def show_news(request: DeskRequest) -> HttpResponse:
    """The bell and the numbers of the sidebar, asked for while a page stays open."""
    return render(request, "desk/_news.html")


@require_POST
@require_deed("case.read")
def open_notice(request: DeskRequest, pk: int) -> HttpResponse:
    """Go to what it is about; all news of that case count as read."""
    notice = get_object_or_404(list_notices(user=request.user), pk=pk)
    mark_read(user=request.user, case=notice.case, now=clock.now())
    return (
        redirect("desk:case", number=notice.case.number)
        if notice.case
        else redirect("desk:notices")
    )


@require_POST
@require_deed("case.read")
def mark_all_read(request: DeskRequest) -> HttpResponse:
    """Mark as read what the person has seen: all up to the newest of the list."""
    newest = request.POST.get("newest", "")
    mark_read(user=request.user, upto=int(newest) if newest.isdecimal() else 0, now=clock.now())
    return redirect("desk:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@require_deed("case.read")
def show_choice(request: DeskRequest) -> HttpResponse:
    """Which news, where, and at what hour the daily mail comes."""
    if request.method == "POST":
        return keep_choice(request)
    choice = NoticeChoice.objects.filter(user=request.user).first()
    chosen = choice.kinds if choice else {}
    rows = [(kind, read_choice(chosen, kind)) for kind in Notice]
    hour = choice.digest_hour if choice else DIGEST_HOUR
    context = {"rows": rows, "hours": range(24), "hour": hour, "ways": WAYS}
    return render(request, "desk/notice_choice.html", context)


WAYS = ((How.OFF, "Off"), (How.PAGE, "Here"), (How.EMAIL, "Here and by mail"))


def keep_choice(request: DeskRequest) -> HttpResponse:
    hour = request.POST.get("hour", "")
    said = {kind: request.POST.get(kind.value, "") for kind in Notice}
    if not (hour.isdecimal() and int(hour) < 24 and set(said.values()) <= {h.value for h in How}):
        return HttpResponseBadRequest("Choose for every kind of news, and an hour of the day.")
    kinds = {kind: How(value) for kind, value in said.items()}
    choose_notices(user=request.user, kinds=kinds, digest_hour=int(hour))
    messages.success(request, "Saved.")
    return redirect("desk:notice_choice")


@require_POST
@require_deed("case.read")
def switch_away(request: DeskRequest) -> HttpResponse:
    """Say that one is away, or back."""
    away = request.POST.get("away") == "1"
    set_availability(user=request.user, away=away, now=clock.now())
    messages.success(
        request,
        "You are away: nothing new is given to you, and colleagues take what comes."
        if away
        else "Welcome back: you are given cases again.",
    )
    return redirect("desk:queue")
