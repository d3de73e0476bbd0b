"""From a domain Plan to what is drawn: few points on an axis, or every step in a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from cases.domain.states import ENDED, State
from cases.templatetags._times import write_date

TONES = {
    "asked": "them", "reminder": "them", "drop": "them", "execute": "cal", "cancelled": "cal",
    "grace_ends": "grace", "final_notice": "grace", "close": "done", "final_bill": "cal",
}  # fmt: skip
AHEAD = {
    "received": "Call", "asked": "Email with the questions", "reminder": "Reminder",
    "drop": "Dropped", "confirmed": "Confirmation", "execute": "Services end",
    "cancelled": "“Cancelled” email", "grace_ends": "Last day to come back",
    "final_notice": "Final notice", "close": "Closed for good", "final_bill": "Final bill",
}  # fmt: skip
BEHIND = {
    "received": "Called", "asked": "Details asked", "reminder": "Reminded", "drop": "Dropped",
    "confirmed": "Confirmed", "execute": "Cancelled", "cancelled": "Cancelled",
    "grace_ends": "Grace ended", "final_notice": "Final notice sent", "close": "Closed",
    "final_bill": "Final bill", "restore_asked": "Asked to come back", "restored": "Restored",
    "withdrawn": "Withdrawn",
}  # fmt: skip
CHARGES = {
    "fee": "Buy-out fee", "month": "Bills before the last", "last_bill": "Last bill",
    "forfeited": "Paid, not used",
}  # fmt: skip
LISTED = {**BEHIND, "execute": "Services ended", "cancelled": "“Cancelled” email"}
SHORT = {"asked": "Ask for details", "confirmed": "Confirm", "drop": "Drops",
         "grace_ends": "Grace ends", "close": "Closes"}  # fmt: skip
BY_LINK = {"past": "Link sent", "future": "Email with the link"}
NEAR_DAYS = 300
NBSP = "\u00a0"
BEGUN = "Began to end"
OFF_AXIS = {"final_notice"}
LAST = {State.DROPPED: "off", State.WITHDRAWN: "off", State.CLOSED: "done", State.RESTORED: "done"}


class Step(Protocol):
    """What is read of a step of `cases.domain.plan`."""

    kind: str
    at: datetime | None
    on: date | None
    rule: str
    reason: str
    condition: str
    past: bool
    email: str | None


@dataclass(frozen=True, kw_only=True)
class Point:
    """One dot: `phase` is past, now or future; `tone` a colour by meaning; `when` in words."""

    kind: str
    label: str
    when: str
    phase: str
    tone: str
    steps: tuple[Any, ...] = ()
    is_end: bool = False

    @property
    def is_conditional(self) -> bool:
        return self.phase == "future" and any(step.condition for step in self.steps)

    @property
    def classes(self) -> str:
        extra = (" is-if" if self.is_conditional else "") + (" is-end" if self.is_end else "")
        return f"is-{self.phase} tone-{self.tone}{extra}"


def axis_points(
    *, steps: Iterable[Step], state: State | None, now: datetime, zone: str
) -> list[Point]:
    """Return the points of the axis, in order, with today marked where it falls.

    Reminders share a point, "cancelled" shares the one of the execution, and what was skipped
    (a reminder that was never needed) or has no date yet is not drawn.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    steps = list(steps)
    hangs = waits_for_us(steps)
    groups = group_steps([s for s in steps if s.kind not in OFF_AXIS and (s.past or s.on)])
    past = [draw_point(g, phase="past", today=today, zone=zone) for g in groups if g[-1].past]
    future = [
        draw_point(g, phase="future", today=today, zone=zone, hangs=hangs)
        for g in groups
        if not g[-1].past
    ]
    if state in ENDED:
        return mark_end(past, state)
    here = mark_today(past, state, today)
    return [*(past[:-1] if asks_back(past, state) else past), here, *future]


def waits_for_us(steps: Iterable[Step]) -> bool:
    """Does it end by being confirmed, and was not yet? Then "today" is no promise (R39)."""
    return any(s.kind == "execute" and not s.past and s.condition for s in steps)


def asks_back(past: Sequence[Point], state: State | None) -> bool:
    """Tell whether the last thing that happened is the very one that we are to answer."""
    return state is State.RESTORE_REQUESTED and bool(past) and past[-1].kind == "restore_asked"


