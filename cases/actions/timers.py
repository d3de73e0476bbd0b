"""Timers: made from the plan and from nothing else, fired by one sweep.

What is due is claimed, read and written for many cases together. A case that raises is taken out
and fired alone, so that it can undo nobody else's work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from cases.actions import fuse
from cases.actions.base import DESK, ActionError, Change
from cases.actions.holds import LOOK_AGAIN, Outlook, find_hold, hold_timer
from cases.actions.turns import Turns, run_twice
from cases.actions.work import BulkWork, Work
from cases.models import Case, Timer
from cases.models.planning import plan_case_timers
from cases.models.rows import follow, gather, read_rows
from cases.models.timer import DESTRUCTIVE, LIVE
from notifications.epoch import hold_if_restored

log = structlog.get_logger(__name__)

BATCH = settings.TIMERS_AT_ONCE
MOST_S = 20.0  # no batch is begun later, so that no worker that is to stop is cut short (G21)
MOST_TAKEN_OUT = 5  # of one batch; where more raise, all of it is fired one by one
# A door may have taken a mail before the deadline and commit it a moment after: what cannot be
# undone waits that long before it looks (R14, G11).
SETTLE = timedelta(seconds=60)


def plan_timers(*, case: Case, now: datetime, work: Work | None = None) -> None:
    """Make the live timers equal to the plan's: cancel what went, add what came, move nothing.

    What has fired at its instant does not come again, even while its mail is still on its way.
    The earliest is noted on the case, which the caller saves: the queue is ordered by it.
    """
    work = work or Work()
    wanted = plan_case_timers(case, now=now) if case.is_open else {}
    timers = [timer for timer in case.timers.all() if timer.cancelled_at is None]
    for fired in (t for t in timers if t.fired_at):
        if wanted.get(fired.kind) == fired.due_at:
            del wanted[fired.kind]
    case.due_at = min(wanted.values(), default=None)
    for timer in (t for t in timers if t.fired_at is None):
        if wanted.get(timer.kind) == timer.due_at:
            del wanted[timer.kind]
        else:
            work.together(cancel_timers, timer.pk, now=now)
    for kind, due_at in wanted.items():
        check_at = first_look(kind, due_at)
        work.add(Timer(case=case, kind=kind, due_at=due_at, check_at=check_at, created_at=now))


def cancel_timers(ids: Collection[int], *, now: datetime) -> None:
    Timer.objects.filter(pk__among=ids).update(cancelled_at=now)


def note_fired(ids: Collection[int], *, now: datetime) -> None:
    Timer.objects.filter(pk__among=ids).update(fired_at=now)


def first_look(kind: str, due_at: datetime) -> datetime:
    return due_at + SETTLE if kind in DESTRUCTIVE else due_at


class FiringFailed(Exception):
    """This timer raised, and what was done with it is undone."""

    def __init__(self, timer: Timer) -> None:
        super().__init__(f"{timer.kind} of case {timer.case_id}")
        self.timer = timer


class Batch(NamedTuple):
    """What became of the timers that were looked at together."""

    fired: int = 0
    held: int = 0


def fire_batch(*, now: datetime, limit: int = BATCH, turns: Turns | None = None) -> Batch:
    """Look at the first that are due, oldest first; safe at any concurrency.

    Of those that share `turns`, one is written while the next is decided. Nothing fires on a
    restored backup until a person says so (G24).
    """
    if hold_if_restored(now=now):
        return Batch()
    fuse.blow_if_too_many(now=now)
    due = Timer.objects.filter(LIVE, check_at__lte=now)
    # In order, so that the index is asked: past timers make PostgreSQL expect that many are due,
    # and look for any one of them through the whole table.
    if due.order_by("check_at").values("pk").first() is None:
        return Batch()  # as nearly every time: nothing is claimed, no transaction begun
    turns = turns or Turns()
    raised: list[Timer] = []
    batch = Batch()
    while len(raised) <= MOST_TAKEN_OUT:
        try:
            rest = due.exclude(pk__in=[t.pk for t in raised])
            batch = fire_together(rest, now=now, limit=limit, turns=turns)
            break
        except FiringFailed as failure:
            raised.append(failure.timer)
        except Exception:
            log.exception("timers_not_written")
            raised = list(due.order_by("check_at", "id")[:limit])
            break
    else:
        raised = list(due.order_by("check_at", "id")[:limit])
    alone = [fire_timer(timer_id=t.pk, case_id=t.case_id, now=now) for t in raised]
    return Batch(fired=batch.fired + sum(alone), held=batch.held + len(alone) - sum(alone))


def fire_due(
    *,
    now: datetime,
    read_clock: Callable[[], datetime] | None = None,
    most_s: float = MOST_S,
    limit: int = BATCH,
    overlap: bool = False,
) -> int:
    """Fire batch after batch until nothing is due; begin none after `most_s` seconds.

    So a hundred thousand at once are soon done, and what is held keeps nothing else waiting. `now`
    is UTC; `read_clock` tells the instant of the batches that follow, `now` where there is none.
    With `overlap` and more than one batch to fire, a second thread decides one while the first
    waits for PostgreSQL: not within a transaction. Returns how many fired.
    """
    began, turns = time.monotonic(), Turns()
    tell = read_clock or (lambda: now)

    def go_on() -> int:
        fired = 0
        while time.monotonic() - began <= most_s:
            batch = fire_batch(now=tell(), limit=limit, turns=turns)
            if not any(batch):
                break
            fired += batch.fired
        return fired

    first = fire_batch(now=now, limit=limit, turns=turns)
    if not any(first):
        return 0
    is_full = sum(first) >= limit
    return first.fired + (sum(run_twice(go_on)) if overlap and is_full else go_on())


def fire_timer(*, timer_id: int, case_id: int, now: datetime) -> bool:
    """Fire one timer, or say why it is held. One failing case stops no other."""
    due = Timer.objects.filter(LIVE, check_at__lte=now)
    try:
        return fire_together(due.filter(pk=timer_id), now=now, limit=1).fired == 1
    except FiringFailed as failure:
        if isinstance(failure.__cause__, ActionError):
            reason = str(failure.__cause__)
            log.warning("timer_refused", timer=timer_id, case=case_id, reason=reason)
        else:
            log.exception("timer_failed", timer=timer_id, case=case_id)
    except Exception:
        log.exception("timer_failed", timer=timer_id, case=case_id)
    Timer.objects.filter(LIVE, pk=timer_id).update(check_at=now + LOOK_AGAIN)
    return False


def fire_together(
    due: QuerySet[Timer], *, now: datetime, limit: int, turns: Turns | None = None
) -> Batch:
    """Fire the first of `due` in one transaction, one timer per case. Raises `FiringFailed`."""
    with (turns or Turns()).take() as pass_on, transaction.atomic():
        timers = claim_timers(due, limit=limit)
        if not timers:
            return Batch()
        cases = [timer.case for timer in timers]
        work = BulkWork(cases)
        deadline = max(max(timer.deadline, now) for timer in timers)
        outlook = Outlook(cases, deadline=deadline, now=now)
        fired = 0
        for timer in timers:
            try:
                fired += fire(timer, outlook, work, now=now)
            except Exception as error:
                raise FiringFailed(timer) from error
        pass_on()
        work.flush()
    return Batch(fired=fired, held=len(timers) - fired)


def claim_timers(due: QuerySet[Timer], *, limit: int) -> list[Timer]:
    """Lock the cases of what is due first, and read them with all that firing needs.

    What somebody else has locked is passed over. Of two timers of one case the second waits for
    the next sweep. Everything is read again under the lock: another worker may have been quicker.
    """
    claimed: dict[int, tuple[int, datetime]] = {}
    for timer_id, case_id, check_at in lock_cases(due, limit=limit):
        claimed.setdefault(case_id, (timer_id, check_at))
    cases = read_cases(claimed)
    found = []
    for number, was in claimed.items():
        timers = cases[number].timers.all()
        found += [t for t in timers if (t.pk, t.check_at) == was and t.fired_at is None]
    gather([t.case for t in found if t.kind != "drop"], "questions")  # a drop asks for none
    return found


def lock_cases(due: QuerySet[Timer], *, limit: int) -> list[tuple[int, int, datetime]]:
    """Lock the cases of what is due first: each timer's number, its case's, and its `check_at`.

    The ORM would make two rows of models for each, only to say which of them is locked.
    """
    rows = due.order_by("check_at", "id").values_list("pk", "case_id", "check_at", "case__version")
    statement, values = rows[:limit].query.sql_with_params()
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(Case._meta.db_table)
        cursor.execute(f"{statement} FOR UPDATE OF {table} SKIP LOCKED", values)
        return [line[:3] for line in cursor.fetchall()]


def read_cases(ids: Collection[int]) -> dict[int, Case]:
    """Locked cases with all that firing needs, by number."""
    cases = read_rows(Case, "id", ids, with_=("customer", "contact", "thread"))
    for name in ("brand", "owner", "policy_version"):
        follow(cases, name)  # few rows, which many cases share
    gather(cases, "timers", where="t.cancelled_at IS NULL")
    gather(cases, "todos", where="t.resolved_at IS NULL")
    return {case.pk: case for case in cases}


def fire(timer: Timer, outlook: Outlook, work: Work, *, now: datetime) -> bool:
    """Fire one timer of a locked case, or say why it is held."""
    from cases.actions.handlers import HANDLERS

    change = Change(case=timer.case, actor=DESK, now=now, work=work)
    hold = find_hold(change, timer, outlook)
    if hold:
        hold_timer(change, timer, hold)
    else:
        timer.fired_at = now
        work.together(note_fired, timer.pk, now=now)
        HANDLERS[timer.kind.rstrip("_0123456789")](change, timer)
    change.finish()
    return not hold


def find_deadline(*, case: Case, kind: str, due_at: datetime) -> datetime:
    """The last instant (UTC) at which a mail still counts against what is due at `due_at`.

    Later than that where the desk itself could not receive at the time (G12).
    """
    timer = case.timers.filter(LIVE, kind=kind, mail_counts_until__gt=due_at).first()
    return timer.deadline if timer else due_at


def release_held(*, case: Case, now: datetime) -> None:
    """Something that held the case is gone: look at its held timers at once."""
    for timer in case.timers.filter(LIVE).exclude(held_because=""):
        timer.check_at = max(now, first_look(timer.kind, timer.due_at))
        timer.save(update_fields=["check_at"])
