"""English, in which the domain is written: a template is its own translation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cases.domain.money import format_money
from cases.domain.speech.tongue import Tongue
from cases.domain.words import MONTHS, SMALL, WEEKDAYS, speak_date, write_date, write_period


def write_day(on: date) -> str:
    """ "Tuesday 22 December 2026"."""
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"


def write_number(value: Decimal) -> str:
    return f"{value.normalize():f}"


TONGUE = Tongue(
    code="en",
    write_date=write_date,
    write_day=write_day,
    write_period=write_period,
    write_money=format_money,
    write_number=write_number,
    speak_date=speak_date,
    conjunction="and",
    numerals=dict(enumerate(SMALL)),
)
