"""On the date: bring every item down, one by one, and say "cancelled" only when all are down.

The provider is called outside any transaction; before it a lease is taken, after it the answer is
recorded, each in its own. A crash in between repeats the call with the same key (R53).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.db import transaction

from accounts import provisioning, services
from accounts.models import Item
from cases.actions.base import DESK, Actor, Change, NotPossible, change_case
from cases.actions.mail import queue_mail
from cases.domain.blockers import item_hard_stops
from cases.domain.states import State
from cases.domain.words import count_of
from cases.models import Case, CaseItem, Outcome, Timer
from cases.models.item import PROVISIONING
from cases.models.planning import plan_case, read_account
from notifications.wake import wake

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)
BACKOFF = (60, 300, 900, 3600, 4 * 3600)  # seconds after the first, second … failed attempt
ASK_AFTER_ATTEMPTS = 3
GONE = (Item.Status.ENDED, Item.Status.PORTED)


def execute_case(change: Change, timer: Timer) -> None:
    """The promised date has come: every item is to be brought down (R20)."""
    begin_execution(change, because="The date has come")


def begin_execution(change: Change, *, because: str) -> None:
    """Put every item on its way, and wake a worker as soon as this is committed (R39)."""
    change.move(change.case.execute, now=change.now)
    change.record("execution_started", f"{because}: services are being deactivated.")
    start_items(change)
    wake_provisioning(change)


def start_items(change: Change) -> None:
    """Put each item on its way; one with a hard stop waits for a person, alone (R28)."""
    case = change.case
    account = read_account(case.customer)
    stops = item_hard_stops(
        case.rules, account, frozenset(str(i.item_id) for i in case.items.all())
    )
    for case_item in case.items.select_related("item"):
        blocker = stops.get(str(case_item.item_id))
        if case_item.item.status in GONE:
            note_gone(change, case_item)
        elif blocker is None:
            case_item.outcome, case_item.next_attempt_at = Outcome.DEACTIVATING, change.now
        else:
            stop_item(change, case_item, blocker.what)
        case_item.save()
    complete_if_done(change)


def note_gone(change: Change, case_item: CaseItem) -> None:
    """It had ended by itself, by a port for instance: nothing to bring down, nothing to return."""
    case_item.outcome, case_item.next_attempt_at = Outcome.ENDED, None
    case_item.detail = f"it was {case_item.item.status} already"
    change.record("item_gone", f"{case_item.item}: {case_item.detail}.", item=case_item.item_id)


def stop_item(change: Change, case_item: CaseItem, why: str) -> None:
    case_item.outcome, case_item.detail = Outcome.STOPPED, why[:300]
    case_item.next_attempt_at = None
    change.raise_todo(
        "item_stopped",
        f"{case_item.item} was not deactivated: {why}"[:300],
        answers=["retry_items"],
        holds=False,
    )


def wake_provisioning(change: Change) -> None:
    """Wake a worker once this is committed; by the task's name, as tasks import actions."""
    wake(current_app.tasks["cases.tasks.provision"], change.case.pk)


def provision_due(*, now: datetime, limit: int = 200, case_id: int | None = None) -> int:
    """Ask providers for every item that is due; returns how many were asked.

    One item whose answer cannot be recorded stops no other: its lease ends, and it is asked again.
    """
    due = CaseItem.objects.filter(next_attempt_at__lte=now, outcome__in=PROVISIONING)
    if case_id is not None:
        due = due.filter(case_id=case_id)
    ids = list(due.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])
    asked = 0
    for pk in ids:
        case_item = claim_item(case_item_id=pk, now=now)
        if case_item is None:
            continue
        asked += 1
        answer = ask_provider(case_item)
        try:
            record_answer(case_item=case_item, answer=answer, now=now)
        except Exception:
            log.exception("answer_not_recorded", case_item=pk, answer=answer.status)
    return asked


def claim_item(*, case_item_id: int, now: datetime) -> CaseItem | None:
    """Take the lease on one item, or None when somebody else has it."""
    with transaction.atomic():
        case_item = (
            CaseItem.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("item__customer__brand", "case")
            .filter(pk=case_item_id, next_attempt_at__lte=now, outcome__in=PROVISIONING)
            .first()
        )
        if case_item is None:
            return None
        case_item.attempts += 1
        case_item.next_attempt_at = now + LEASE
        case_item.save(update_fields=["attempts", "next_attempt_at"])
        return case_item


def ask_provider(case_item: CaseItem) -> provisioning.Answer:
    """Call the provider; whatever it raises is a failed attempt, never a crash."""
    verb = provisioning.reactivate if is_restoring(case_item) else provisioning.deactivate
    key = f"{case_item.case.number}:{case_item.item_id}:{verb.__name__}"
    try:
        return verb(item=case_item.item, key=key)
    except Exception as error:
        log.exception("provider_failed", case_item=case_item.pk)
        return provisioning.Answer(status="failed", detail=f"{type(error).__name__}: {error}")


