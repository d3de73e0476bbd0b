"""Local dates and instants: the customer's calendar laid over UTC (R5, R21, R31, G25).

A `date` is always meant in the customer's time zone; a `datetime` is always an aware instant in
UTC. Zones are IANA names. Where clocks are moved, an hour that does not exist shifts forward and
an hour that happens twice means its second coming, so no customer ever gets less time.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MIDNIGHT = time(0, 0)


class UnknownZone(ValueError):
    """The time zone's name is not in the IANA database."""


def find_zone(zone: str) -> ZoneInfo:
    """The zone by its IANA name. Raises `UnknownZone`."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"“{zone}” is not a time zone") from error


def local_date(instant: datetime, zone: str) -> date:
    """The calendar date in `zone` at `instant` (aware)."""
    return instant.astimezone(find_zone(zone)).date()


def at_local(on: date, at: time, zone: str) -> datetime:
    """The UTC instant when clocks in `zone` show `at` on `on` (G25).

    A wall time that is skipped moves forward by the gap (02:30 becomes 03:30, a missing midnight
    01:00, a missing day the next one); one that happens twice is its second coming.
    """
    tz = find_zone(zone)
    first = datetime.combine(on, at.replace(fold=0), tz)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)  # as nearly always
    # In a gap the two readings are swapped: the later instant is the one that shifts forward.
    return max(first.astimezone(UTC), second.astimezone(UTC))


def add_days_keeping_wall_clock(instant: datetime, days: int, zone: str) -> datetime:
    """`days` calendar days later at the same wall-clock time in `zone`, as UTC (R5).

    Days are not 24 hours: daylight saving moves nothing for the customer.
    """
    if days == 0:
        return instant.astimezone(UTC)
    local = instant.astimezone(find_zone(zone))
    return at_local(local.date() + timedelta(days=days), local.time(), zone)


def end_of_day(on: date, zone: str) -> datetime:
    """The first instant after `on` in `zone`: an exclusive end, so 23:59:59 still counts (R21)."""
    return at_local(on + timedelta(days=1), MIDNIGHT, zone)


def billing_month(on: date, anchor: int) -> tuple[date, date]:
    """First and last day (inclusive) of the billing month that contains `on` (R31).

    `anchor` is the day of the month on which a billing month starts; 29 to 31 start on the last
    day of a shorter month.
    """
    this = clamp_day(on.year, on.month, anchor)
    if on >= this:
        starts_on, after = this, add_months(date(on.year, on.month, 1), 1)
    else:
        before = add_months(date(on.year, on.month, 1), -1)
        starts_on, after = clamp_day(before.year, before.month, anchor), on
    return starts_on, clamp_day(after.year, after.month, anchor) - timedelta(days=1)


def clamp_day(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last day when it is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def add_months(on: date, months: int) -> date:
    """The same day `months` later, clamped to shorter months (31 January + 1 = 28 February)."""
    index = on.year * 12 + on.month - 1 + months
    return clamp_day(index // 12, index % 12 + 1, on.day)


def count_started_months(starts_on: date, ends_on: date) -> int:
    """How many months have started when counting from `starts_on` until before `ends_on`.

    22 December to 31 March is 4: three whole months and one that has started. Zero when the end
    is not after the start.
    """
    if ends_on <= starts_on:
        return 0
    months = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    return months + 1 if add_months(starts_on, months) < ends_on else months


def count_days(starts_on: date, ends_on: date) -> int:
    """Days from the first to the last, both counted."""
    return (ends_on - starts_on).days + 1
