"""The desk's components as template tags; docs/design.md shows each one with its snippet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString

from cases.domain.money import format_money
from cases.domain.numbers import spell_number
from cases.domain.states import State
from cases.templatetags import _blockers, _frame, _nav, _plan, _plan_drawn
from cases.templatetags._addresses import find_address, find_address_or_none
from cases.templatetags._badges import LABELS, draw_avatar, draw_delivery, draw_pill, find_tone
from cases.templatetags._html import fill
from cases.templatetags._icons import draw_icon
from cases.templatetags._rows import Reader
from cases.templatetags._times import draw_clock, draw_time, name_city, write_span
from config import clock
from notifications.models import Email

register = template.Library()

WHO = {
    "desk": {
        "customer": "customer",
        "agent": "us",
        "carrier": "other carrier",
        "billing": "billing",
    },
    "customer": {"customer": "you", "agent": "us", "carrier": "the other carrier", "billing": "us"},
}


# -- words and colours ---------------------------------------------------------------------------
@register.filter
def tone(state: State | str) -> str:
    """Return the colour of a state, a turn or a tone: us, them, cal, grace, done or off."""
    return find_tone(str(state))


@register.filter
def rough(span: timedelta) -> str:
    """Return a length of time in its largest unit: "12 min", "3 h", "6 d"."""
    return write_span(span.total_seconds())


@register.filter
def city(zone: str) -> str:
    """Return "Chicago" for America/Chicago."""
    return name_city(zone)


@register.filter
def spelled(number: str) -> str:
    """Return a case number as it is read aloud."""
    return spell_number(number)


@register.filter
def value_of(table: dict[str, str], key: str) -> str:
    """Return what a table says to a key, or the key."""
    return table.get(key, key)


@register.simple_tag
def icon(name: str, *, filled: bool = False, label: str = "", size: str = "") -> SafeString:
    """Return a Tabler icon as inline SVG; silent for screen readers unless it has a `label`."""
    return draw_icon(name, filled=filled, label=label, size=size)


@register.simple_tag
def pill(state: State | str, text: str = "") -> SafeString:
    """Return a state in a word and a colour; `text` says more than the state's own label."""
    value = str(state)
    return draw_pill(find_tone(value), text or LABELS.get(value, value))


@register.simple_tag
def kbd(*keys: str) -> SafeString:
    """Return key caps. They are a picture: the control itself carries `data-key`."""
    return _nav.draw_keys(*keys)


@register.simple_tag
def avatar(who: Any, *, size: str = "", beside: bool = False) -> SafeString:
    """Return a person's initials; `beside=True` where the name stands next to it anyway."""
    return draw_avatar(who, size=size, beside=beside)


@register.simple_tag
def delivery(email: Email) -> SafeString:
    """Return what became of a mail, in a word."""
    return draw_delivery(email)


@register.simple_tag
def money(amount: Decimal | None, currency: str = "USD", *, free: str = "") -> SafeString:
    """Return an amount; nothing to pay becomes the words of `free` when they are given."""
    if amount is None:
        return fill('<span class="money muted">{}</span>', "–")
    if free and amount == 0:
        return fill('<span class="money-free">{}</span>', free)
    return fill('<span class="money">{}</span>', format_money(Decimal(amount), currency))


@register.simple_tag
def case_number(number: str, *, size: str = "", copy: bool = True) -> SafeString:
    """Return a case number in even figures, with a button that copies it."""
    button: str | SafeString = ""
    if copy:
        button = fill(
            '<button type="button" class="copy" data-copy="{}" aria-label="Copy {}" '
            'title="Copy">{}</button>',
            number, number, icon("copy"),
        )  # fmt: skip
    classes = "case-number" + (" is-large" if size == "large" else "")
    return fill('<span class="{}"><span>{}</span>{}</span>', classes, number, button)


# -- time ------------------------------------------------------------------------------
def agent_zone(context: template.Context) -> str:
    """Return the zone of who reads the page: theirs, else the one that Django has active."""
    user = getattr(context.get("request"), "user", None)
    return getattr(user, "timezone", "") or timezone.get_current_timezone_name()


@register.simple_tag(takes_context=True)
def clock_there(context: template.Context, zone: str) -> SafeString:
    """Say what time it is in the customer's `zone` while its clocks differ from the reader's."""
    return draw_clock(zone, reader=agent_zone(context), now=clock.now())


@register.simple_tag(takes_context=True)
def server_now(context: template.Context) -> str:
    """Return the desk's present instant for the scripts, which must not ask the browser."""
    return f"{clock.now().astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


@register.simple_tag(takes_context=True)
def reader_zone(context: template.Context) -> str:
    """Return the IANA zone in which this page's times are written."""
    return agent_zone(context)


@register.simple_tag(takes_context=True)
def when(
    context: template.Context,
    instant: datetime | date | None,
    tz: str = "",
    *,
    form: str = "smart",
    beside: bool = True,
) -> SafeString:
    """Return an instant as the agent says it, the customer's time (`tz`) beside it if it differs.

    Forms: smart ("today 09:12"), in ("in 3 d"), short ("12 min"), date, time, full. A plain date
    is the customer's own calendar day and is written as it is.
    """
    return draw_time(
        instant, now=clock.now(), zone=agent_zone(context), tz=tz, form=form, beside=beside
    )


