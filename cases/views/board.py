"""The execution board: every item on its way, and what a person can do about it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.queries.board import SHOWS, UnknownFilter, read_board, read_case_board
from cases.views.shared import DeskRequest, get_case, require_deed
from config import clock


@require_safe
@never_cache
@require_deed("case.read")
def show_board(request: DeskRequest) -> HttpResponse:
    """One page of the board; asked by htmx, its inside alone."""
    page = request.GET.get("page", "1")
    try:
        board = read_board(
            user=request.user,
            show=request.GET.get("show", "all"),
            page=int(page) if page.isdecimal() and len(page) < 7 else 1,
            now=clock.now(),
        )
    except UnknownFilter as error:
        return HttpResponseBadRequest(str(error))
    template = "desk/_board.html" if request.htmx else "desk/board.html"
    return render(request, template, {"board": board, "shows": SHOWS})


@require_safe
@never_cache
@require_deed("case.read")
def show_case_board(request: DeskRequest, number: str) -> HttpResponse:
    """The board of one case, while its page is open; the page is new once the case moved on."""
    case = get_case(request, number)
    board = read_case_board(case=case, now=clock.now())
    answer = render(request, "desk/_case_board.html", {"case": case, "board": board})
    if board is None or request.GET.get("state") != case.state:
        answer["HX-Refresh"] = "true"
    return answer
