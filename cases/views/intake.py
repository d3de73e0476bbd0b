"""The intake: what do I say and type now? Works without JavaScript; htmx makes it live."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Customer
from accounts.queries import customer_card
from accounts.queries import find_customers as search_customers
from accounts.roles import may
from accounts.scoping import brands_of
from cases.actions import confirmation, entry, filing, information, intake
from cases.actions.base import ActionError, Actor
from cases.domain.dates import local_date
from cases.domain.numbers import spell_number
from cases.forms import CallForm
from cases.models import Case, CaseItem, Policy, PolicyVersion
from cases.models.planning import plan_call
from cases.queries.mailroom import visible_mail
from cases.views.shared import DeskRequest, get_case, require_deed, tell_refusal
from config import clock
from notifications.models import Inbound


def get_customer(request: DeskRequest, customer_id: int) -> Customer:
    customer = (
        Customer.objects.select_related("brand")
        .filter(pk=customer_id, brand__in=brands_of(request.user))
        .first()
    )
    if customer is None:
        raise Http404("There is no such customer, or it is not one of yours.")
    return customer


def get_rules(customer: Customer) -> PolicyVersion:
    """The version that a new case of this customer starts with."""
    published = PolicyVersion.objects.filter(published_at__isnull=False)
    version = published.filter(policy__brand=customer.brand).order_by("policy", "-number").first()
    if version is None:
        raise Http404(f"{customer.brand} has no published policy yet: an administrator adds one.")
    return version


def find_mail(request: DeskRequest) -> Inbound | None:
    """The mail in the mailroom from which this case is opened, if it is one of this user's."""
    pk = request.POST.get("mail") or request.GET.get("mail") or ""
    if not pk.isdecimal() or len(pk) > 18 or not may(request.user, "mail.read"):
        return None
    return visible_mail(request.user).defer("raw", "html").filter(pk=pk).first()


def keep_mail(request: DeskRequest, case: Case) -> None:
    """File the mail that the case was opened from; the case stays open when that is refused."""
    mail = find_mail(request)
    if mail is None:
        return
    try:
        filing.open_from_mail(
            inbound_id=mail.pk,
            case_id=case.pk,
            actor=Actor.staff(request.user),
            now=clock.now(),
        )
    except ActionError as refusal:
        messages.warning(request, f"The case is open. The mail was not filed: {refusal}")


def find_open_cases(customer: Customer) -> list[Case]:
    """Duplicates while one types: the customer's cases that are still open (R55)."""
    held = CaseItem.objects.filter(item__customer=customer, holds_item=True)
    return list(Case.objects.filter(pk__in=held.values("case")).order_by("received_at"))


@require_safe
@require_deed("case.open")
def show_call(request: DeskRequest) -> HttpResponse:
    """Step one is the search; with a customer chosen, the whole form beside its plan."""
    chosen = request.GET.get("customer", "")
    if chosen.isdigit():
        customer = get_customer(request, int(chosen))
        return render_call(request, customer, form=None)
    text = request.GET.get("q", "")
    found = search_customers(text=text, user=request.user) if text.strip() else []
    context = {"q": text, "found": found, "now": clock.now(), "mail": find_mail(request)}
    return render(request, "desk/intake.html", context)


@require_safe
@require_deed("case.open")
def find_customers(request: DeskRequest) -> HttpResponse:
    """The customers that match what was typed so far, as a fragment."""
    text = request.GET.get("q", "")
    found = search_customers(text=text, user=request.user) if text.strip() else []
    context = {"q": text, "found": found, "mail": find_mail(request)}
    return render(request, "desk/_found_customers.html", context)


def render_call(
    request: DeskRequest, customer: Customer, *, form: CallForm | None, status: int = 200
) -> HttpResponse:
    now, mail = clock.now(), find_mail(request)
    version = get_rules(customer)
    form = form or CallForm(
        customer=customer, rules=version.rules, today=local_date(now, customer.timezone)
    )
    items = (
        customer.items.filter(status="active")
        .select_related("location")
        .order_by("location__name", "kind", "id")
    )
    context = {
        "customer": customer,
        "card": customer_card(customer),
        "form": form,
        "rules": version.rules,
        "version": version,
        "items": items,
        "open_cases": find_open_cases(customer),
        "chosen_items": request.POST.getlist("items"),
        "started_at": request.POST.get("received_at")
        or (mail.received_at if mail else now).isoformat(),
        "mail": mail,
        **read_plan(customer, version, form, now=now),
    }
    return render(request, "desk/intake.html", context, status=status)


