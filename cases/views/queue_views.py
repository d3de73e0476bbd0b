"""Saved views of the queue, made, changed and forgotten from the page itself; its columns."""

from dataclasses import replace
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.actions.base import NotAllowed, NotPossible
from cases.actions.saved_views import change_view, forget_view, save_view
from cases.domain.queue import COLUMNS
from cases.queries.queue_filters import (
    Filters,
    UnknownFilter,
    check_columns,
    read_filters,
    read_offers,
)
from cases.views.queue import COLUMNS_COOKIE
from cases.views.shared import DeskRequest, require_deed
from config import clock

A_YEAR_S = 365 * 24 * 3600


def read_query(request: DeskRequest) -> Filters:
    """The posted address of the queue, as strictly as the queue reads it (THREATS 52)."""
    params = dict(parse_qsl(request.POST.get("query", "")[:1000]))
    return read_filters(params, offers=read_offers(request.user))


def go_to_queue(filters: Filters) -> HttpResponse:
    return redirect(f"{reverse('desk:queue')}?{filters.address()}")


@require_POST
@require_deed("case.read")
def add_view(request: DeskRequest) -> HttpResponse:
    """Keep what the queue shows now under a name."""
    try:
        filters = read_query(request)
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    try:
        view = save_view(
            owner=request.user,
            name=request.POST.get("name", ""),
            query=filters.address(),
            shared="shared" in request.POST,
            now=clock.now(),
        )
        messages.success(request, f"Saved as “{view.name}”.")
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return go_to_queue(filters)


@require_POST
@require_deed("case.read")
def edit_view(request: DeskRequest, pk: int) -> HttpResponse:
    """Rename or share a view, set it to what the queue shows now, or forget it."""
    try:
        filters = read_query(request)
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    deed = request.POST.get("deed", "")
    try:
        if deed == "forget":
            view = forget_view(view_id=pk, owner=request.user)
            messages.success(request, f"“{view.name}” is forgotten.")
        else:
            view = change_view(
                view_id=pk,
                owner=request.user,
                name=request.POST.get("name", ""),
                shared="shared" in request.POST,
                query=filters.address() if deed == "replace" else None,
            )
            messages.success(request, f"“{view.name}” is saved.")
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from refusal
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    return go_to_queue(filters)


@require_POST
@require_deed("case.read")
def choose_columns(request: DeskRequest) -> HttpResponse:
    """Remember which columns this person wishes to see, in this browser."""
    chosen = request.POST.getlist("column")
    try:
        check_columns(chosen)
        filters = read_query(request)
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    answer = go_to_queue(replace(filters, columns=()))
    answer.set_cookie(
        COLUMNS_COOKIE,
        ".".join(name for name in COLUMNS if name in chosen),
        max_age=A_YEAR_S,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return answer
