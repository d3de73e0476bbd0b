"""The alarm of a promise that is counted in seconds: all down in time, or a person hears (R39)."""

from __future__ import annotations

from datetime import datetime

from cases.actions.base import DESK, Change, change_case
from cases.domain.states import State
from cases.domain.words import count_of
from cases.models import Case
from cases.models.item import OPEN_ORDERS


def raise_alarms(*, now: datetime, limit: int = 100) -> int:
    """Alarm for every case whose time is over with services still up; returns how many.

    Safe at any concurrency: looked at again under the lock.
    """
    late = Case.objects.filter(
        state=State.EXECUTING, execution_due_at__lt=now, execution_late_at=None
    )
    ids = list(late.order_by("execution_due_at").values_list("pk", flat=True)[:limit])
    return sum(raise_alarm(case_id=pk, now=now) for pk in ids)


def raise_alarm(*, case_id: int, now: datetime) -> bool:
    """Alarm once for this case, unless it was finished or told meanwhile."""
    with change_case(case_id=case_id, actor=DESK, now=now) as change:
        case = change.case
        change.replan = False
        if case.status is not State.EXECUTING or case.execution_late_at is not None:
            return False
        left = case.items.filter(outcome__in=OPEN_ORDERS).count()
        note_late(change, f"{count_of(left, 'service')} still up")
        return True


def note_late(change: Change, what: str) -> None:
    """Tell it in the history, and ask a person to look; nothing waits for their answer."""
    case = change.case
    case.execution_late_at = change.now
    seconds = case.rules.execution_seconds
    change.record(
        "execution_late",
        f"Not all down within {seconds} seconds of the confirmation: {what}.",
        due_at=case.execution_due_at.isoformat() if case.execution_due_at else None,
    )
    change.raise_todo(
        "execution_late",
        f"Promised within {seconds} seconds, but {what}. Look at the execution board.",
        answers=["retry_items", "dismiss"],
        holds=False,
    )
