"""What happened to a case since somebody opened its page: for a form that has become stale."""

from __future__ import annotations

from dataclasses import dataclass

from cases.models import Case, Event

SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The newest of what happened after event number `since`; `more` is how much is left out."""

    since: int
    events: list[Event]
    more: int


def list_changes(*, case: Case, since: int) -> Changes:
    """One query, two where there is more than can be shown."""
    later = case.events.filter(sequence__gt=since).select_related("actor").order_by("-sequence")
    events = list(later[: SHOWN + 1])
    more = later.count() - SHOWN if len(events) > SHOWN else 0
    return Changes(since=since, events=events[:SHOWN], more=more)
