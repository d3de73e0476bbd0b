"""Instants in words. static/desk/js/times.js says the same ones while a page stays open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from cases.domain import words
from cases.templatetags._html import fill

MINUTE, HOUR, DAY = 60, 3600, 86400
FORMS = ("smart", "short", "in", "date", "time", "full")
LIVE = {"smart", "in", "short"}  # what the scripts keep true while the page stays open
WITH_OTHER = {"smart", "time", "full"}
DAYS = [name[:3] for name in words.WEEKDAYS]
MONTHS = [name[:3] for name in words.MONTHS]
NEVER = fill('<span class="muted">{}</span>', "–")
DATE = '<time datetime="{}" title="{}">{}</time>'
TIME = '<time datetime="{0}Z" title="{1}">{2}</time>'
LIVE_TIME = '<time datetime="{0}Z" data-when="{3}" data-zone="{4}" title="{1}">{2}</time>'
CLOCK = '<span class="num">{}<span data-desk-clock="{}">{}</span></span>'
WITH_BOTH = '<span class="when">{} <span class="other-zone">{}</span></span>'


def name_city(zone: str) -> str:
    """Return what people call a zone: "Chicago" for America/Chicago."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def write_span(seconds: float) -> str:
    """Return a length of time in its largest unit: "12 min", "3 h", "6 d"."""
    size = abs(seconds)
    if size < HOUR:
        return f"{max(1, int(size // MINUTE))} min"
    if size < DAY:
        return f"{int(size // HOUR)} h"
    return f"{int(size // DAY)} d"


def write_date(on: date, *, this_year: int | None = None) -> str:
    """Return "Thu 24 Sep", with the year unless it is `this_year`."""
    year = "" if on.year == this_year else f" {on.year}"
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}{year}"


def write_clock(local: datetime) -> str:
    """Return "15:40"."""
    return f"{local.hour:02}:{local.minute:02}"


def write_full(local: datetime, zone: str) -> str:
    """Return "Thu 24 Sep 2026, 15:40 Chicago" of an instant that stands in `zone`."""
    return f"{write_date(local)}, {write_clock(local)} {name_city(zone)}"


def write_instant(local: datetime, *, form: str, zone: str, now: datetime) -> str:
    """Return an instant as a person in `zone`, in which it stands, says it at `now`; see FORMS."""
    seconds = (local - now).total_seconds()
    if form == "short":
        return write_span(seconds)
    if form == "time":
        return write_clock(local)
    if form == "full":
        return write_full(local, zone)
    today = now.astimezone(local.tzinfo)
    if form == "date":
        return write_date(local, this_year=today.year)
    if abs(seconds) < 45:
        return "just now"
    apart = (local.date() - today.date()).days
    if form == "in":
        size = f"{abs(apart)} d" if apart and abs(seconds) >= DAY else write_span(seconds)
        return f"in {size}" if seconds > 0 else f"{size} ago"
    if abs(seconds) < HOUR:
        return f"in {write_span(seconds)}" if seconds > 0 else f"{write_span(seconds)} ago"
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(apart)
    return f"{named or write_date(local, this_year=today.year)} {write_clock(local)}"


def draw_time(
    instant: datetime | date | None,
    *,
    now: datetime,
    zone: str,
    tz: str = "",
    form: str = "smart",
    beside: bool = True,
) -> SafeString:
    """Return `<time>` as who reads in `zone` says it, and the time in `tz` beside it if it differs.

    A plain date is the customer's own calendar day and is written as it is.
    """
    if instant is None:
        return NEVER
    if not isinstance(instant, datetime):
        return draw_date(instant, this_year=now.astimezone(ZoneInfo(tz or zone)).year, tz=tz)
    here = instant.astimezone(ZoneInfo(zone))
    exact, other = write_full(here, zone), ""
    if tz and tz != zone:
        there = instant.astimezone(ZoneInfo(tz))
        if there.utcoffset() != here.utcoffset():
            exact = f"{exact} · {write_full(there, tz)}"
            other = write_other(there, here, tz) if beside and form in WITH_OTHER else ""
    written = fill(
        LIVE_TIME if form in LIVE else TIME,
        instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
        exact,
        write_instant(here, form=form, zone=zone, now=now),
        form,
        zone,
    )
    return fill(WITH_BOTH, written, other) if other else written


def draw_clock(zone: str, *, reader: str, now: datetime) -> SafeString:
    """Return "Mon 01:34", kept true while the page is open; nothing where clocks agree."""
    here, there = now.astimezone(ZoneInfo(reader)), now.astimezone(ZoneInfo(zone))
    if here.utcoffset() == there.utcoffset():
        return SafeString("")
    day = "" if there.date() == here.date() else f"{DAYS[there.weekday()]} "
    return fill(CLOCK, day, zone, write_clock(there))


@lru_cache(maxsize=4096)
def draw_date(on: date, *, this_year: int, tz: str) -> SafeString:
    """Return `<time>` of a calendar day, which is that of the zone `tz`."""
    exact = write_date(on) + (f" in {name_city(tz)}" if tz else "")
    return fill(DATE, on.isoformat(), exact, write_date(on, this_year=this_year))


def write_other(there: datetime, here: datetime, tz: str) -> str:
    """Return the customer's time, with its day where that is another: "Tue 09:40 Tokyo"."""
    day = "" if there.date() == here.date() else f"{DAYS[there.weekday()]} "
    return f"{day}{write_clock(there)} {name_city(tz)}"
