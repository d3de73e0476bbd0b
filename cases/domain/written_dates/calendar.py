"""From a day and a month to a date: the year that was not written, the ends of months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

# Nobody gives notice further ahead.
LAST_YEAR = 2199
PASSED = "This day has passed."


def make_date(day: int, month: int, year: int | None, *, today: date) -> date | None:
    """The date, in the next year that has it when none is named; None when there is no such day.

    `today` is the local date of receipt. Two-digit years are of this century.
    """
    if year is None:
        years: tuple[int, ...] = tuple(range(today.year, today.year + 5))
    else:
        years = (year + 2000 if year < 100 else year,)
    for candidate in years:
        try:
            on = date(candidate, month, day)
        except ValueError:
            if day == 29 and month == 2:
                continue
            return None
        if on.year > LAST_YEAR or on.year < 1990:
            return None
        if year is not None or on >= today:
            return on
    return None


def end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def add_months(on: date, months: int) -> date:
    """The same day some months on, or the last one of a shorter month."""
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def end_of(unit: str, *, today: date, ahead: int = 0) -> date:
    """The last day of this (or a later) week, month, quarter or year. A week ends on its Friday."""
    if unit == "month":
        return end_of_month(*_split(add_months(today.replace(day=1), ahead)))
    if unit == "quarter":
        month = (today.month - 1) // 3 * 3 + 3
        return end_of_month(*_split(add_months(date(today.year, month, 1), 3 * ahead)))
    if unit == "year":
        return date(today.year + ahead, 12, 31)
    return today + timedelta(days=(4 - today.weekday()) % 7 + 7 * ahead)


def _split(on: date) -> tuple[int, int]:
    return on.year, on.month


def next_weekday(weekday: int, *, today: date) -> date:
    """The first such day after `today`; Monday is 1."""
    return today + timedelta(days=(weekday - 1 - today.weekday() - 1) % 7 + 1)
