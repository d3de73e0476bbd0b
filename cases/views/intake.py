"""The intake: what do I say and type now? Works without JavaScript; htmx makes it live."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Customer
from accounts.queries import customer_card
from accounts.queries import find_customers as search_customers
from cases.actions import confirmation, entry, filing, information, intake
from cases.actions.base import ActionError, Actor
from cases.actions.callers import Consent, is_verified
from cases.actions.drafts import discard_draft, save_draft
from cases.call_form import SHOWN_SINGLY, CallForm
from cases.domain.numbers import spell_number
from cases.models import Case
from cases.queries.call import (
    CallPlan,
    find_open_cases,
    list_drafts,
    list_past_calls,
    mark_open_cases,
)
from cases.views.call_input import (
    Call,
    find_mail,
    make_form,
    plan_of,
    read_call,
    restore_form,
    take_kept,
)
from cases.views.once import once
from cases.views.shared import DeskRequest, get_case, require_deed, tell_refusal
from config import clock


def find_callers(request: DeskRequest) -> list[Customer]:
    """Who may be on the line, by what was typed so far, each with its open cases."""
    text = request.GET.get("q", "")
    found = search_customers(text=text, user=request.user) if text.strip() else []
    mark_open_cases(found)
    return found


@require_safe
@require_deed("case.open")
def show_call(request: DeskRequest) -> HttpResponse:
    """Step one is the search; with a customer chosen, the whole form beside its plan."""
    chosen = request.GET.get("customer", "")
    if chosen.isdecimal() and len(chosen) < 18:
        return render_call(request, read_call(request, int(chosen)))
    context = {
        "q": request.GET.get("q", ""),
        "found": find_callers(request),
        "drafts": list_drafts(request.user),
        "mail": find_mail(request),
    }
    return render(request, "desk/intake.html", context)


@require_safe
@require_deed("case.open")
def find_customers(request: DeskRequest) -> HttpResponse:
    """The customers that match what was typed so far, as a fragment."""
    context = {
        "q": request.GET.get("q", ""),
        "found": find_callers(request),
        "mail": find_mail(request),
    }
    return render(request, "desk/_found_customers.html", context)


def render_call(
    request: DeskRequest, call: Call, *, form: CallForm | None = None, status: int = 200
) -> HttpResponse:
    """The form: as it was sent, or as the draft left it, or fresh."""
    shown, bound = form, form
    if form is None and call.draft and call.draft.data:
        shown, bound = restore_form(call)
    shown = shown or make_form(call)
    customer = call.customer
    card, open_cases = customer_card(customer), find_open_cases(customer)
    began_at = call.began_at or (bound and bound.cleaned_data.get("received_at")) or call.now
    context = {
        "customer": customer,
        "card": card,
        "call": call,
        "form": shown,
        "rules": call.version.rules,
        "items": list_items(customer) if card.services_count <= SHOWN_SINGLY else None,
        "open_cases": open_cases,
        "past_calls": list_past_calls(customer, but=open_cases),
        "started_at": began_at.isoformat(),
        "caller_found": find_caller(request, card.contacts),
        **show_trust(call, bound),
        "planned": plan_of(call, bound),
    }
    return render(request, "desk/intake.html", context, status=status)


def list_items(customer: Customer) -> Any:
    return (
        customer.items.filter(status="active")
        .select_related("location")
        .order_by("location__name", "kind", "id")
    )


def find_caller(request: DeskRequest, contacts: Any) -> int | None:
    """The contact by whose phone, name or address the customer was found: they are calling."""
    by = request.GET.get("by", "")
    return next((c.pk for c in contacts if by and by in (c.phone, c.name, c.email)), None)


def show_trust(call: Call, form: CallForm | None) -> dict[str, Any]:
    """How far the caller is trusted by what is ticked."""
    data = form.cleaned_data if form and form.is_bound else {}
    contact, checks = data.get("contact"), data.get("checks") or []
    return {
        "checks_needed": call.customer.brand.checks_needed,
        "checks_ticked": len(set(checks)),
        "caller": contact,
        "caller_verified": is_verified(contact, checks),
    }


@require_POST
@require_deed("case.open")
def show_plan(request: DeskRequest, customer_id: int) -> HttpResponse:
    """The plan beside the form for what is ticked now; the draft is saved on the way."""
    call = read_call(request, customer_id)
    form = make_form(call, request.POST)
    planned = plan_of(call, form)
    draft = save_draft(
        user=request.user,
        customer=call.customer,
        data=take_kept(request),
        digest=planned.digest,
        started_at=call.began_at or form.cleaned_data.get("received_at") or call.now,
        now=call.now,
    )
    context = {"customer": call.customer, "form": form, "planned": planned, "draft": draft}
    return render(request, "desk/_call_plan.html", {**context, **show_trust(call, form)})


@require_POST
@require_deed("case.open")
def drop_draft(request: DeskRequest, customer_id: int) -> HttpResponse:
    """Forget a call that came to nothing."""
    if discard_draft(user=request.user, customer_id=customer_id):
        messages.success(request, "Forgotten: nothing of that call is kept.")
    return redirect("desk:intake")


@require_POST
@require_deed("case.open")
@once
def open_case(request: DeskRequest, customer_id: int) -> HttpResponse:
    """Open the case, then do what the agent chose: ask, or confirm what was agreed."""
    call = read_call(request, customer_id)
    form = make_form(call, request.POST)
    planned = plan_of(call, form)
    if not request.POST.get("join"):
        check_consent(form, planned)
    if not form.is_valid():
        return render_call(request, call, form=form, status=422)
    try:
        case = open_from(form, request, call, planned)
    except ActionError as refusal:
        return render_call(request, call, form=form, status=tell_refusal(request, refusal))
    keep_mail(request, call, case)
    go_on(request, case)
    discard_draft(user=request.user, customer_id=customer_id)
    return redirect("desk:opened", number=case.number)


def check_consent(form: CallForm, planned: CallPlan) -> None:
    """Consent is to the words that were read out: a plan that has changed since is read again."""
    data = form.cleaned_data
    if (data.get("read_out") or data.get("agreed")) and data.get("said") != planned.digest:
        said = "What happens has changed since you read it out. Read it again, then tick both."
        form.add_error("read_out", said)


def open_from(form: CallForm, request: DeskRequest, call: Call, planned: CallPlan) -> Case:
    """Open the case, or join the open one that the agent chose (R55)."""
    data = form.cleaned_data
    actor, contact = Actor.staff(request.user), data["contact"]
    given: dict[str, Any] = {
        "item_ids": form.item_ids(),
        "actor": actor,
        "now": call.now,
        "received_at": min(call.began_at or data["received_at"] or call.now, call.now),
        "caller_name": data["caller_name"] or (contact.name if contact else ""),
        "wished_on": data["wished_on"],
        "reason": data["reason"],
        "questions": form.list_questions(),
    }
    if request.POST.get("join"):
        return intake.join_case(case_id=get_case(request, request.POST["join"]).pk, **given)
    return intake.open_case(
        customer=call.customer,
        policy=call.version.policy,
        contact=contact,
        caller_phone=data["caller_phone"],
        checks=data["checks"],
        consent=read_consent(form, call, planned),
        **given,
    )


def read_consent(form: CallForm, call: Call, planned: CallPlan) -> Consent:
    """What was read out, and when its boxes were ticked: the draft saw it, or it is now."""
    draft, data = call.draft, form.cleaned_data
    seen = draft if draft and draft.said_digest == planned.digest else None
    return Consent(
        said=planned.said,
        read_out_at=((seen and seen.read_out_at) or call.now) if data["read_out"] else None,
        agreed_at=((seen and seen.agreed_at) or call.now) if data["agreed"] else None,
    )


def keep_mail(request: DeskRequest, call: Call, case: Case) -> None:
    """File the mail that the case was opened from; the case stays open when that is refused."""
    if call.mail is None:
        return
    try:
        filing.open_from_mail(
            inbound_id=call.mail.pk,
            case_id=case.pk,
            actor=Actor.staff(request.user),
            now=clock.now(),
        )
    except ActionError as refusal:
        messages.warning(request, f"The case is open. The mail was not filed: {refusal}")


def go_on(request: DeskRequest, case: Case) -> None:
    """The step after opening; the case stays open for the agent when it is refused."""
    actor, now = Actor.staff(request.user), clock.now()
    if case.state not in ("intake", "in_review"):
        return
    try:
        if case.questions.filter(answered_at=None).exists():
            information.request_information(case_id=case.pk, actor=actor, now=now)
        elif entry.serves_itself(case.rules) and case.contact:
            entry.send_link(case_id=case.pk, actor=actor, now=now)
            messages.success(request, "The link to their own page is on its way to the caller.")
        elif case.agreed_at and case.verified_at:
            confirmation.confirm(case_id=case.pk, actor=actor, now=now)
    except ActionError as refusal:
        messages.warning(request, f"The case is open. Not done yet: {refusal}")


@require_safe
@require_deed("case.read")
def show_opened(request: DeskRequest, number: str) -> HttpResponse:
    """The number, large and spelled out, to be read to the caller (R7)."""
    case = get_case(request, number)
    return render(request, "desk/opened.html", {"case": case, "spelled": spell_number(case.number)})
