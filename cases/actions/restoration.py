"""In grace: ask for the services back, bring exactly those back, or decline.

A restore needs an authorised contact and a reply that came in time (R21, R23, R24); it reinstates
what was cancelled and nothing else, and what cannot return is told (R25).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts import services
from accounts.models import Item
from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.execution import complete_if_done
from cases.actions.information import release_items
from cases.actions.mail import name_service, queue_mail, stop_queued
from cases.actions.orders import GONE, give_order, wake_provisioning
from cases.actions.timers import find_deadline, release_held
from cases.domain.dates import end_of_day, local_date
from cases.domain.speech import phrase
from cases.domain.states import State
from cases.domain.trust import Deed
from cases.models import Case, CaseItem, Outcome

ENDED = phrase("it was ended for good")
# To-dos that may turn out to be a wish to come back.
WISHES = ("restore_unclear", "restore_asked", "restore_unauthorised", "unverified_sender")


def ask_restore(change: Change, *, asked_at: datetime, by: str) -> None:
    """Note the wish to come back; from here the purge stands still.

    Raises `NotPossible` after the end of grace; the last instant counts in the customer's favour.
    """
    case = change.case
    ends_at = case.grace_ends_at
    if ends_at is None or asked_at > find_deadline(case=case, kind="close", due_at=ends_at):
        raise NotPossible("The time to come back has passed.")
    change.move(case.request_restore, asked_at=min(asked_at, ends_at))
    stop_queued(change, "final_notice", because="the customer asks to come back")
    says = "noted that they ask to come back" if change.actor.user else "asks to come back"
    change.record("restore_asked", f"{by} {says}.", asked_at=asked_at.isoformat())


def request_restore(
    *, case_id: int, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """An agent notes a wish to come back that came by phone."""
    with change_case(
        case_id=case_id,
        actor=actor,
        now=now,
        deed="case.restore",
        trusted=Deed.ASK_RESTORE,
        version=version,
    ) as change:
        ask_restore(change, asked_at=find_wish(change), by=change.actor.name)
        return change.case


def find_wish(change: Change) -> datetime:
    """When they asked to come back: a mail that still waits for a person asked in time (R23)."""
    case = change.case
    waiting = case.todos.filter(resolved_at=None, kind__in=WISHES, inbound__isnull=False)
    came = [*waiting.values_list("inbound__received_at", flat=True), change.now]
    return max(min(came), case.executed_at or change.now)


def restore(*, case_id: int, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """Bring back what was cancelled. Doing it twice changes nothing (R25)."""
    with change_case(
        case_id=case_id,
        actor=actor,
        now=now,
        deed="case.restore",
        trusted=Deed.RESTORE_BY_ITSELF,
        version=version,
    ) as change:
        case = change.case
        if case.status in (State.RESTORING, State.RESTORED):
            return case
        if case.status is State.IN_GRACE:
            ask_restore(change, asked_at=find_wish(change), by=change.actor.name)
        start_restore(change)
        return case


def start_restore(change: Change) -> None:
    """Put every cancelled item on its way back; what was ported meanwhile cannot return."""
    case = change.case
    change.move(case.restore)
    change.record("restoring", "The services are being restored.")
    stop_queued(change, "restore_declined", because="the services are being restored")
    for case_item in case.items.select_related("item").exclude(outcome=Outcome.KEPT):
        lost = why_lost(case_item.item)
        if lost:
            lose_item(change, case_item, lost)
        else:
            give_order(case_item, now=change.now, outcome=Outcome.REACTIVATING)
        case_item.save()
    change.resolve_todos(kinds=WISHES, resolution="restored")
    wake_provisioning(change)
    complete_if_done(change)


def lose_item(change: Change, case_item: CaseItem, why: str) -> None:
    """It cannot come back, and is not left suspended: a number that moved away is ported (R25)."""
    item = case_item.item
    if item.status not in GONE:
        services.mark_ported(item=item, now=change.now)
    case_item.outcome, case_item.detail = Outcome.LOST, why
    change.record(
        "item_lost", f"{item} cannot return: {why}.", item=item.pk, status=str(item.status)
    )


def why_lost(item: Item) -> str:
    """Why an item cannot come back; empty when it can."""
    if item.status == "ported" or item.ports.filter(status="done").exists():
        return phrase("the number was ported to another carrier")
    if item.status == "ended":
        return ENDED
    return ""


def complete_restore(change: Change) -> None:
    """Everything that can return is back: tell it, end the case (R25, R26)."""
    case = change.case
    change.move(case.complete_restore, now=change.now)
    release_items(change)
    items = list(case.items.select_related("item").exclude(outcome=Outcome.KEPT))
    change.record(
        "restored",
        f"{sum(i.outcome == Outcome.RESTORED for i in items)} of {len(items)} services are back.",
    )
    queue_mail(
        change,
        "restored",
        key="restored",
        returned=[i for i in items if i.outcome == Outcome.RESTORED],
        lost=[
            {"name": name_service(i.item), "why": why_lost(i.item) or ENDED}
            for i in items
            if i.outcome != Outcome.RESTORED
        ],
    )


def decline_restore(
    *, case_id: int, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """It was no wish to come back: grace goes on with the time that it had left.

    The new end is rounded up to the end of a day in the customer's zone: in their favour.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.restore", version=version
    ) as change:
        case = change.case
        ends_at = resume_grace(change)
        change.record("restore_declined", f"Not a restore: {reason}", grace_ends_at=str(ends_at))
        queue_mail(
            change,
            "restore_declined",
            key=f"restore_declined:{case.version}",
            reason=reason,
            grace_last_on=local_date(ends_at - timedelta(seconds=1), case.zone),
        )
        change.resolve_todos(kinds=WISHES, resolution="declined")
        release_held(case=case, now=now)
        return case


def resume_grace(change: Change) -> datetime:
    """Back into grace with the time that it had left; its new end (UTC)."""
    case = change.case
    if (
        case.status is not State.RESTORE_REQUESTED
        or case.grace_ends_at is None
        or case.restore_asked_at is None
    ):
        raise NotPossible("Nobody is asking to come back at the moment.")
    ends_at = extend_grace(
        ends_at=case.grace_ends_at, asked_at=case.restore_asked_at, now=change.now, zone=case.zone
    )
    change.move(case.decline_restore, grace_ends_at=ends_at)
    return ends_at


def extend_grace(*, ends_at: datetime, asked_at: datetime, now: datetime, zone: str) -> datetime:
    """The end of grace after a pause from `asked_at` to `now` (UTC), never earlier than it was."""
    paused = max(ends_at, now + (ends_at - asked_at))
    on: date = local_date(paused - timedelta(microseconds=1), zone)
    rounded = end_of_day(on, zone)
    return ends_at if paused == ends_at else rounded
