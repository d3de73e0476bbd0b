"""Policies and their versions as the desk shows them, and what one would do to an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import Customer, User
from accounts.scoping import scope
from cases.domain import plan as domain
from cases.domain.blockers import BlockerNode, build_tree
from cases.domain.dates import at_local
from cases.domain.policy_diff import Difference, compare_policies
from cases.domain.policy_words import SECTIONS, WORDS, flatten, say_part, say_value
from cases.domain.states import State
from cases.models import Policy, PolicyVersion
from cases.models.planning import read_account

CALLED_AT = time(10, 0)


def list_policies(*, user: User) -> list[Policy]:
    """The user's policies with their versions, newest first; three queries at most."""
    policies = scope(Policy.objects.select_related("brand"), user=user, path="brand")
    found = list(policies.order_by("brand__name", "name"))
    versions: dict[int, list[PolicyVersion]] = {}
    counted = PolicyVersion.objects.annotate(cases=Count("case")).order_by("-number")
    for version in counted.filter(policy__in=found):
        versions.setdefault(version.policy_id, []).append(version)
    for policy in found:
        policy.shown = versions.get(policy.pk, [])
        policy.in_force = next((v for v in policy.shown if v.published_at), None)
    return found


def visible_versions(user: User) -> QuerySet[PolicyVersion]:
    """The versions of the user's brands' policies."""
    versions = PolicyVersion.objects.select_related("policy__brand")
    return scope(versions, user=user, path="policy__brand")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One field of a policy in words; `lines` when it is a list."""

    label: str
    help: str
    value: str
    lines: tuple[str, ...] = ()


def say_version(version: PolicyVersion) -> list[tuple[str, list[Said]]]:
    """A version section by section, in words."""
    flat = flatten(version.rules)
    return [
        (title, [say_field(path, flat[path]) for path in paths if is_told(path, flat)])
        for title, paths in SECTIONS.items()
    ]


def is_told(path: str, flat: dict[str, Any]) -> bool:
    """Leave out what has no effect, such as the amount of a fee that is none."""
    if path == "fee.amount":
        return flat["fee.kind"] in ("flat", "declining")
    if path == "fee.percent":
        by_year = flat["fee.kind"] == "percentage" and flat["fee.steps"]
        return flat["fee.kind"] in ("percentage", "remaining_months") and not by_year
    if path.startswith("fee.") and path != "fee.kind":
        return flat["fee.kind"] != "none" and flat[path] not in (None, ())
    if path == "bill_last_day":
        return bool(flat["billing"] == "daily")
    return not (path in ("final_notice_time", "restore_by_reply") and not flat["grace_days"])


def say_field(path: str, value: Any) -> Said:
    lines = path in ("exclusions", "questions", "reasons") and value
    return Said(
        label=WORDS[path].label,
        help=WORDS[path].help,
        value=say_value(path, value),
        lines=tuple(say_part(part) for part in value) if lines else (),
    )


def find_before(version: PolicyVersion) -> PolicyVersion | None:
    """The version that came before, published or not."""
    older = version.policy.versions.filter(number__lt=version.number)
    return older.order_by("-number").first()


def compare_versions(before: PolicyVersion, after: PolicyVersion) -> tuple[Difference, ...]:
    return compare_policies(before.rules, after.rules)


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a version would do to an account, as of the morning of a day."""

    version: PolicyVersion
    plan: domain.Plan
    tree: tuple[BlockerNode, ...]
    now: datetime
    is_idle: bool  # nothing is active at the account


def simulate(
    *,
    version: PolicyVersion,
    customer: Customer,
    call_on: date,
    wished_on: date | None,
    asks: bool,
) -> Simulated:
    """The plan of a call at 10:00 on that day in the customer's zone, about the whole account.

    Nothing is stored. With `asks` a question is open, so that reminders and the drop are seen.
    """
    now = at_local(call_on, CALLED_AT, customer.timezone)
    account = read_account(customer)
    request = domain.Request(
        received_at=now,
        item_ids=frozenset(i.id for i in account.items if i.is_active),
        wished_on=wished_on,
        state=State.INTAKE,
        questions_open=int(asks),
    )
    plan = domain.plan(version.rules, request, account, now)
    return Simulated(
        version=version,
        plan=plan,
        tree=build_tree(account, plan.blockers),
        now=now,
        is_idle=not request.item_ids,
    )
