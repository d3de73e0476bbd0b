"""The plan as an axis and as a list: forty small pieces, drawn here and not by a template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.safestring import SafeString

from cases.templatetags._html import fill, join
from cases.templatetags._plan import Point
from cases.templatetags._rows import Reader

HERE = SafeString(' aria-current="step"')
PHASES = {"past": ", done", "future": ", planned"}
POINT = (
    '<li class="axis-pt {}"{}><span class="axis-dot"></span><span class="axis-what">{}'
    '<span class="visually-hidden">{}</span></span><span class="axis-when">{}</span>{}</li>'
)
WHY = (
    '<button type="button" class="axis-why" popovertarget="{0}" aria-label="Why: {1}"></button>'
    '<div class="menu why-pop" id="{0}" popover data-place="center">{2}</div>'
)
REASON = '<p>{}{}</p><p class="small muted">{}{}</p>'
CONDITION = ' <span class="muted">{}</span>'

STEP = '<li class="plan-step {}"><span class="on">{}</span><div class="what">{}</div></li>'
OPENS = '<details><summary><span>{}{}</span></summary><p class="plan-why">{}{}</p></details>'
IF = ' <span class="if">{}</span>'
RULE = ' <span class="rule-name">{}</span>'
MONEY = '<dt title="{}">{}</dt><dd>{}</dd>'


def draw_axis(points: Iterable[Point], reader: Reader, *, zone: str, name: str) -> SafeString:
    """The points in a row; behind each stands why it is there."""
    drawn = join(
        draw_point(point, reader, zone=zone, name=f"{name}-{number}")
        for number, point in enumerate(points, start=1)
    )
    return fill('<ol class="axis" aria-label="Plan">{}</ol>', drawn)


def draw_point(point: Point, reader: Reader, *, zone: str, name: str) -> SafeString:
    why: SafeString | str = ""
    if point.steps:
        reasons = join(draw_reason(step, reader, zone=zone) for step in point.steps)
        why = fill(WHY, name, point.label, reasons)
    here = HERE if point.phase == "now" else ""
    phase = PHASES.get(point.phase, "")
    return fill(POINT, point.classes, here, point.label, phase, point.when, why)


def draw_reason(step: Any, reader: Reader, *, zone: str) -> SafeString:
    seen = reader.see(step.at, zone, form="full") if step.at else reader.see(step.on, zone)
    condition = fill(CONDITION, step.condition) if step.condition else ""
    return fill(REASON, step.reason, condition, seen, f" · {step.rule}" if step.rule else "")


def draw_list(
    points: Iterable[Point], charges: Sequence[tuple[str, Any, SafeString]]
) -> SafeString:
    """Every step below the other, each with its why; then what it costs."""
    steps = join(draw_step(point, step) for point in points for step in point.steps)
    drawn = fill('<ol class="plan-list">{}</ol>', steps)
    if not charges:
        return drawn
    money = join(fill(MONEY, charge.reason, label, amount) for label, charge, amount in charges)
    return join([drawn, fill('<dl class="kv plan-money">{}</dl>', money)])


def draw_step(point: Point, step: Any) -> SafeString:
    what: SafeString | str = point.label
    if step.reason:
        condition = fill(IF, step.condition) if step.condition and not step.past else ""
        rule = fill(RULE, step.rule) if step.rule else ""
        what = fill(OPENS, point.label, condition, step.reason, rule)
    when = point.when[:1].upper() + point.when[1:]
    return fill(STEP, point.classes, when, what)
