"""Take a dropped case up again (R15)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from cases.actions.approvals import ask_kept_notice
from cases.actions.base import Actor, change_case
from cases.actions.intake import AlreadyOpen, find_open_case
from cases.actions.mail import stop_queued
from cases.actions.timers import release_held
from cases.models import Case, CaseItem, Outcome


def reopen_case(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    keep_notice_because: str = "",
    version: int | None = None,
) -> Case:
    """Take a dropped case up again: a new notice, unless overridden with a reason (R15).

    A notice that is kept ends earlier than the new one, so it is an exception like any other: what
    the brand does not leave to one person waits for a colleague. Raises `AlreadyOpen`.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.reopen", version=version
    ) as change:
        case = change.case
        before = change.plan().earliest_on
        change.move(case.reopen, now=now)
        hold_items_again(case)
        change.record("reopened", "Reopened; notice starts again.")
        if keep_notice_because:
            ask_kept_notice(change, ends_on=before, reason=keep_notice_because)
        stop_queued(change, "dropped", because="the case was reopened")
        change.resolve_todos(kinds=("answer_after_drop",), resolution="reopened")
        release_held(case=case, now=now)
        return case


def hold_items_again(case: Case) -> None:
    """Take the services back, as they were planned. Raises `AlreadyOpen`."""
    try:
        with transaction.atomic():
            kept = CaseItem.objects.filter(case=case, outcome=Outcome.KEPT)
            kept.update(holds_item=True, outcome=Outcome.PLANNED)
    except IntegrityError as error:
        other = find_open_case(list(case.items.values_list("item_id", flat=True)))
        if other is None:
            raise
        raise AlreadyOpen(other) from error
