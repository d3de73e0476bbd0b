"""The page of an account: services by location, requests, where one begins (R32–R34)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cases.actions.base import ActionError
from cases.actions.entry import find_policy, open_by_customer, serves_itself
from cases.actions.intake import AlreadyOpen
from cases.models import Case
from cases.queries.customer_page import AccountPage, read_account_page
from cases.views.customer.case import say_refusal
from cases.views.customer.done import number_of
from cases.views.customer.visit import Visit, find_path, keep_visit, visiting
from cases.views.customer.words import say


@visiting
@require_safe
def show_account(request: HttpRequest, visit: Visit) -> HttpResponse:
    return render_account(request, visit)


def render_account(request: HttpRequest, visit: Visit, *, status: int = 200) -> HttpResponse:
    page = read_account_page(visit.customer)
    policy = find_policy(visit.customer)
    version = policy.current() if policy else None
    rules = version.rules if version else None
    context = {
        "visit": visit, "page": page, "customer": visit.customer, "brand": visit.customer.brand,
        "rules": rules, "itself": rules is not None and serves_itself(rules),
        "whole": rules is not None and bool(rules.terminate_first),
    }  # fmt: skip
    return render(request, "customer/account.html", context, status=status)


@visiting
@require_POST
def open_case(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Begin a request for one location, or for the whole account: nothing ends by that."""
    item_ids = choose_items(request, read_account_page(visit.customer))
    try:
        case = open_by_customer(
            customer=visit.customer, contact=visit.contact, item_ids=item_ids, actor=visit.actor,
            now=visit.now,
        )  # fmt: skip
    except AlreadyOpen as known:
        return go_to(visit, known.case)
    except ActionError as refusal:
        messages.error(request, say_refusal("open", refusal))
        return render_account(request, visit, status=422)
    messages.success(request, say("done.opened", number=case.number))
    return go_to(visit, case)


def choose_items(request: HttpRequest, page: AccountPage) -> list[int]:
    """What was chosen: everything, or what stands at one location of this customer."""
    chosen = request.POST.get("location", "")
    if chosen == "all":
        return [item.pk for item in page.items]
    return [
        item.pk
        for place in page.places
        for item in place.items
        if chosen.isdigit() and item.location_id == int(chosen)
    ]


@visiting
@require_POST
def enter_case(request: HttpRequest, visit: Visit) -> HttpResponse:
    """From the account to one of its own cases."""
    case = visit.customer.cases.filter(pk=number_of(request, "case")).first()
    if case is None:
        return redirect("my:account")
    return go_to(visit, case)


def go_to(visit: Visit, case: Case) -> HttpResponse:
    """The visit goes on in the case, under the same link."""
    response = redirect(find_path(case))
    keep_visit(response, link=visit.link, case=case, until=visit.until)
    return response
