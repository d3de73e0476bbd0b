"""Instants in words. static/desk/js/times.js says the same ones while a page stays open."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3600, 86400
FORMS = ("smart", "short", "in", "date", "time", "full")


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
    return f"{on:%a} {on.day} {on:%b}{year}"


def write_full(instant: datetime, zone: str) -> str:
    """Return "Thu 24 Sep 2026, 15:40 Chicago"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{write_date(local.date())}, {local:%H:%M} {name_city(zone)}"


def write_instant(instant: datetime, *, form: str, zone: str, now: datetime) -> str:
    """Return `instant` (aware) as a person in `zone` says it at `now`; see FORMS."""
    seconds = (instant - now).total_seconds()
    local, today = instant.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if form == "short":
        return write_span(seconds)
    if form == "date":
        return write_date(local.date(), this_year=today.year)
    if form == "time":
        return f"{local:%H:%M}"
    if form == "full":
        return write_full(instant, zone)
    if abs(seconds) < 45:
        return "just now"
    apart = (local.date() - today.date()).days
    if form == "in":
        size = f"{abs(apart)} d" if apart and abs(seconds) >= DAY else write_span(seconds)
        return f"in {size}" if seconds > 0 else f"{size} ago"
    if abs(seconds) < HOUR:
        return f"in {write_span(seconds)}" if seconds > 0 else f"{write_span(seconds)} ago"
    named = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(apart)
    return f"{named or write_date(local.date(), this_year=today.year)} {local:%H:%M}"


def differ(instant: datetime, zone: str, other: str) -> bool:
    """Tell whether clocks in the two zones show different times at `instant`."""
    return (
        instant.astimezone(ZoneInfo(zone)).utcoffset()
        != instant.astimezone(ZoneInfo(other)).utcoffset()
    )
