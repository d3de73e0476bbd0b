"""Personal data: a copy of all that is kept of a customer, a legal hold, and erasure (G27)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Customer
from accounts.queries import find_customers
from accounts.scoping import scope
from cases.actions import data_requests
from cases.actions.base import ActionError, Actor
from cases.queries.data_export import list_entries, stream_zip
from cases.queries.data_page import read_kept, visible_requests
from cases.views.shared import DeskRequest, require_deed, tell_refusal
from config import clock


def get_customer(request: DeskRequest, pk: int) -> Customer:
    """The customer, as far as this user's brands go; 404 otherwise (THREATS 50)."""
    return get_object_or_404(
        scope(Customer.objects.select_related("brand"), user=request.user), pk=pk
    )


@require_safe
@require_deed("data.manage")
def show_data(request: DeskRequest) -> HttpResponse:
    """Find a customer; the latest requests."""
    text = request.GET.get("q", "").strip()[:200]
    found = find_customers(text=text, user=request.user, limit=20) if text else []
    context = {"data_text": text, "found": found, "requests": visible_requests(request.user)}
    return render(request, "desk/data.html", context)


@require_safe
@require_deed("data.manage")
def show_customer(request: DeskRequest, pk: int) -> HttpResponse:
    customer = get_customer(request, pk)
    context = {"customer": customer, "kept": read_kept(customer)}
    return render(request, "desk/data_customer.html", context)


@require_POST
@require_deed("data.manage")
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponseBase:
    """Copy, hold, lift or erase."""
    customer = get_customer(request, pk)
    if verb not in VERBS:
        raise Http404("There is no such verb.")
    given: dict[str, Any] = {
        "customer": customer, "actor": Actor.staff(request.user), "now": clock.now(),
    }  # fmt: skip
    try:
        return VERBS[verb](request, given)
    except ActionError as refusal:
        tell_refusal(request, refusal)
    return redirect("desk:data_customer", pk=customer.pk)


def take_copy(request: DeskRequest, given: dict[str, Any]) -> HttpResponseBase:
    data_requests.note_copy(reason=request.POST.get("reason", ""), **given)
    customer = given["customer"]
    entries = list_entries(customer=customer, now=given["now"])
    answer = StreamingHttpResponse(stream_zip(entries), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="customer-{customer.pk}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


def place_hold(request: DeskRequest, given: dict[str, Any]) -> HttpResponseBase:
    data_requests.place_hold(reason=request.POST.get("reason", ""), **given)
    messages.success(request, "On hold: nothing of this customer is erased until you lift it.")
    return redirect("desk:data_customer", pk=given["customer"].pk)


def lift_hold(request: DeskRequest, given: dict[str, Any]) -> HttpResponseBase:
    data_requests.lift_hold(**given)
    messages.success(request, "The hold is lifted. What was due to be erased goes on.")
    return redirect("desk:data_customer", pk=given["customer"].pk)


def erase(request: DeskRequest, given: dict[str, Any]) -> HttpResponseBase:
    data_requests.request_erasure(
        reason=request.POST.get("reason", ""), typed=request.POST.get("typed", ""), **given
    )
    messages.success(request, "It is being erased, case by case; this page tells when it is done.")
    return redirect("desk:data_customer", pk=given["customer"].pk)


VERBS: dict[str, Callable[[DeskRequest, dict[str, Any]], HttpResponseBase]] = {
    "copy": take_copy,
    "hold": place_hold,
    "lift": lift_hold,
    "erase": erase,
}
