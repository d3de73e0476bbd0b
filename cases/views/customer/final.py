"""Ending for good, step by step, each step looked at again by the server (R38, R44, R47, R48).

The switch and the button lead to a last confirmation; only that one acts. It carries the token of
a step that is bound to the act, the service, the version of the case and what was shown, works
once, and for a quarter of an hour. Sent a second time it changes nothing.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.actions.base import NotAllowed, NotPossible
from cases.actions.confirmation import PreviewChanged, confirm_by_customer
from cases.actions.dispositions import WrongPhrase
from cases.actions.links import DeadLink, find_link, make_step, use_up
from cases.actions.termination import switch_off_protection, terminate_item
from cases.domain.states import UNCONFIRMED
from cases.models import CaseItem, Link
from cases.queries.customer_page import CustomerPage, Row, read_customer_page
from cases.views.customer.done import Done, NoAnswer, common
from cases.views.customer.visit import Visit
from cases.views.customer.words import say


class SwitchIsOff(NotPossible):
    """The button was pressed with the switch off (R38)."""


class StillInTheWay(NotPossible):
    """Something hard stands before the confirmation."""


class TooLate(NotPossible):
    """What the step would begin has begun already, or the request is over."""


def need_proof(visit: Visit) -> None:
    if not visit.is_proven:
        raise NotAllowed("First show that it is you: ask for a code by email and enter it.")
    if not visit.contact.may_cancel:
        raise NotAllowed("You are not entitled to this. Ask the owner of the account to do it.")


# -- the whole case ---------------------------------------------------------------------------
def prepare(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Switch on, button pressed: show the last confirmation. Nothing changes by it (R38)."""
    need_proof(visit)
    if request.POST.get("switch") != "on":
        raise SwitchIsOff("The switch is off.")
    page = read_customer_page(case=visit.the_case, now=visit.now)
    if not page.can_confirm:
        raise TooLate("This request is on its way or over.")
    if not page.is_free:
        raise StillInTheWay("Something stands in the way.")
    return show_final(request, visit, page)


def show_final(
    request: HttpRequest, visit: Visit, page: CustomerPage, *, status: int = 200, changed: str = ""
) -> HttpResponse:
    """What will end, what it costs and what cannot be undone, with the token of this step."""
    token = make_step(
        case=page.case, contact=visit.contact, action="confirm", now=visit.now, seen=page.digest
    )
    context = {
        "visit": visit, "page": page, "case": page.case, "brand": page.case.brand,
        "token": token, "changed": changed,
    }  # fmt: skip
    return render(request, "customer/final.html", context, status=status)


def confirm(request: HttpRequest, visit: Visit) -> Done | HttpResponse:
    """The last confirmation. A step that is dead, or sent twice, acts no more (R38, R42)."""
    need_proof(visit)
    link = read_step(request, visit, "confirm")
    if link.case_version != visit.the_case.version:
        return show_again(request, visit, say("refused.PreviewChanged"), 409)
    try:
        confirm_by_customer(
            case_id=visit.the_case.pk, actor=visit.actor, now=visit.now, seen=link.seen,
            typed=request.POST.get("typed", "")[:100],
        )  # fmt: skip
    except WrongPhrase as refusal:
        return show_again(request, visit, say("refused.WrongPhrase", phrase=refusal.phrase), 422)
    except PreviewChanged:
        return show_again(request, visit, say("refused.PreviewChanged"), 409)
    use_up(link, now=visit.now)
    return Done(said=say("done.confirmed"))


def show_again(request: HttpRequest, visit: Visit, why: str, status: int) -> HttpResponse:
    """The last confirmation afresh, with what is true now."""
    page = read_customer_page(case=visit.the_case, now=visit.now)
    if not page.can_confirm or not page.is_free:
        raise StillInTheWay("Something stands in the way.")
    return show_final(request, visit, page, status=status, changed=why)


def read_step(request: HttpRequest, visit: Visit, action: str) -> Link:
    """The step that this form was shown with. Raises `DeadLink`."""
    link = find_link(token=request.POST.get("step", ""), kinds=(Link.Kind.STEP,), now=visit.now)
    if (link.case_id, link.contact_id, link.action) != (
        visit.the_case.pk, visit.contact.pk, action,
    ):  # fmt: skip
        raise DeadLink
    return link


# -- one by one -------------------------------------------------------------------------------
def choose(request: HttpRequest, visit: Visit) -> list[Row]:
    """The services that were ticked. Raises `NoAnswer`, `TooLate`."""
    if visit.the_case.status not in UNCONFIRMED:
        raise TooLate("This request is on its way or over.")
    page = read_customer_page(case=visit.the_case, now=visit.now)
    ticked = set(request.POST.getlist("item"))
    rows = [row for row in page.active_kinds if str(row.case_item.pk) in ticked]
    if not rows:
        raise NoAnswer("Nothing was ticked.")
    return rows


def unprotect(request: HttpRequest, visit: Visit) -> Done:
    """Protection off, for each that was ticked: a step of its own, which ends nothing (R47)."""
    need_proof(visit)
    rows = [row for row in choose(request, visit) if row.item.protected]
    fields = common(request, visit)
    fields.pop("version", None)
    for row in rows:
        switch_off_protection(case_item_id=row.case_item.pk, **fields)
    return Done(said=say("done.unprotected", count=len(rows)), place="#items")


def prepare_items(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the confirmation of each ticked service; the protected ones are listed apart (R47)."""
    need_proof(visit)
    rows = [row for row in choose(request, visit) if row.told == "active"]
    free = [(row, make_item_step(visit, row.case_item)) for row in rows if row.can_end]
    context = {
        "visit": visit, "case": visit.the_case, "brand": visit.the_case.brand,
        "free": free, "protected": [row for row in rows if row.item.protected],
    }  # fmt: skip
    return render(request, "customer/items.html", context)


def make_item_step(visit: Visit, case_item: CaseItem) -> str:
    return make_step(
        case=visit.the_case, contact=visit.contact, action="terminate", now=visit.now,
        case_item=case_item,
    )  # fmt: skip


def terminate(request: HttpRequest, visit: Visit) -> Done:
    """End each service whose own box was ticked, by the token of its own step (R48)."""
    need_proof(visit)
    tokens = [t for t in request.POST.getlist("step") if t]
    if not tokens:
        raise NoAnswer("Nothing was confirmed.")
    fields = common(request, visit)
    fields.pop("version", None)
    ended = 0
    for token in tokens[:500]:
        link = find_link(token=token, kinds=(Link.Kind.STEP,), now=visit.now)
        if (link.case_id, link.contact_id, link.action) != (
            visit.the_case.pk, visit.contact.pk, "terminate",
        ) or link.case_item is None:  # fmt: skip
            raise DeadLink
        use_up(link, now=visit.now)
        terminate_item(case_item_id=link.case_item.pk, **fields)
        ended += 1
    return Done(said=say("done.terminated", count=ended), place="#items")


VERBS = {
    "prepare": prepare,
    "confirm": confirm,
    "unprotect": unprotect,
    "prepare_items": prepare_items,
    "terminate": terminate,
}
