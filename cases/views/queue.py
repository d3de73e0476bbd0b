"""The queue and the to-dos: whose turn is it?"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import may
from cases.actions.base import ActionError, Actor, NotAllowed
from cases.actions.ports import settle_port_todo
from cases.domain.queue import COLUMNS, DEFAULT_COLUMNS, DUE_LABEL
from cases.domain.states import OPEN, TURN, State, Turn
from cases.queries.queue import Queue, read_queue
from cases.queries.queue_filters import (
    Filters,
    Offers,
    UnknownFilter,
    read_columns,
    read_filters,
    read_offers,
)
from cases.queries.saved_views import list_views
from cases.queries.todos import WHOSE, read_todos
from cases.views.once import once
from cases.views.shared import DeskRequest, read_page_number, require_deed
from config import clock

COLUMNS_COOKIE = "queue_columns"


@require_safe
@require_deed("case.read")
def show_queue(request: DeskRequest) -> HttpResponse:
    """One tab of the queue; the address carries every filter."""
    offers = read_offers(request.user)
    params = request.GET.dict()
    params.pop("case", None)  # what is ticked comes along when the list looks for news
    try:
        filters = read_filters(params, offers=offers)
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    queue = read_queue(user=request.user, filters=filters, offers=offers, now=clock.now())
    context = describe(request, queue, offers)
    if request.htmx:
        return render(request, "desk/_queue.html", context)
    context["views"] = list_views(user=request.user, filters=filters)
    return render(request, "desk/queue.html", context)


def describe(request: DeskRequest, queue: Queue, offers: Offers) -> dict[str, Any]:
    """What the page's templates need beside the queue itself."""
    filters = queue.filters
    columns = filters.columns or read_columns(request.COOKIES.get(COLUMNS_COOKIE, ""))
    shown = () if columns == DEFAULT_COLUMNS else columns
    return {
        "queue": queue,
        "filters": filters,
        "offers": offers,
        "columns": columns,
        "can_pick": may(request.user, "case.assign") or may(request.user, "case.note"),
        "view_query": filters.address(columns=shown),  # a view shows everybody the same columns
        "all_columns": COLUMNS,
        "states": list_states(filters.tab),
        "dues": DUE_LABEL,
        "chips": list_chips(filters, offers),
        "ticked": request.GET.getlist("case"),
    }


def list_states(tab: Turn) -> Sequence[State]:
    """The states that a case of this tab can be in; a to-do brings any open one to us."""
    return [s for s in State if TURN[s] is tab or (tab is Turn.US and s in OPEN)]


def list_chips(filters: Filters, offers: Offers) -> list[tuple[str, str, str]]:
    """The filters in force: name, words, and the address without each."""
    brands, owners = dict(offers.brands), dict(offers.owners)
    found = [
        ("Brand", brands.get(filters.brand or 0, ""), "brand"),
        ("Owner", "nobody" if filters.owner == "nobody" else "", "owner"),
        ("Owner", owners[int(filters.owner)] if filters.owner.isdigit() else "", "owner"),
        ("State", State(filters.state).label if filters.state else "", "state"),
        ("Due", DUE_LABEL.get(filters.due, ""), "due"),
    ]
    empty = {"brand": None}
    return [
        (name, words, filters.address(**{key: empty.get(key, "")}))
        for name, words, key in found
        if words
    ]


@require_safe
@require_deed("case.read")
def show_todos(request: DeskRequest) -> HttpResponse:
    """Everything that needs a human, oldest first, with its one-click answers."""
    try:
        todos = read_todos(
            user=request.user,
            whose=request.GET.get("whose", "all"),
            kind=request.GET.get("kind", ""),
            page=read_page_number(request),
        )
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    return render(request, "desk/todos.html", {"todos": todos, "whose": WHOSE})


@require_POST
@require_deed("todo.settle")
@once
def settle_todo(request: DeskRequest, pk: int) -> HttpResponse:
    """Settle a to-do that belongs to no case."""
    try:
        settle_port_todo(
            todo_id=pk,
            resolution=request.POST.get("text", "") or "the customer keeps the service",
            actor=Actor.staff(request.user),
            now=clock.now(),
        )
    except NotAllowed as refusal:
        raise Http404(str(refusal)) from refusal
    except ActionError as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:todos")
