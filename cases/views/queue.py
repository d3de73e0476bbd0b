"""The queue and the to-dos: whose turn is it?"""

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.domain.states import Turn
from cases.queries.queue import TABS, UnknownFilter, read_queue
from cases.queries.todos import list_todos
from cases.views.shared import DeskRequest, require_deed


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
