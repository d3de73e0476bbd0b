"""Dates, counts and lists in English words, for reasons and for reading aloud."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ORDINALS = {1: "st", 2: "nd", 3: "rd"}
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# From here on a date without its year could be mistaken.
FAR = 300


def write_date(on: date) -> str:
    """ "Tue 22 Dec 2026"."""
    return f"{WEEKDAYS[on.weekday()][:3]} {on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def write_period(starts_on: date, ends_on: date) -> str:
    """ "December 2026" for a calendar month, else "15 Dec 2026 – 14 Jan 2027"."""
    whole_month = starts_on.day == 1 and (ends_on.year, ends_on.month, ends_on.day) == (
        starts_on.year,
        starts_on.month,
        monthrange(starts_on.year, starts_on.month)[1],
    )
    if whole_month:
        return f"{MONTHS[starts_on.month - 1]} {starts_on.year}"
    if starts_on == ends_on:
        return write_day(ends_on)
    first = write_day(starts_on) if starts_on.year != ends_on.year else write_day(starts_on)[:-5]
    return f"{first} – {write_day(ends_on)}"


def write_day(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def speak_date(on: date, *, today: date, form: str = "weekday") -> str:
    """ "Tuesday, December 22nd", with the year when it is far from `today`.

    Form "day" leaves the weekday out, "month" the day.
    """
    far = abs((on - today).days) > FAR
    if form == "month":
        return f"{MONTHS[on.month - 1]} {on.year}" if far else MONTHS[on.month - 1]
    suffix = "th" if 11 <= on.day <= 13 else ORDINALS.get(on.day % 10, "th")
    spoken = f"{MONTHS[on.month - 1]} {on.day}{suffix}" + (f", {on.year}" if far else "")
    return f"{WEEKDAYS[on.weekday()]}, {spoken}" if form == "weekday" else spoken


def count_of(number: int, noun: str) -> str:
    """ "1 month", "3 months"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def join_words(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
