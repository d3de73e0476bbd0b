"""A plan as stretches of time: how long answers are waited for, services still run, grace lasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cases.domain.plan.model import Plan


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """From one local date to another; `kind` is answers, running, grace or bill."""

    kind: str
    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days


def list_stretches(plan: Plan) -> tuple[Stretch, ...]:
    """Those of the plan that last a day at least, in the order of their beginning."""
    found = (s for s in find_stretches(plan) if s.days > 0)
    return tuple(sorted(found, key=lambda s: (s.starts_on, s.kind)))


def find_stretches(plan: Plan) -> Iterator[Stretch]:
    days = {step.kind: step.on for step in plan.steps if step.on}
    if "asked" in days and "drop" in days:
        yield Stretch(kind="answers", starts_on=days["asked"], ends_on=days["drop"])
    if plan.effective_on is None:
        return
    yield Stretch(kind="running", starts_on=days["received"], ends_on=plan.effective_on)
    if plan.grace_last_on is not None:
        yield Stretch(kind="grace", starts_on=plan.effective_on, ends_on=plan.grace_last_on)
    if "final_bill" in days:
        yield Stretch(kind="bill", starts_on=plan.effective_on, ends_on=days["final_bill"])
