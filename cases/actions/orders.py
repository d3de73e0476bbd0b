"""Orders to providers: claim what is due, ask outside any transaction, record what was answered.

Before the question a lease is taken, after it the answer is recorded, each in its own
transaction. A crash in between repeats the question with the same key (R53). Many items are
claimed, asked and recorded together: a case of a hundred is down in a second or two (R39).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import F, Q

from accounts import provisioning, services
from accounts.models import Item
from cases.actions.base import DESK, Change, change_case
from cases.domain.states import State
from cases.models import Case, CaseItem, Outcome
from cases.models.item import PROVISIONING
from notifications.bulk import update_all
from notifications.epoch import hold_if_restored
from notifications.models import Switch
from notifications.models.switch import DESTRUCTION
from notifications.wake import wake

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)
BACKOFF = (60, 300, 900, 3600, 4 * 3600)  # seconds after the first, second … failed attempt
HURRY_S = 5  # instead, while a promise counted in seconds can still be kept (R39)
LONGEST_PAUSE_S = 24 * 3600
ASK_AFTER_FAILURES = 3
BATCH = 32  # items that are claimed, asked and recorded together
WRITTEN = (
    "outcome",
    "next_attempt_at",
    "answered_at",
    "failures",
    "detail",
    "holds_item",
)
# The same condition as that of the partial index on cases.
URGENT = Q(
    case__state=State.EXECUTING,
    case__execution_due_at__isnull=False,
    case__execution_late_at__isnull=True,
)
AT_ONCE = 16  # questions in the air at the same time, where the adapter allows it
GONE = (Item.Status.ENDED, Item.Status.PORTED)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One claimed item and what its provider said; `at` is when it said so (UTC)."""

    case_item: CaseItem
    answer: provisioning.Answer
    at: datetime


def wake_provisioning(change: Change) -> None:
    """Wake a worker once this is committed; by the task's name, as tasks import actions.

    For this case alone where somebody waits for it (R39). What the calendar brought about by the
    thousand is left to the sweep, so that it stands in nobody's way.
    """
    if change.case.execution_due_at or change.actor.kind != "desk":
        wake(current_app.tasks["cases.tasks.provision"], change.case.pk)
    else:
        wake(current_app.tasks["cases.tasks.sweep_provisioning"])


def provision_due(
    *,
    now: datetime,
    limit: int = 200,
    case_id: int | None = None,
    read_clock: Callable[[], datetime] | None = None,
    most_s: float | None = None,
) -> int:
    """Ask providers for every item that is due; returns how many were asked.

    With `case_id` only that case's items are claimed, whatever else waits. `read_clock` gives
    the instant of each answer (else it is `now`); after `most_s` seconds nothing more is claimed.
    """
    read, started, asked = read_clock or (lambda: now), time.monotonic(), 0
    while asked < limit:
        most = min(BATCH, limit - asked)
        claimed = claim_items(now=read(), limit=most, case_id=case_id, urgent=True)
        claimed = claimed or claim_items(now=read(), limit=most, case_id=case_id)
        if not claimed:
            break
        asked += len(claimed)
        record_all(ask_providers(claimed, read_clock=read))
        if most_s is not None and time.monotonic() - started > most_s:
            break
    return asked


def claim_items(
    *, now: datetime, limit: int, case_id: int | None = None, urgent: bool = False
) -> list[CaseItem]:
    """Take the lease on what is due first; what somebody else has is left to them.

    `urgent` takes only what was promised in seconds (R39): however long the others' row is, such
    an order never stands behind it, also when its own wake-up was lost with Redis.
    None is taken on a restored backup until a person says so (G24); while destruction is paused,
    also in the middle of a case, only what brings services back (G7).
    """
    if hold_if_restored(now=now):
        return []
    due = CaseItem.objects.filter(next_attempt_at__lte=now, outcome__in=PROVISIONING)
    if case_id is not None:
        due = due.filter(case_id=case_id)
    if urgent:
        due = due.filter(URGENT)
    with transaction.atomic():
        if Switch.is_paused(DESTRUCTION):
            due = due.filter(outcome=Outcome.REACTIVATING)
        claimed = list(
            due.select_for_update(skip_locked=True, of=("self",))
            .select_related("item__customer__brand", "case__policy_version")
            .order_by("next_attempt_at", "id")[:limit]
        )
        CaseItem.objects.filter(pk__in=[c.pk for c in claimed]).update(
            attempts=F("attempts") + 1, next_attempt_at=now + LEASE
        )
    return claimed


