"""A policy in words: what each field is called, what it does, and how its value is said.

The admin's form, the comparison of two versions and the comments of a TOML file all read this.
Fields of the fee are written "fee.kind".
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import time
from decimal import Decimal
from typing import Any

from cases.domain.policy import Exclusion, FeeStep, Policy, QuestionTemplate
from cases.domain.words import count_of

SECTIONS: dict[str, tuple[str, ...]] = {
    "The policy": ("name", "covers", "exclusions"),
    "Who": ("channel", "agent_may_execute"),
    "Notice and the end": (
        "notice_days",
        "notice_from",
        "execute_time",
        "execution_seconds",
    ),
    "Questions by email": ("reminder_days", "drop_after_days", "questions", "reasons"),
    "Money": (
        "billing",
        "bill_last_day",
        "fee.kind",
        "fee.amount",
        "fee.percent",
        "fee.steps",
        "fee.floor",
        "fee.ceiling",
    ),
    "After the end": ("grace_days", "final_notice_time", "restore_by_reply", "closes"),
    "What has to be done first": (
        "number_disposition_required",
        "port_blocks",
        "unassign_licences",
        "terminate_first",
        "protection",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """`label` names a field, `help` says what it does."""

    label: str
    help: str = ""


WORDS: dict[str, Words] = {
    "code": Words(label="Code", help="The name of its file."),
    "name": Words(label="Name"),
    "channel": Words(label="How a cancellation is confirmed"),
    "agent_may_execute": Words(
        label="Staff may carry it out",
        help="Off: nobody on the staff can end a service under this policy, whatever the role.",
    ),
    "covers": Words(label="Products", help="Their codes; none means every product."),
    "exclusions": Words(
        label="Not cancelled here", help="A product's code and where to go instead."
    ),
    "notice_days": Words(label="Days of notice", help="0: it ends as soon as it is confirmed."),
    "notice_from": Words(label="Notice counts from"),
    "execute_time": Words(label="Services end at", help="On the date, in the customer's zone."),
    "execution_seconds": Words(
        label="Seconds until all is down", help="From the confirmation; only without notice."
    ),
    "reminder_days": Words(label="Reminders after days", help="Counted from the questions."),
    "drop_after_days": Words(label="Dropped after days", help="Without an answer."),
    "questions": Words(label="Questions", help="What an agent can ask with one click."),
    "reasons": Words(label="Reasons", help="What callers say why."),
    "billing": Words(label="The last month costs"),
    "bill_last_day": Words(label="The last day is charged", help="Only for daily rates."),
    "fee.kind": Words(label="Fee inside a contract's term"),
    "fee.amount": Words(label="Fee: amount", help="For a flat or declining fee."),
    "fee.percent": Words(label="Fee: percentage"),
    "fee.steps": Words(label="Fee: percentage by year of the term"),
    "fee.floor": Words(label="Fee: at least"),
    "fee.ceiling": Words(label="Fee: at most"),
    "grace_days": Words(label="Days of grace", help="0: it cannot be undone."),
    "final_notice_time": Words(label="Final notice at", help="On the last day of grace."),
    "restore_by_reply": Words(label="A clear reply restores by itself"),
    "closes": Words(label="The case closes"),
    "number_disposition_required": Words(
        label="Every number needs a disposition", help="Ported, moved, or no longer needed."
    ),
    "port_blocks": Words(label="A port under way"),
    "unassign_licences": Words(label="Licences are to be unassigned first"),
    "terminate_first": Words(
        label="Terminated one by one first", help="With whatever hangs on them."
    ),
    "protection": Words(label="Termination protection", help="Switched off by its own step."),
}

CHOICES: dict[str, dict[str, str]] = {
    "channel": {
        "phone": "with an agent, on the phone",
        "self_service": "by the customer, on their own page",
    },
    "notice_from": {"call": "the call", "confirmation": "the confirmation"},
    "billing": {
        "whole_month": "the whole billing month",
        "no_refund": "nothing more, and nothing is refunded",
        "daily": "a daily rate",
    },
    "fee.kind": {
        "none": "none",
        "flat": "a flat amount",
        "declining": "an amount that declines over the term",
        "percentage": "a percentage of what is left",
        "remaining_months": "the months that are left",
    },
    "closes": {
        "after_grace": "after grace",
        "at_once": "when the services are off",
        "after_final_bill": "when the final bill is paid",
    },
    "port_blocks": {"advisory": "is a warning", "hard": "blocks"},
}
KINDS = {
    "number": "numbers",
    "extension": "extensions",
    "trunk": "trunks",
    "licence": "licences",
    "sim": "SIMs",
    "device": "devices",
    "vpg": "VPGs",
    "service": "other services",
}
DAYS = frozenset({"notice_days", "grace_days", "drop_after_days"})


def flatten(policy: Policy) -> dict[str, Any]:
    """Every field by its path, the fee's among them; `code` included."""
    flat = {f.name: getattr(policy, f.name) for f in fields(policy) if f.name != "fee"}
    flat |= {f"fee.{f.name}": getattr(policy.fee, f.name) for f in fields(policy.fee)}
    return flat


def say_value(path: str, value: Any) -> str:
    """A field's value as a person would say it."""
    if path in CHOICES:
        return CHOICES[path].get(value, str(value))
    if path in DAYS:
        return count_of(value, "day")
    if path == "terminate_first":
        return ", ".join(KINDS.get(kind, kind) for kind in value) or "nothing"
    if path == "covers":
        return ", ".join(value) or "every product"
    return say_plain(value)


def say_plain(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return ", ".join(say_part(part) for part in value) or "none"
    return str(value)


def say_part(part: Any) -> str:
    """One line of a list: a step, a product that is excluded, a question."""
    if isinstance(part, FeeStep):
        return f"{part.percent:f}% from year {part.from_year}"
    if isinstance(part, Exclusion):
        return f"{part.product} ({part.where_to_go})"
    if isinstance(part, QuestionTemplate):
        return f"{part.text}{'' if part.required else ' (optional)'}"
    return str(part)
