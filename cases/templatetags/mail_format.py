"""Dates, money and sentences as a letter writes them, in the language and zone that are active."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from cases.domain.speech import Tongue, find_tongue, say_in

register = template.Library()
LIGHT, DARK = "#ffffff", "#16202c"


def active_tongue() -> Tongue:
    """The active language, or English where it is not written out."""
    found = find_tongue(get_language() or "en") or find_tongue("en")
    assert found is not None
    return found


@register.filter
def day(value: date | datetime | None) -> str:
    """“Tuesday 22 December 2026”; an instant becomes its day in the active zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return active_tongue().write_day(value)


@register.filter
def clock_time(value: datetime) -> str:
    """“14:05” in the active zone."""
    return f"{timezone.localtime(value):%H:%M}"


@register.filter
def city(zone: str) -> str:
    """“Chicago” of “America/Chicago”, for “Chicago time”."""
    return active_tongue().write_city(zone)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    return active_tongue().write_money(amount, currency)


@register.filter
def said(text: str) -> str:
    """A sentence of the plan in the active language; any other text as it is."""
    return say_in(text, active_tongue().code)


@register.filter
def ink(colour: str) -> str:
    """Black or white: what can be read on `colour` (#rrggbb), after WCAG's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return LIGHT if 1.05 / (luminance + 0.05) >= 4.5 else DARK