def mark_today(past: Sequence[Point], state: State | None, today: date) -> Point:
    """Return the point of today: where the case stands, in the colour of whose turn it is."""
    tone = {"us": "us", "customer": "them", "calendar": "cal", "grace": "grace"}.get(
        state.turn.value if state else "", "cal"
    )
    when = f"today, {write_date(today, this_year=today.year)}"
    if asks_back(past, state):
        asked = past[-1]
        return Point(kind="now", label="Asks to come back", phase="now", tone=tone,
                     when=asked.when, steps=asked.steps)  # fmt: skip
    return Point(
        kind="now", label=state.label if state else "Today", when=when, phase="now", tone=tone
    )


def group_steps(steps: Sequence[Step]) -> list[list[Step]]:
    """Return the steps as they share a point: reminders together, the end and its email too."""
    groups: list[list[Step]] = []
    for step in steps:
        before = groups[-1][0].kind if groups else ""
        together = (before, step.kind) in {("reminder", "reminder"), ("execute", "cancelled")}
        if together and groups[-1][0].past == step.past:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def draw_point(
    group: Sequence[Step], *, phase: str, today: date, zone: str, hangs: bool = False
) -> Point:
    """Return the point of one group of steps; what happened today carries its time."""
    first = group[0]
    when = write_dates([s.on for s in group if s.on], today=today) or first.condition or "later"
    if when == "today" and first.at and phase == "past":
        when = f"today {first.at.astimezone(ZoneInfo(zone)):%H:%M}"
    if hangs and when == "today":
        when = "on confirmation" if first.kind == "execute" else "then"
    when = when.replace(" ", NBSP)  # a date never breaks
    if phase == "future" and first.condition.startswith("on hold"):
        when = f"{when} · held"
    labels = BEHIND if phase == "past" else {**AHEAD, **SHORT}
    label = labels.get(first.kind, first.kind.replace("_", " ").capitalize())
    if first.kind == "asked" and first.email == "page":
        label = BY_LINK[phase]
    if phase == "past" and first.kind == "execute" and len(group) == 1:
        label = BEGUN  # nothing is "cancelled" before all of it is down (R56)
    return Point(
        kind=first.kind,
        label="Reminders" if len(group) > 1 and first.kind == "reminder" else label,
        when=when,
        phase=phase,
        tone=TONES.get(first.kind, "off") if phase == "future" else "off",
        steps=tuple(group),
    )


def mark_end(past: list[Point], state: State) -> list[Point]:
    """Return the points of a case that is over; the last one says how it ended."""
    if not past:
        return []
    last = past[-1]
    ended = Point(
        kind=last.kind, label=state.label, when=last.when, phase="past", tone=LAST[state],
        steps=last.steps, is_end=True,
    )  # fmt: skip
    return [*past[:-1], ended]


def write_dates(days: Sequence[date], *, today: date) -> str:
    """Return "Wed 25 Nov", "25 and 29 Nov" or "today"."""
    days = sorted(set(days))
    if not days:
        return ""
    if len(days) == 1:
        return "today" if days[0] == today else write_near(days[0], today)
    if len({(d.year, d.month) for d in days}) == 1:
        numbers = ", ".join(str(d.day) for d in days[:-1])
        return f"{numbers} and {write_near(days[-1], today)[4:]}"
    return f"{write_near(days[0], today)} – {write_near(days[-1], today)}"


def write_near(on: date, today: date) -> str:
    """Return a date of the plan; without its year while no other year could be meant."""
    near = abs((on - today).days) < NEAR_DAYS
    return write_date(on, this_year=on.year if near else None)


def list_steps(*, steps: Iterable[Step], today: date) -> list[Point]:
    """Return every step, as the list beside the intake says it."""
    steps = list(steps)
    hangs = waits_for_us(steps)
    behind = {**LISTED}
    if not any(step.kind == "cancelled" and step.past for step in steps):
        behind["execute"] = BEGUN
    return [
        Point(
            kind=step.kind,
            label=name_step(step, behind),
            when=write_step_day(step, today=today, hangs=hangs),
            phase="past" if step.past else "future",
            tone=TONES.get(step.kind, "off"),
            steps=(step,),
        )
        for step in steps
    ]


def write_step_day(step: Step, *, today: date, hangs: bool) -> str:
    """Return a step's day; "Then" where it has none, or where it `hangs` on our confirming."""
    if step.on is None or (hangs and not step.past and step.on == today):
        return "Then"
    return write_dates([step.on], today=today)


def name_step(step: Step, behind: dict[str, str]) -> str:
    """What the list calls a step."""
    if step.kind == "asked" and step.email == "page":
        return BY_LINK["past" if step.past else "future"]
    return (behind if step.past else AHEAD).get(step.kind, step.kind)
