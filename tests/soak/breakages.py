"""The desk broken on purpose, in ways that a soak must notice: `python -m tests.soak --break all`.

Each is patched before the workers are forked, so that they all have it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from unittest.mock import patch

Patch = Any  # what unittest.mock.patch gives: a context


def drop_hour_early() -> Patch:
    """The drop is planned an hour before its day is over."""
    from cases.domain.plan.moment import Moments

    right = Moments.__dict__["drop_at"].func
    return patch.object(Moments, "drop_at", property(lambda m: right(m) - timedelta(hours=1)))


def no_settling() -> Patch:
    """What cannot be undone is done at once, though a door may still be committing."""
    from cases.actions import timers

    def look_at_once(kind: str, due_at: datetime) -> datetime:
        return due_at

    return patch.object(timers, "first_look", look_at_once)


def lost_timer() -> Patch:
    """Every other case is never reminded a second time, and so never dropped."""
    from cases.actions import timers

    right = timers.plan_case_timers

    def forget(case: Any, *, now: datetime) -> dict[str, datetime]:
        wanted = right(case, now=now)
        if case.pk % 2:
            wanted.pop("reminder_2", None)
        return wanted

    return patch.object(timers, "plan_case_timers", forget)


def silent_drop() -> Patch:
    """A case is dropped and its history does not tell."""
    from cases.actions.base import Change

    right = Change.record

    def record(change: Any, kind: str, summary: str, **given: Any) -> Any:
        return None if kind == "dropped" else right(change, kind, summary, **given)

    return patch.object(Change, "record", record)


def lost_letter() -> Patch:
    """The door says yes to every other mail and keeps nothing."""
    from notifications.inbound import rows

    right = rows.store
    is_lost = cycle((True, False))

    def store(inbound: Any) -> bool:
        if next(is_lost):
            inbound.pk = 0
            return True
        return right(inbound)

    return patch.object(rows, "store", store)


def double_mail() -> Patch:
    """Every tenth email is sent twice."""
    from notifications.outbox.transport import Transport

    right = Transport.send

    def send(transport: Any) -> Any:
        if transport._email.pk % 10 == 0:
            right(transport)
            transport._offer(transport._backend)
        return right(transport)

    return patch.object(Transport, "send", send)


BREAKAGES: dict[str, Callable[[], Patch]] = {
    one.__name__: one
    for one in (drop_hour_early, no_settling, lost_timer, silent_drop, lost_letter, double_mail)
}
