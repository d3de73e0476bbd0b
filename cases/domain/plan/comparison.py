"""Two plans of one request on a common time axis: what each does on a day, what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cases.domain.plan.model import Plan, Step


@dataclass(frozen=True, kw_only=True)
class Day:
    """What both plans do on one local date; `on` is None for what has no date yet."""

    on: date | None
    first: tuple[Step, ...]
    second: tuple[Step, ...]

    @property
    def differs(self) -> bool:
        return sorted(map(name_of, self.first)) != sorted(map(name_of, self.second))


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One result of both plans: a date or an amount; None is "none"."""

    label: str
    first: date | Decimal | None
    second: date | Decimal | None

    @property
    def differs(self) -> bool:
        return self.first != self.second

    @property
    def is_money(self) -> bool:
        return isinstance(self.first, Decimal) or isinstance(self.second, Decimal)


def name_of(step: Step) -> tuple[str, str]:
    """What makes two steps of a day the same: what happens, and what it still depends on."""
    return step.kind, step.condition


def pair_days(first: Plan, second: Plan) -> tuple[Day, ...]:
    """Every day on which either plan does something, in order; what has no date comes last."""
    days = {step.on for plan in (first, second) for step in plan.steps}
    known = sorted(day for day in days if day is not None)
    ordered: Sequence[date | None] = [*known, *([None] if None in days else [])]
    return tuple(
        Day(
            on=day,
            first=tuple(step for step in first.steps if step.on == day),
            second=tuple(step for step in second.steps if step.on == day),
        )
        for day in ordered
    )


def pair_figures(first: Plan, second: Plan) -> tuple[Figure, ...]:
    """The results that versions are compared for: when it ends, what it costs, the way back."""
    pairs = [
        ("Services end", first.effective_on, second.effective_on),
        ("Can be undone until", first.grace_last_on, second.grace_last_on),
        ("Fee", amount_of(first, "fee"), amount_of(second, "fee")),
        ("Last bill", amount_of(first, "last_bill"), amount_of(second, "last_bill")),
        ("In all", first.total, second.total),
    ]
    return tuple(Figure(label=label, first=a, second=b) for label, a, b in pairs)


def amount_of(plan: Plan, name: str) -> Decimal | None:
    charge = getattr(plan, name)
    return charge.amount if charge else None
