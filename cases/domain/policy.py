"""A policy: how one company lets its customers go, as data (R1, R3, R9, R18, R21, R30, R52).

A policy is frozen on a case at its confirmation. It is read from a mapping (`from_dict`) as it
stands in a TOML file or a JSON column, and written back by `to_dict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any, Literal

from cases.domain.policy_data import PolicyError, dump, load

Channel = Literal["phone", "self_service"]
NoticeFrom = Literal["call", "confirmation"]
Billing = Literal["whole_month", "no_refund", "daily"]
FeeKind = Literal["none", "flat", "declining", "percentage", "remaining_months"]
Severity = Literal["advisory", "hard"]
Closing = Literal["after_grace", "at_once", "after_final_bill"]
QuestionKind = Literal["text", "yes_no", "date", "choice"]

__all__ = [
    "Exclusion",
    "FeeRule",
    "FeeStep",
    "Policy",
    "PolicyError",
    "QuestionTemplate",
]


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """A product that is not cancelled here, and where to go instead (R1)."""

    product: str
    where_to_go: str


@dataclass(frozen=True, kw_only=True)
class FeeStep:
    """From this year of the term on (1 is the first), this percentage applies."""

    from_year: int
    percent: Decimal


@dataclass(frozen=True, kw_only=True)
class FeeRule:
    """What leaving inside a contract's term costs (R18), always computed on the effective date.

    none · flat: `amount` per contract · declining: `amount` × remaining ÷ total months ·
    remaining_months: started months left × the contract's monthly amount × `percent` ·
    percentage: the value left × the percentage of that year of the term (`steps`).
    `floor` and `ceiling` bound the fee of one contract; money is in the account's currency.
    """

    kind: FeeKind = "none"
    amount: Decimal = Decimal(0)
    percent: Decimal = Decimal(100)
    steps: tuple[FeeStep, ...] = ()
    floor: Decimal | None = None
    ceiling: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class QuestionTemplate:
    """A question that an agent can put into the email with one click (R8)."""

    key: str
    text: str
    kind: QuestionKind = "text"
    choices: tuple[str, ...] = ()
    required: bool = True
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One version of one policy. Days are calendar days in the customer's zone (R5)."""

    code: str
    name: str
    covers: tuple[str, ...] = ()  # products; empty means all
    exclusions: tuple[Exclusion, ...] = ()
    channel: Channel = "phone"
    agent_may_execute: bool = True
    notice_days: int = 30
    notice_from: NoticeFrom = "call"
    execute_time: time = time(0, 0)
    execution_seconds: int | None = None
    reminder_days: tuple[int, ...] = (3, 7)
    drop_after_days: int = 14
    billing: Billing = "whole_month"
    bill_last_day: bool = True  # only for daily rates (R49)
    fee: FeeRule = FeeRule()
    grace_days: int = 30  # 0: it cannot be undone
    final_notice_time: time = time(9, 0)
    restore_by_reply: bool = True
    number_disposition_required: bool = False
    port_blocks: Severity = "advisory"
    unassign_licences: bool = False
    terminate_first: tuple[str, ...] = ()  # kinds of item
    protection: bool = False
    closes: Closing = "after_grace"
    questions: tuple[QuestionTemplate, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def is_immediate(self) -> bool:
        """No notice: the services end as soon as the customer has confirmed."""
        return self.notice_days == 0

    @property
    def is_reversible(self) -> bool:
        """Is there a time in which the customer can come back?"""
        return self.grace_days > 0

    @property
    def agent_refusal(self) -> str:
        """Why an agent cannot confirm, whatever the role; empty when they can (R32, R43)."""
        if not self.agent_may_execute:
            return "Under this policy only the customer can end these services."
        if self.channel == "self_service":
            return "Under this policy the customer confirms on their own page: send them the link."
        return ""

    def find_exclusion(self, product: str) -> Exclusion | None:
        """Where a product is cancelled instead, or None when it is cancelled here (R1).

        A product outside `covers` is excluded without an address of its own.
        """
        for exclusion in self.exclusions:
            if exclusion.product == product:
                return exclusion
        if self.covers and product not in self.covers:
            return Exclusion(
                product=product,
                where_to_go=f"This desk does not cancel {product or 'this product'}. "
                "Ask the team that looks after it.",
            )
        return None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Policy:
        """Read a policy. Raises `PolicyError` that names every field in the way."""
        return load(cls, data)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values; `from_dict` reads it back to an equal policy."""
        return dump(self)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something in a policy that cannot work, for whoever edits it."""

    field: str
    message: str


def validate(policy: Policy) -> list[Problem]:
    """What contradicts itself in a policy; empty when it can be published."""
    found = [*check_who(policy), *check_days(policy), *check_ending(policy)]
    found += check_fee(policy.fee)
    found += check_unique("questions", (q.key for q in policy.questions))
    found += check_unique("exclusions", (e.product for e in policy.exclusions))
    for question in policy.questions:
        if (question.kind == "choice") != bool(question.choices):
            found.append(
                Problem(
                    field="questions",
                    message=f"“{question.key}”: choices belong to questions of kind choice, "
                    "and those need at least one.",
                )
            )
    for exclusion in policy.exclusions:
        if exclusion.product in policy.covers:
            found.append(
                Problem(
                    field="exclusions",
                    message=f"“{exclusion.product}” is both covered and excluded.",
                )
            )
    return found


def check_who(policy: Policy) -> list[Problem]:
    """Somebody must be able to confirm (R32, R43)."""
    if policy.channel == "self_service" or policy.agent_may_execute:
        return []
    return [
        Problem(
            field="agent_may_execute",
            message="Confirmed with an agent on the phone, but staff may not carry it out: nobody "
            "could end anything. Let customers confirm on their own page.",
        )
    ]


def check_days(policy: Policy) -> list[Problem]:
    found = [
        Problem(field=name, message=f"{getattr(policy, name)} days: must not be negative.")
        for name in ("notice_days", "grace_days", "drop_after_days")
        if getattr(policy, name) < 0
    ]
    days = policy.reminder_days
    if any(b <= a for a, b in zip((0, *days), days, strict=False)):
        found.append(
            Problem(
                field="reminder_days",
                message=f"Reminders on days {join(days)}: each must come after the one before, "
                "the first on day 1 at the earliest.",
            )
        )
    if policy.drop_after_days < 1:
        found.append(
            Problem(field="drop_after_days", message="Nobody can answer in less than a day.")
        )
    elif days and days[-1] >= policy.drop_after_days:
        found.append(
            Problem(
                field="drop_after_days",
                message=f"The last reminder on day {days[-1]} comes no sooner than the drop on "
                f"day {policy.drop_after_days}.",
            )
        )
    if policy.execution_seconds is not None and policy.execution_seconds < 1:
        found.append(Problem(field="execution_seconds", message="Must be at least one second."))
    return found


def check_ending(policy: Policy) -> list[Problem]:
    found = []
    if policy.closes == "after_grace" and not policy.is_reversible:
        found.append(
            Problem(
                field="closes",
                message="Closing after grace with an irreversible policy (0 days of grace): "
                "close at once, or after the final bill.",
            )
        )
    if policy.closes != "after_grace" and policy.is_reversible:
        found.append(
            Problem(
                field="grace_days",
                message=f"Grace of {policy.grace_days} days, but the case closes "
                f"{policy.closes.replace('_', ' ')}: nobody could come back.",
            )
        )
    if policy.restore_by_reply and not policy.is_reversible:
        found.append(
            Problem(
                field="restore_by_reply",
                message="Restoring by reply with an irreversible policy (0 days of grace).",
            )
        )
    if policy.execution_seconds is not None and not policy.is_immediate:
        found.append(
            Problem(
                field="execution_seconds",
                message="A limit in seconds counts from the confirmation; with "
                f"{policy.notice_days} days of notice it could never be kept.",
            )
        )
    if policy.protection and not policy.terminate_first:
        found.append(
            Problem(
                field="protection",
                message="Termination protection needs kinds in terminate_first to protect.",
            )
        )
    return found


def check_fee(fee: FeeRule) -> list[Problem]:
    found = []
    if fee.kind in ("flat", "declining") and fee.amount <= 0:
        found.append(Problem(field="fee.amount", message=f"A {fee.kind} fee needs an amount."))
    if fee.kind == "percentage" and not fee.steps and fee.percent <= 0:
        found.append(Problem(field="fee.percent", message="A percentage fee needs a percentage."))
    percents = [fee.percent, *(step.percent for step in fee.steps)]
    if any(not 0 <= percent <= 100 for percent in percents):
        found.append(Problem(field="fee.percent", message="Percentages lie between 0 and 100."))
    years = [step.from_year for step in fee.steps]
    if any(b <= a for a, b in zip((0, *years), years, strict=False)):
        found.append(Problem(field="fee.steps", message="Steps start at year 1 or later and rise."))
    if fee.steps and fee.kind != "percentage":
        found.append(Problem(field="fee.steps", message="Steps belong to a percentage fee."))
    bounds = [bound for bound in (fee.floor, fee.ceiling) if bound is not None]
    if any(bound < 0 for bound in bounds) or bounds != sorted(bounds):
        found.append(
            Problem(field="fee.floor", message="Floor and ceiling: not negative, floor first.")
        )
    return found


def check_unique(field: str, names: Iterable[str]) -> list[Problem]:
    seen: set[str] = set()
    twice = [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    return [Problem(field=field, message=f"“{name}” stands there twice.") for name in twice]


def join(days: Iterable[int]) -> str:
    return ", ".join(str(day) for day in days)
