"""The form in which stories are written: a call, then a diary of days, times and deeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from cases.domain.dates import at_local, local_date


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One deed of a diary.

    Either on a day counted from the call, at a time in the customer's zone; or so many minutes
    before the present, for what has only just happened.
    """

    verb: str
    day: int | None = None
    at: str = ""
    minutes_ago: int | None = None
    words: tuple[Any, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One case from its call to where it stands today (`ends`, a state)."""

    customer: str
    about: str
    ends: str
    by: str = "mara"
    policy: str = "voice"
    days_ago: int = 0
    at: str = "10:00"
    minutes_ago: int | None = None
    caller: str = ""  # a contact's name; empty means the owner
    items: str = "all"  # "all", "@a place", or the beginnings of labels, "; " between
    checks: tuple[str, ...] = ("Account PIN",)
    wished: int | None = None  # days after the call
    reason: str = ""
    diary: tuple[Entry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stray:
    """A mail to a company that belongs to no case, or does not say so."""

    company: str
    days_ago: int
    at: str
    name: str
    email: str
    subject: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    mentions: str = ""  # a customer whose case number stands in the subject


def day(number: int, at: str, verb: str, *words: Any, **facts: Any) -> Entry:
    """A deed so many days after the call, at HH:MM in the customer's zone."""
    return Entry(verb=verb, day=number, at=at, words=words, facts=facts)


def ago(minutes: int, verb: str, *words: Any, **facts: Any) -> Entry:
    """A deed so many minutes before the present."""
    return Entry(verb=verb, minutes_ago=minutes, words=words, facts=facts)


def find_instant(
    *, days_ago: int, day: int | None, at: str, minutes_ago: int | None, zone: str, now: datetime
) -> datetime:
    """When something of a story happens, as a UTC instant; `now` is the real present."""
    if minutes_ago is not None or day is None:
        return now - timedelta(minutes=minutes_ago or 0)
    called_on = local_date(now, zone) - timedelta(days=days_ago)
    return at_local(called_on + timedelta(days=day), time.fromisoformat(at), zone)
