"""Timers: made from the plan and from nothing else, fired by one sweep.

A destructive timer looks again under the lock before it acts: mail that came in time and is not
read yet, a pause, an open to-do or a changed plan hold it (G7, G11, G12).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from cases.actions import fuse
from cases.actions.base import DESK, ActionError, Change, change_case
from cases.models import Case, Timer
from cases.models.planning import plan_case
from cases.models.timer import DESTRUCTIVE, LIVE
from notifications import inbound as mail_in
from notifications.epoch import hold_if_restored
from notifications.models import Switch

log = structlog.get_logger(__name__)

# A door may have taken a mail before the deadline and commit it a moment after: what cannot be
# undone waits that long before it looks (R14, G11).
SETTLE = timedelta(seconds=60)
LOOK_AGAIN = timedelta(minutes=5)


def plan_timers(*, case: Case, now: datetime) -> None:
    """Make the live timers equal to the plan's: cancel what went, add what came, move nothing.

    What has fired at its instant does not come again, even while its mail is still on its way.
    """
    wanted = plan_case(case, now=now).timers if case.is_open else {}
    timers = list(case.timers.filter(cancelled_at=None))
    for fired in (t for t in timers if t.fired_at):
        if wanted.get(fired.kind) == fired.due_at:
            del wanted[fired.kind]
    live = {t.kind: t for t in timers if t.fired_at is None}
    gone = [t.pk for kind, t in live.items() if wanted.get(kind) != t.due_at]
    if gone:
        Timer.objects.filter(pk__in=gone).update(cancelled_at=now)
    Timer.objects.bulk_create(
        Timer(
            case=case, kind=kind, due_at=due_at, check_at=first_look(kind, due_at), created_at=now
        )
        for kind, due_at in wanted.items()
        if kind not in live or live[kind].pk in gone
    )
    note_due(case, min(wanted.values(), default=None))


def note_due(case: Case, due_at: datetime | None) -> None:
    """Keep the earliest live timer on the case: the queue is ordered by it."""
    if case.due_at != due_at:
        case.due_at = due_at
        Case.objects.filter(pk=case.pk).update(due_at=due_at)


def first_look(kind: str, due_at: datetime) -> datetime:
    return due_at + SETTLE if kind in DESTRUCTIVE else due_at


def fire_due(*, now: datetime, limit: int = 200) -> int:
    """Fire what is due, oldest first; safe at any concurrency. Returns how many fired.

    Nothing fires on a restored backup until a person says so (G24).
    """
    if hold_if_restored(now=now):
        return 0
    fuse.blow_if_too_many(now=now)
    due = list(
        Timer.objects.filter(LIVE, check_at__lte=now)
        .order_by("check_at", "id")
        .values_list("pk", "case_id")[:limit]
    )
    return sum(fire_timer(timer_id=pk, case_id=case_id, now=now) for pk, case_id in due)


def fire_timer(*, timer_id: int, case_id: int, now: datetime) -> bool:
    """Fire one timer, or say why it is held. One failing case stops no other."""
    try:
        return _fire(timer_id=timer_id, case_id=case_id, now=now)
    except ActionError as refusal:
        log.warning("timer_refused", timer=timer_id, case=case_id, reason=str(refusal))
    except Exception:
        log.exception("timer_failed", timer=timer_id, case=case_id)
    Timer.objects.filter(LIVE, pk=timer_id).update(check_at=now + LOOK_AGAIN)
    return False


def _fire(*, timer_id: int, case_id: int, now: datetime) -> bool:
    from cases.actions.handlers import HANDLERS

    with transaction.atomic():
        if not Case.objects.select_for_update(skip_locked=True).filter(pk=case_id).exists():
            return False
        timer = Timer.objects.select_for_update().filter(LIVE, pk=timer_id).first()
        if timer is None or timer.check_at > now:
            return False
        with change_case(case_id=case_id, actor=DESK, now=now) as change:
            hold = find_hold(change, timer)
            if hold:
                hold_timer(change, timer, hold)
                return False
            timer.fired_at = now
            timer.save(update_fields=["fired_at"])
            HANDLERS[timer.kind.rstrip("_0123456789")](change, timer)
    return True


def find_hold(change: Change, timer: Timer) -> str:
    """Why a timer must not fire now; empty when nothing speaks against it."""
    case = change.case
    if change.plan().timers.get(timer.kind) != timer.due_at:
        return "the plan changed"
    if timer.kind not in DESTRUCTIVE:
        return ""
    if Switch.is_paused("destruction"):
        return fuse.PAUSED
    risk = mail_in.find_risk(deadline=timer.due_at, now=change.now)
    if risk and risk.late:
        timer.mail_counts_until = change.now + LOOK_AGAIN
    if has_unread_mail(case, timer.deadline):
        return "mail that came in time has not been read yet"
    if risk:
        return risk.words
    todo = (
        case.todos.filter(resolved_at__isnull=True, holds=True)
        .exclude(hold_until__lt=change.now)
        .first()
    )
    if todo:
        return f"a person is asked: {todo.reason}"
    return "" if fuse.spend_allowance(now=change.now) else "so many were let through, and no more"


def find_deadline(*, case: Case, kind: str, due_at: datetime) -> datetime:
    """The last instant (UTC) at which a mail still counts against what is due at `due_at`.

    Later than that where the desk itself could not receive at the time (G12).
    """
    timer = case.timers.filter(LIVE, kind=kind, mail_counts_until__gt=due_at).first()
    return timer.deadline if timer else due_at


def has_unread_mail(case: Case, instant: datetime) -> bool:
    """Did a mail come in time that may be about this case and that nobody has understood yet?

    What an address on file wrote before the case began is about something else.
    """
    emails = case.customer.contacts.filter(removed_at=None).values_list("email", flat=True)
    unread = mail_in.find_unprocessed_before(
        thread_id=case.thread_id, instant=instant, emails=emails
    )
    return unread.filter(received_at__gte=case.received_at).exists()


def hold_timer(change: Change, timer: Timer, because: str) -> None:
    """Look again later; the history tells it once per reason."""
    if timer.held_because != because[:200]:
        what = timer.kind.replace("_", " ").capitalize()
        change.record("timer_held", f"{what} waits: {because.rstrip('.')}.")
    timer.held_because = because[:200]
    timer.check_at = change.now + LOOK_AGAIN
    timer.save(update_fields=["held_because", "check_at", "mail_counts_until"])


def release_held(*, case: Case, now: datetime) -> None:
    """Something that held the case is gone: look at its held timers at once."""
    for timer in case.timers.filter(LIVE).exclude(held_because=""):
        timer.check_at = max(now, first_look(timer.kind, timer.due_at))
        timer.save(update_fields=["check_at"])