# -- the plan ------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def plan_axis(
    context: template.Context,
    plan: Any,
    *,
    state: State | str | None = None,
    now: datetime | None = None,
    tz: str = "",
    id: str = "axis",
) -> SafeString:
    """Draw the plan as an axis: past filled, today marked with the `state`, future hollow."""
    zone = tz or getattr(plan, "zone", "") or agent_zone(context)
    known = State(str(state)) if state else None
    points = _plan.axis_points(steps=plan.steps, state=known, now=now or clock.now(), zone=zone)
    return _plan_drawn.draw_axis(points, read_reader(context), zone=tz or zone, name=id)


@register.simple_tag(takes_context=True)
def plan_list(
    context: template.Context,
    plan: Any,
    *,
    now: datetime | None = None,
    tz: str = "",
    charges: bool = True,
) -> SafeString:
    """Draw the plan as a list of everything that will happen, each with its why."""
    zone = tz or getattr(plan, "zone", "") or agent_zone(context)
    today = (now or clock.now()).astimezone(ZoneInfo(zone)).date()
    costs = [
        (_plan.CHARGES.get(c.kind, c.kind), c, money(c.amount, c.currency))
        for c in plan.charges
        if charges
    ]
    return _plan_drawn.draw_list(_plan.list_steps(steps=plan.steps, today=today), costs)


def read_reader(context: template.Context) -> Reader:
    """Who reads the page, and when."""
    return Reader(zone=agent_zone(context), now=clock.now())


@register.inclusion_tag("desk/components/date_options.html", takes_context=True)
def date_options(context: template.Context, plan: Any, *, tz: str = "") -> dict[str, Any]:
    """List the dates worth offering, each with what it costs in all and why."""
    return {"options": plan.options, "tz": tz, "request": context.get("request")}


@register.inclusion_tag("desk/components/blocker_list.html")
def blocker_list(blockers: Sequence[Any], items: Iterable[Any] = ()) -> dict[str, Any]:
    """List what is in the way, who clears it and how; hard ones first."""
    names = {item.id: item.label for item in items}
    rows = [
        {"blocker": b, "hard": b.severity == "hard", "item": names.get(b.item_id, "")}
        for b in sorted(blockers, key=lambda b: b.severity != "hard")
    ]
    return {"rows": rows}


@register.inclusion_tag("desk/components/blocker_tree.html")
def blocker_tree(nodes: Sequence[Any], *, side: str = "desk", empty: str = "") -> dict[str, Any]:
    """Draw "Why can't I cancel yet?": leaves first, what hangs on what, who clears it and how.

    `nodes` are those of `cases.domain.blockers.build_tree`; `side="customer"` speaks to them.
    """
    branches = _blockers.draw_branches(nodes)
    return {"branches": branches, "side": side, "who": WHO[side], "empty": empty}


# -- the page ------------------------------------------------------------------------------
@register.inclusion_tag("desk/components/empty_state.html")
def empty_state(
    symbol: str, title: str, text: str = "", *, url: str = "", label: str = "", key: str = ""
) -> dict[str, Any]:
    """Say what belongs here, why there is nothing, and what to do next."""
    return {"icon": symbol, "title": title, "text": text, "url": url, "label": label, "key": key}


@register.simple_tag(takes_context=True)
def frame_part(context: template.Context, name: str) -> SafeString:
    """Draw a part of the frame: "side", "tabbar", or "user_menu" of who is signed in."""
    return _frame.draw_part(name, context)


@register.simple_tag(takes_context=True)
def nav_item(
    context: template.Context,
    url_name: str,
    label: str,
    symbol: str,
    *,
    count: int | None = None,
    urgent: bool = False,
    key: str = "",
    kind: str = "side",
) -> SafeString | str:
    """Draw a place of the desk; nothing where that page does not exist (yet) or is not for them."""
    url = url_or_none(url_name)
    if not url:
        return ""
    is_here = url == context.get("here")
    place = _nav.Place(url=url, label=label, icon=icon(symbol), is_here=is_here)
    if kind == "menu":
        return _nav.draw_menu_place(place)
    if kind == "tab":
        return _nav.draw_tab_place(place, count=count)
    name = url_name.partition(":")[2]
    return _nav.draw_side_place(place, name=name, count=count, urgent=urgent, key=key)


# -- forms ------------------------------------------------------------------------------
@register.filter
def input_kind(field: BoundField) -> str:
    """Return "check" for a box to tick, "choice" for a choice, else "text"."""
    if isinstance(field.field.widget, CheckboxInput):
        return "check"
    return "choice" if isinstance(field.field.widget, RadioSelect | Select) else "text"


@register.filter
def dressed(field: BoundField) -> SafeString:
    """Return the field's widget with the desk's class and its errors announced."""
    classes = {"check": "form-check-input", "choice": "form-select"}
    kind = input_kind(field)
    attrs: dict[str, str | bool] = {"class": classes.get(kind, "form-control")}
    if isinstance(field.field.widget, RadioSelect):
        attrs = {"class": "form-check-input"}
    if field.errors:
        attrs |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    return field.as_widget(attrs=attrs)


@register.simple_tag
@lru_cache(maxsize=256)
def asset(path: str) -> str:
    """Return the address of a file of ours, as `{% static %}` does; it is looked up once."""
    return static(path)


@register.simple_tag
def address(url_name: str, *args: Any) -> str:
    """Return the address of a page, as `{% url %}` does, in a fraction of its time."""
    return find_address(url_name, *args)


@register.simple_tag
def url_or_none(url_name: str) -> str:
    """Return an address, or nothing where there is no such page."""
    return find_address_or_none(url_name)
