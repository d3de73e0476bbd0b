"""What the intake reads from its request: the customer, their policy, the mail, the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, QueryDict

from accounts.models import Customer
from accounts.roles import may
from accounts.scoping import brands_of
from cases.actions.drafts import find_draft
from cases.call_form import CallForm
from cases.domain.dates import local_date
from cases.models import CallDraft, PolicyVersion
from cases.queries.call import CallPlan, read_call_plan
from cases.queries.mailroom import visible_mail
from cases.views.shared import DeskRequest
from config import clock
from notifications.models import Inbound

# What a draft keeps: the form's own fields and nothing else that was sent.
KEPT_FIELDS = (*CallForm.base_fields, "wished_on", "other_on", "mail")
KEPT_FIELDS = tuple(name for name in KEPT_FIELDS if name != "received_at")
LISTS = ("checks", "items", "places", "questions")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: with whom, under which rules, from which mail, begun when (UTC)."""

    customer: Customer
    version: PolicyVersion
    draft: CallDraft | None
    mail: Inbound | None
    now: datetime

    @property
    def began_at(self) -> datetime | None:
        """When the mail came in, or this agent's call began: what the desk itself knows (R4)."""
        if self.mail:
            return self.mail.received_at
        return self.draft.started_at if self.draft else None


def read_call(request: DeskRequest, customer_id: int) -> Call:
    """The call that this request belongs to; 404 for a customer who is not this user's."""
    customer = get_customer(request, customer_id)
    draft = find_draft(user=request.user, customer=customer)
    named = request.POST.get("mail") or request.GET.get("mail") or first(draft, "mail")
    return Call(
        customer=customer,
        version=get_rules(customer),
        draft=draft,
        mail=find_mail(request, named),
        now=clock.now(),
    )


def first(draft: CallDraft | None, name: str) -> str:
    values = (draft.data.get(name) if draft else None) or [""]
    return str(values[0])


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


def find_mail(request: DeskRequest, named: str | None = None) -> Inbound | None:
    """The mail in the mailroom from which this case is opened, if it is one of this user's."""
    pk = named if named is not None else request.GET.get("mail", "")
    if not pk.isdecimal() or len(pk) > 18 or not may(request.user, "mail.read"):
        return None
    return visible_mail(request.user).defer("raw", "html").filter(pk=pk).first()


def make_form(call: Call, posted: Mapping[str, Any] | None = None, **options: Any) -> CallForm:
    """The form, filled by what was sent; a date typed by hand wins over the offered ones."""
    if isinstance(posted, QueryDict):
        posted = posted.copy()
        posted["wished_on"] = posted.get("other_on") or posted.get("wished_on", "")
    return CallForm(
        posted,
        customer=call.customer,
        rules=call.version.rules,
        now=call.now,
        today=local_date(call.now, call.customer.timezone),
        **options,
    )


def restore_form(call: Call) -> tuple[CallForm, CallForm]:
    """The form as the draft left it: one to show, which blames nobody yet, and one to plan by."""
    assert call.draft is not None, "there is something to restore"
    posted = QueryDict(mutable=True)
    for name, values in call.draft.data.items():
        posted.setlist(name, values)
    bound = make_form(call, posted)
    bound.is_valid()
    initial = {
        name: values if name in LISTS else values[0] for name, values in call.draft.data.items()
    }
    return make_form(call, initial=initial), bound


def take_kept(request: DeskRequest) -> dict[str, list[str]]:
    """What the draft keeps of what was sent."""
    return {name: request.POST.getlist(name) for name in KEPT_FIELDS if name in request.POST}


def plan_of(call: Call, form: CallForm | None) -> CallPlan:
    """The plan of what is chosen so far; of the whole account while nothing was said."""
    if form is None:
        chosen = call.customer.items.filter(status="active").values_list("pk", flat=True)
        item_ids, wished_on, questions, received_at = list(chosen), None, 0, None
    else:
        form.is_valid()
        item_ids, questions = form.item_ids(), len(form.list_questions())
        wished_on = form.cleaned_data.get("wished_on")
        received_at = form.cleaned_data.get("received_at")
    return read_call_plan(
        customer=call.customer,
        rules=call.version.rules,
        item_ids=item_ids,
        received_at=call.began_at or received_at or call.now,
        wished_on=wished_on,
        questions=questions,
        now=call.now,
    )