def record_answer(*, case_item: CaseItem, answer: provisioning.Answer, now: datetime) -> None:
    """Write what the provider said; the last item completes the case."""
    with change_case(case_id=case_item.case_id, actor=DESK, now=now) as change:
        change.replan = False  # one service more or less moves no date
        fresh = change.case.items.select_related("item").get(pk=case_item.pk)
        if fresh.outcome not in PROVISIONING:
            return
        if is_restoring(fresh) != is_restoring(case_item):
            return  # a late answer to the order before: the way back began meanwhile
        fresh.detail = answer.detail[:300]
        if answer.status == "done":
            note_done(change, fresh)
        elif answer.status == "pending":
            wait = answer.retry_after_s or BACKOFF[0]
            fresh.next_attempt_at = now + timedelta(seconds=wait)
        else:
            note_failure(change, fresh)
        fresh.save()
        complete_if_done(change)


def is_restoring(case_item: CaseItem) -> bool:
    return case_item.outcome == Outcome.REACTIVATING


def note_done(change: Change, case_item: CaseItem) -> None:
    restoring = is_restoring(case_item)
    case_item.item.refresh_from_db(fields=["status"])
    if case_item.item.status in GONE:
        note_gone(change, case_item)
        return
    case_item.answered_at, case_item.next_attempt_at = change.now, None
    if restoring:
        if case_item.item.status != Item.Status.ACTIVE:
            services.reactivate_item(item=case_item.item, now=change.now)
        case_item.outcome = Outcome.RESTORED
    else:
        if case_item.item.status != Item.Status.SUSPENDED:
            services.suspend_item(item=case_item.item, now=change.now)
        case_item.outcome = Outcome.DEACTIVATED
    change.record(
        "item_restored" if restoring else "item_deactivated",
        f"{case_item.item} {'restored' if restoring else 'deactivated'}.",
        item=case_item.item_id,
        attempts=case_item.attempts,
    )


def note_failure(change: Change, case_item: CaseItem) -> None:
    wait = BACKOFF[min(case_item.attempts, len(BACKOFF)) - 1]
    case_item.next_attempt_at = change.now + timedelta(seconds=wait)
    if change.case.status is not State.RESTORING:
        case_item.outcome = Outcome.FAILED
    change.record(
        "item_failed",
        f"{case_item.item}: attempt {case_item.attempts} failed: {case_item.detail}",
        item=case_item.item_id,
    )
    if case_item.attempts >= ASK_AFTER_ATTEMPTS:
        change.raise_todo(
            "item_failed",
            f"{case_item.item} failed {case_item.attempts} times: {case_item.detail}"[:300],
            answers=["retry_items"],
            holds=False,
        )


def retry_item(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    case_item_id: int | None = None,
    version: int | None = None,
) -> Case:
    """Try the failed or stopped items again now (R28, R56)."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.execute", version=version
    ) as change:
        case = change.case
        if case.status not in (State.EXECUTING, State.RESTORING):
            raise NotPossible("There is nothing to retry.")
        chosen = case.items.filter(outcome__in=[*PROVISIONING, Outcome.STOPPED])
        if case_item_id:
            chosen = chosen.filter(pk=case_item_id)
        retried = 0
        for case_item in chosen.select_related("item"):
            if case_item.outcome == Outcome.STOPPED and still_stopped(case, case_item.item):
                continue
            case_item.outcome = (
                Outcome.REACTIVATING if case.status is State.RESTORING else Outcome.DEACTIVATING
            )
            case_item.attempts, case_item.next_attempt_at = 0, now
            case_item.save()
            retried += 1
        if not retried:
            raise NotPossible("What stops these services is still there: clear it first.")
        change.resolve_todos(kinds=("item_failed", "item_stopped"), resolution="retried")
        change.record("retried", f"Trying {count_of(retried, 'service')} again.")
        wake_provisioning(change)
        return case


def still_stopped(case: Case, item: Item) -> bool:
    stops = item_hard_stops(
        case.rules,
        read_account(case.customer),
        frozenset(str(pk) for pk in case.items.values_list("item_id", flat=True)),
    )
    return str(item.pk) in stops


def complete_if_done(change: Change) -> None:
    """When the last item answered: grace begins and "cancelled" is announced, once (R20, R56)."""
    case = change.case
    items = list(case.items.all())
    if case.status is State.RESTORING:
        if all(i.outcome in (Outcome.RESTORED, Outcome.LOST, Outcome.ENDED) for i in items):
            from cases.actions.restoration import complete_restore

            complete_restore(change)
        return
    if case.status is not State.EXECUTING:
        return
    if not all(i.outcome in (Outcome.DEACTIVATED, Outcome.ENDED) for i in items):
        return
    executed_at = max((i.answered_at for i in items if i.answered_at), default=change.now)
    finish_execution(change, executed_at=executed_at)


def finish_execution(change: Change, *, executed_at: datetime) -> None:
    case = change.case
    case.executed_at = executed_at
    plan = plan_case(case, now=change.now)
    closes = case.rules.closes
    if closes == "after_grace":
        change.move(
            case.complete_into_grace,
            executed_at=executed_at,
            grace_ends_at=plan.restorable_until,
        )
    elif closes == "after_final_bill":
        change.move(case.complete_into_billing, executed_at=executed_at)
    else:
        change.move(case.complete_and_close, executed_at=executed_at)
    seconds = round((executed_at - (case.execution_started_at or executed_at)).total_seconds())
    count = case.items.count()
    change.record(
        "executed",
        f"{count} of {count} services deactivated in {seconds} s.",
        executed_at=executed_at.isoformat(),
        seconds=seconds,
    )
    queue_mail(change, "cancelled", key="cancelled", plan=plan)
