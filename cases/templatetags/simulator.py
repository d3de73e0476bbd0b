"""Two versions of a policy, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from cases.domain.plan.comparison import pair_days, pair_figures
from cases.domain.plan.model import Step
from cases.queries.policies import Simulated
from cases.templatetags import _plan
from cases.templatetags._scale import draw_scale

register = template.Library()


@register.inclusion_tag("desk/components/side_by_side.html", takes_context=True)
def side_by_side(
    context: template.Context, simulated: Sequence[Simulated], *, tz: str
) -> dict[str, Any]:
    """Draw two plans of one request on a common time axis, with what differs marked."""
    first, second = simulated
    days = pair_days(first.plan, second.plan)
    figures = pair_figures(first.plan, second.plan)
    return {
        "simulated": simulated,
        "days": days,
        "figures": figures,
        "scale": draw_scale([(str(s.version), s.plan) for s in simulated]),
        "currency": first.plan.currency,
        "count": sum(day.differs for day in days) + sum(figure.differs for figure in figures),
        "tz": tz,
        "request": context.get("request"),
    }


@register.filter
def step_label(step: Step) -> str:
    """What happens, as the plan's list says it."""
    names = _plan.LISTED if step.past else _plan.AHEAD
    return names.get(step.kind, step.kind.replace("_", " ").capitalize())


@register.filter
def step_tone(step: Step) -> str:
    return _plan.TONES.get(step.kind, "off")
