"""The queue and the to-dos: whose turn is it?"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cases.actions.base import ActionError, Actor, NotAllowed
from cases.actions.ports import settle_port_todo
from cases.domain.states import Turn
from cases.queries.queue import TABS, UnknownFilter, read_queue
from cases.queries.todos import list_todos
from cases.views.once import once
from cases.views.shared import DeskRequest, require_deed
from config import clock


@require_safe
@require_deed("case.read")
def show_queue(request: DeskRequest) -> HttpResponse:
    """One tab of the queue; the address carries every filter."""
    page = request.GET.get("page", "1")
    try:
        queue = read_queue(
            user=request.user,
            tab=request.GET.get("tab", Turn.US),
            whose=request.GET.get("whose", "all"),
            page=int(page) if page.isdigit() else 1,
        )
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    tabs = [(t, label, queue.counts.get(t, 0)) for t, label in TABS]
    template = "desk/_queue.html" if request.htmx else "desk/queue.html"
    return render(request, template, {"queue": queue, "tabs": tabs})


@require_safe
@require_deed("case.read")
def show_todos(request: DeskRequest) -> HttpResponse:
    """Everything that needs a human, oldest first, with its one-click answers."""
    page = Paginator(list_todos(user=request.user), 50).get_page(request.GET.get("page"))
    return render(request, "desk/todos.html", {"page": page})


@require_POST
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
