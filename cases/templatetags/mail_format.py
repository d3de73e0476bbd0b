"""Dates and money as a letter writes them, in the language and zone that are active."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from cases.domain.money import format_money

register = template.Library()

DAY = {"en": "l j F Y", "de": "l, j. F Y"}


@register.filter
def day(value: date | datetime | None) -> str:
    """“Tuesday 22 December 2026”; an instant becomes its day in the active zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return date_format(value, DAY.get((get_language() or "en")[:2], "l j F Y"))


@register.filter
def clock_time(value: datetime) -> str:
    """“14:05” in the active zone."""
    return f"{timezone.localtime(value):%H:%M}"


@register.filter
def city(zone: str) -> str:
    """“Chicago” of “America/Chicago”, for “Chicago time”."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.filter
def money(amount: Decimal, currency: str) -> str:
    return format_money(amount, currency)