def ask_providers(
    claimed: Sequence[CaseItem], *, read_clock: Callable[[], datetime]
) -> list[Asked]:
    """Ask for each item; over the network many at once, so that one slow answer delays no other."""

    def ask(case_item: CaseItem) -> Asked:
        answer = ask_provider(case_item)
        return Asked(case_item=case_item, answer=answer, at=read_clock())

    remote = [c for c in claimed if provisioning.is_remote(c.item)]
    if len(remote) < 2:
        return [ask(c) for c in claimed]
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(remote))) as pool:
        answers = pool.map(ask, remote)
        here = [ask(c) for c in claimed if c not in remote]
        return [*here, *answers]


def ask_provider(case_item: CaseItem) -> provisioning.Answer:
    """Call the provider; whatever it raises is a failed attempt, never a crash."""
    verb = choose_verb(case_item)
    try:
        return getattr(provisioning, verb)(item=case_item.item, key=make_key(case_item, verb))
    except Exception as error:
        log.exception("provider_failed", case_item=case_item.pk)
        return provisioning.Answer(status="failed", detail=f"{type(error).__name__}: {error}")


def choose_verb(case_item: CaseItem) -> provisioning.Verb:
    """What the provider is to do with the item as it stands; for good where no way leads back."""
    if is_restoring(case_item):
        return "reactivate"
    if case_item.outcome == Outcome.PURGING:
        return "terminate"
    return "deactivate" if case_item.case.rules.is_reversible else "terminate"


def make_key(case_item: CaseItem, verb: str) -> str:
    """The one key of this order, however often it is sent (R53)."""
    return f"{case_item.case.number}:{case_item.item_id}:{verb}"


def is_restoring(case_item: CaseItem) -> bool:
    return case_item.outcome == Outcome.REACTIVATING


def record_all(answers: Sequence[Asked]) -> None:
    """Write the answers, case by case; a row that cannot be written stops no other.

    Its lease ends, and it is asked again.
    """
    by_case: defaultdict[int, list[Asked]] = defaultdict(list)
    for asked in answers:
        by_case[asked.case_item.case_id].append(asked)
    for case_id, group in by_case.items():
        try:
            record_answers(case_id=case_id, answers=group)
        except Exception:
            if len(group) > 1:
                for asked in group:
                    record_all([asked])
            else:
                item, status = group[0].case_item.pk, group[0].answer.status
                log.exception("answer_not_recorded", case_item=item, answer=status)


def record_answers(*, case_id: int, answers: Sequence[Asked]) -> None:
    """Write what the provider said about items of one case; the last one completes the case."""
    from cases.actions.execution import complete_if_done

    now = max(asked.at for asked in answers)
    with change_case(case_id=case_id, actor=DESK, now=now, lines=len(answers)) as change:
        change.replan = False  # one service more or less moves no date
        fresh = {row.pk: row for row in lock_items(change.case, [a.case_item.pk for a in answers])}
        for asked in answers:
            take_answer(change, fresh[asked.case_item.pk], asked)
        save_items(list(fresh.values()))
        complete_if_done(change)


def lock_items(case: Case, ids: Sequence[int]) -> list[CaseItem]:
    """These items of a locked case with their services, as they are now and stay meanwhile."""
    rows = case.items.select_related("item").filter(pk__in=ids)
    found = list(rows.select_for_update(of=("self", "item")).order_by("item_id"))
    for row in found:
        row.case = case
    return found


def save_items(rows: Sequence[CaseItem]) -> None:
    """Write what the answers changed: two statements, however many there are."""
    update_all(CaseItem, {row.pk: {name: getattr(row, name) for name in WRITTEN} for row in rows})
    services.save_statuses(items=[row.item for row in rows])


def take_answer(change: Change, case_item: CaseItem, asked: Asked) -> None:
    """Write one answer, unless the item has gone on meanwhile: then it is a late one."""
    if case_item.outcome not in PROVISIONING:
        return
    if choose_verb(case_item) != choose_verb(asked.case_item):
        return  # a late answer to the order before: the way back, or the purge, began meanwhile
    apply_answer(change, case_item, asked.answer, at=asked.at)


