"""What an agent sees during a call: the plan of what is ticked, duplicates, earlier calls."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import Customer
from cases.actions.base import ActionError
from cases.actions.entry import serves_itself
from cases.actions.intake import check_covered, read_items
from cases.domain.blockers import BlockerNode, build_tree
from cases.domain.plan import Plan
from cases.domain.policy import Policy as Rules
from cases.domain.speech import find_tongue, say_in
from cases.models import CallDraft, Case, CaseItem
from cases.models.planning import plan_call, read_account

PAST_CALLS = 3


@dataclass(frozen=True, kw_only=True)
class CallPlan:
    """The plan of a call that is going on, or why there is none.

    `digest` names the sentences to be read out, so that a tick belongs to these words and to no
    others. `held` are the open cases that already hold one of the chosen services (R55).
    """

    plan: Plan | None = None
    refusal: str = ""
    said: tuple[str, ...] = ()  # in the caller's language, as it is read to them
    digest: str = ""
    questions: int = 0
    by_link: bool = False  # opening it mails the link to their own page
    tree: tuple[BlockerNode, ...] = ()
    held: tuple[Case, ...] = ()


def read_call_plan(
    *,
    customer: Customer,
    rules: Rules,
    item_ids: Sequence[int],
    received_at: datetime,
    wished_on: date | None,
    questions: int,
    now: datetime,
) -> CallPlan:
    """Plan what is chosen so far; nothing is stored."""
    if not item_ids:
        return CallPlan(refusal="Choose what should end, and the plan appears here.")
    try:
        check_covered(rules, read_items(customer, item_ids))
    except ActionError as refusal:
        return CallPlan(refusal=str(refusal))
    account = read_account(customer)
    by_link = serves_itself(rules) and not questions
    plan = plan_call(
        policy=rules,
        account=account,
        item_ids=item_ids,
        received_at=min(received_at, now),
        wished_on=wished_on,
        questions=questions,
        by_link=by_link,
        now=now,
    )
    said = speak(plan, locale=customer.locale)
    return CallPlan(
        plan=plan,
        said=said,
        digest=take_digest(said),
        questions=questions,
        by_link=by_link,
        tree=build_tree(account, plan.blockers),
        held=tuple(find_holding_cases(item_ids)),
    )


def speak(plan: Plan, *, locale: str) -> tuple[str, ...]:
    """The sentences to read out, in the caller's language where it is written, else in English."""
    tongue = find_tongue(locale)
    return tuple(say_in(sentence, tongue.code if tongue else "en") for sentence in plan.say)


def take_digest(said: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def find_holding_cases(item_ids: Sequence[int]) -> list[Case]:
    """The open cases that hold one of these services, the earliest first (R55)."""
    held = CaseItem.objects.filter(item_id__in=item_ids, holds_item=True)
    return list(Case.objects.filter(pk__in=held.values("case")).order_by("received_at"))


def find_open_cases(customer: Customer) -> list[Case]:
    """The customer's cases that are still open (R55)."""
    held = CaseItem.objects.filter(item__customer=customer, holds_item=True)
    return list(Case.objects.filter(pk__in=held.values("case")).order_by("received_at"))


def list_past_calls(customer: Customer, *, but: Iterable[Case]) -> list[Case]:
    """The customer's latest cases beside the ones given."""
    cases = Case.objects.filter(customer=customer).exclude(pk__in=[c.pk for c in but])
    return list(cases.order_by("-received_at")[:PAST_CALLS])


def mark_open_cases(customers: Sequence[Customer]) -> None:
    """Give each customer found while typing its open cases, as `open_cases`; one query."""
    held = CaseItem.objects.filter(item__customer__in=customers, holds_item=True)
    theirs: dict[int, list[Case]] = {}
    for case in Case.objects.filter(pk__in=held.values("case")).order_by("received_at"):
        theirs.setdefault(case.customer_id, []).append(case)
    for customer in customers:
        customer.open_cases = theirs.get(customer.pk, [])  # type: ignore[attr-defined]


def list_drafts(user: Any) -> list[CallDraft]:
    """The calls that this agent has not finished, newest first."""
    return list(CallDraft.objects.filter(user=user).select_related("customer__brand"))