def read_plan(
    customer: Customer, version: PolicyVersion, form: CallForm, *, now: datetime
) -> dict[str, Any]:
    """The live plan of what is chosen so far; nothing while nothing is chosen."""
    if form.is_bound:
        form.is_valid()
        data = form.cleaned_data
        item_ids, questions = form.item_ids(), len(form.list_questions())
        wished, received_at = data.get("wished_on"), data.get("received_at") or now
    else:
        item_ids = list(form.active.values_list("pk", flat=True))
        questions, wished, received_at = 0, None, now
    if not item_ids:
        return {"plan": None, "refusal": "Choose what should end, and the plan appears here."}
    try:
        intake.check_covered(version.rules, intake.read_items(customer, item_ids))
    except ActionError as refusal:
        return {"plan": None, "refusal": str(refusal)}
    plan = plan_call(
        policy=version.rules,
        customer=customer,
        item_ids=item_ids,
        received_at=min(received_at, now),
        wished_on=wished,
        questions=questions,
        now=now,
    )
    return {"plan": plan, "refusal": "", "questions_chosen": questions, "chosen_wish": wished}


@require_POST
@require_deed("case.open")
def show_plan(request: DeskRequest, customer_id: int) -> HttpResponse:
    """The plan beside the form, as a fragment, for what is ticked now. Changes nothing."""
    customer = get_customer(request, customer_id)
    version, now = get_rules(customer), clock.now()
    form = make_form(request, customer, version)
    context = {"customer": customer, "form": form, **read_plan(customer, version, form, now=now)}
    return render(request, "desk/_call_plan.html", context)


def make_form(request: DeskRequest, customer: Customer, version: PolicyVersion) -> CallForm:
    posted = request.POST.copy()
    posted["wished_on"] = posted.get("other_on") or posted.get("wished_on", "")
    return CallForm(
        posted,
        customer=customer,
        rules=version.rules,
        today=local_date(clock.now(), customer.timezone),
    )


@require_POST
@require_deed("case.open")
def open_case(request: DeskRequest, customer_id: int) -> HttpResponse:
    """Open the case, then do what the agent chose: ask, or confirm what was agreed."""
    customer = get_customer(request, customer_id)
    version = get_rules(customer)
    form = make_form(request, customer, version)
    if not form.is_valid():
        return render_call(request, customer, form=form, status=422)
    try:
        case = open_from(form, request, customer, version.policy)
    except ActionError as refusal:
        return render_call(request, customer, form=form, status=tell_refusal(request, refusal))
    keep_mail(request, case)
    go_on(request, case)
    return redirect("desk:opened", number=case.number)


def open_from(form: CallForm, request: DeskRequest, customer: Customer, policy: Policy) -> Case:
    """Open the case, or join the open one that the agent chose (R55)."""
    data, now = form.cleaned_data, clock.now()
    actor, item_ids = Actor.staff(request.user), form.item_ids()
    received_at = min(data.get("received_at") or now, now)
    contact = data["contact"]
    caller = data["caller_name"] or (contact.name if contact else "")
    if request.POST.get("join"):
        return intake.join_case(
            case_id=get_case(request, request.POST["join"]).pk,
            item_ids=item_ids,
            caller_name=caller,
            actor=actor,
            now=now,
            received_at=received_at,
            wished_on=data["wished_on"],
            reason=data["reason"],
            questions=form.list_questions(),
        )
    return intake.open_case(
        customer=customer,
        policy=policy,
        item_ids=item_ids,
        actor=actor,
        now=now,
        received_at=received_at,
        contact=contact,
        caller_name=caller,
        checks=data["checks"],
        wished_on=data["wished_on"],
        reason=data["reason"],
        questions=form.list_questions(),
        read_out=data["read_out"],
        agreed=data["agreed"],
    )


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
