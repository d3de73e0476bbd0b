"""The customer's pages: their words, and the plan as an axis in their language and zone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils import timezone

from accounts.models import Brand
from cases.domain.states import ENDED, State
from cases.models import Case
from cases.queries.customer_page import CustomerPage
from cases.templatetags import _blockers, _plan
from cases.templatetags.mail_format import active_tongue
from cases.views.customer.words import find_words
from cases.views.customer.words import say as find_say
from config import clock

register = template.Library()


@register.simple_tag
def say(key: str, **facts: Any) -> str:
    """Return the words of a key in the reader's language, facts filled in; escaped as text."""
    return find_say(key, **facts)


@register.simple_tag
def say_key(part: str, name: str, **facts: Any) -> str:
    """Return the words of `part.name`, for a name that comes from the data."""
    return find_say(f"{part}.{name}", **facts)


@register.filter
def item_name(page: CustomerPage, item_id: int) -> str:
    """Return what a service of the case is called."""
    return next((row.item.label for row in page.rows if row.item.pk == item_id), "")


@register.simple_tag
def say_state(part: str, page: CustomerPage) -> str:
    """Return what a part of the page (`head`, `lead`) says of the state that the case is in."""
    case, key = page.case, f"{part}.{page.case.state}"
    own = f"{key}_itself"
    chosen = own if page.itself and find_words(own) else key
    last, day = page.last_moment, find_day(page)
    return find_say(
        chosen,
        day=active_tongue().write_day(day) if day else "",
        time=f"{timezone.localtime(last):%H:%M}" if last else "",
        city=active_tongue().write_city(case.zone),
        down=page.down,
        count=len(page.rows),
    )


def find_day(page: CustomerPage) -> date | None:
    """The day that matters in this state, in the customer's zone."""
    if page.case.status in (State.IN_GRACE, State.RESTORE_REQUESTED) and page.last_moment:
        return timezone.localtime(page.last_moment).date()
    return page.case.effective_on or page.plan.effective_on


@register.inclusion_tag("customer/_axis.html")
def customer_axis(page: CustomerPage) -> dict[str, Any]:
    """Draw past and future: what has been is filled, today is marked, what comes is hollow."""
    state = page.case.status
    steps: Any = page.plan.steps
    points = _plan.axis_points(steps=steps, state=state, now=clock.now(), zone=page.case.zone)
    waits = page.can_confirm and page.case.rules.is_immediate
    return {"points": [draw_point(point, state, waits=waits) for point in points]}


def draw_point(point: Any, state: State, *, waits: bool) -> dict[str, str]:
    """`waits`: nothing ends on a day, but when the customer confirms."""
    days = [step.on for step in point.steps if step.on]
    when = active_tongue().write_date(days[-1]) if days else ""
    if waits and point.kind in ("execute", "close"):
        when = find_say("axis.on_confirm")
    if point.phase == "now":
        label, when = find_say(f"state.{state}"), find_say("axis.today")
    elif point.is_end and state in ENDED:
        label = find_say(f"state.{state}")
    else:
        side = "past" if point.phase == "past" else "next"
        label = find_words(f"axis.{side}.{point.kind}") or point.label
    return {
        "label": label, "when": when or find_say("axis.later"),
        "classes": point.classes, "phase": point.phase,
    }  # fmt: skip


@register.inclusion_tag("customer/_tree.html")
def customer_tree(page: CustomerPage) -> dict[str, Any]:
    """Draw what is in the way, leaves first, in words for the customer."""
    return {"branches": _blockers.draw_branches(page.tree)}


@register.filter
def initial(brand: Brand) -> str:
    """Return the first letter of a brand, for its mark."""
    return brand.name[:1].upper()


@register.simple_tag
def scope_name(case: Case, page: CustomerPage) -> str:
    """Return what a case ends, as the customer calls it: a place, an account, some services."""
    places = {row.item.location.name for row in page.rows if row.item.location}
    if page.one_by_one or (case.whole_account and len(places) != 1):
        return find_say("end.all", number=case.customer.account_number)
    return ", ".join(sorted(places)) or find_say("end.all", number=case.customer.account_number)