def apply_answer(
    change: Change, case_item: CaseItem, answer: provisioning.Answer, *, at: datetime
) -> None:
    """What an answer means for a locked item that waits for one; `save_items` writes it.

    `at` is when the answer came (UTC).
    """
    case_item.detail = answer.detail[:300]
    if answer.status == "done":
        note_done(change, case_item, at=at)
    elif answer.status == "pending":
        note_pending(change, case_item, answer, at=at)
    else:
        note_failure(change, case_item, answer, at=at)
    if case_item.outcome not in PROVISIONING and not change.case.is_open:
        case_item.holds_item = False  # the case ended while the order was out


def note_done(change: Change, case_item: CaseItem, *, at: datetime) -> None:
    """The provider acknowledged: the service changes its status, at its own time (R49)."""
    item, restoring = case_item.item, is_restoring(case_item)
    if item.status in GONE:
        note_gone(change, case_item)
        return
    case_item.answered_at, case_item.next_attempt_at = at, None
    if restoring:
        kind, word, case_item.outcome = "item_restored", "restored", Outcome.RESTORED
        wanted = Item.Status.ACTIVE
    elif choose_verb(case_item) == "deactivate":
        kind, word, case_item.outcome = "item_deactivated", "deactivated", Outcome.DEACTIVATED
        wanted = Item.Status.SUSPENDED
    else:  # no way leads back: ended, never suspended (R40)
        kind, word, case_item.outcome = "item_ended", "ended for good", Outcome.ENDED
        wanted = Item.Status.ENDED
    if item.status != wanted:
        services.move_locked(item=item, wanted=wanted, now=at)
    change.record(kind, f"{item} {word}.", item=item.pk, attempts=case_item.attempts)


def note_pending(
    change: Change, case_item: CaseItem, answer: provisioning.Answer, *, at: datetime
) -> None:
    """On its way: asked again with the same key, unless the provider calls back before."""
    if case_item.outcome == Outcome.FAILED:
        case_item.outcome = Outcome.DEACTIVATING
    pause = answer.retry_after_s or (HURRY_S if is_urgent(change.case, at) else BACKOFF[0])
    case_item.next_attempt_at = None if answer.until_told else at + timedelta(seconds=pause)


def is_urgent(case: Case, at: datetime) -> bool:
    """Is there still time to keep a promise that is counted in seconds (R39)?"""
    return case.execution_due_at is not None and at < case.execution_due_at


def note_gone(change: Change, case_item: CaseItem) -> None:
    """It had ended by itself, by a port for instance: nothing to bring down, nothing to return."""
    case_item.outcome, case_item.next_attempt_at = Outcome.ENDED, None
    case_item.detail = f"it was {case_item.item.status} already"
    change.record("item_gone", f"{case_item.item}: {case_item.detail}.", item=case_item.item_id)


def note_failure(
    change: Change, case_item: CaseItem, answer: provisioning.Answer, *, at: datetime
) -> None:
    """Tried again later, with growing pauses; after three failures a person is asked (R56)."""
    case_item.failures += 1
    pause = BACKOFF[min(case_item.failures, len(BACKOFF)) - 1]
    if is_urgent(change.case, at):
        pause = HURRY_S
    pause = max(pause, min(answer.retry_after_s or 0, LONGEST_PAUSE_S))
    case_item.next_attempt_at = at + timedelta(seconds=pause)
    if case_item.outcome == Outcome.DEACTIVATING:
        case_item.outcome = Outcome.FAILED
    change.record(
        "item_failed",
        f"{case_item.item}: attempt {case_item.attempts} failed: {case_item.detail}",
        item=case_item.item_id,
    )
    if case_item.failures >= ASK_AFTER_FAILURES:
        change.raise_todo(
            "item_failed",
            f"{case_item.item} failed {case_item.failures} times: {case_item.detail}"[:300],
            answers=["retry_items"],
            holds=False,
        )


def give_order(
    case_item: CaseItem, *, now: datetime, outcome: Outcome = Outcome.DEACTIVATING
) -> None:
    """Put an item on its way to the provider, with a clean slate; the caller saves and wakes.

    `outcome` says which way: DEACTIVATING, REACTIVATING or PURGING.
    """
    case_item.outcome = outcome
    case_item.ordered_at = case_item.next_attempt_at = now
    case_item.attempts = case_item.failures = 0
    case_item.answered_at, case_item.detail = None, ""


def has_orders(case: Case) -> bool:
    """Does a provider still owe an answer to this case?"""
    return case.items.filter(outcome__in=PROVISIONING).exists()
