"""What a person does about items that did not go down, or did not come back, by themselves.

Each of these goes on with an order that was given already, by the date or by the customer: none
of them gives a first one (R43).
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import Item
from accounts.provisioning import Answer, manual
from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.execution import complete_if_done
from cases.actions.orders import (
    apply_answer,
    choose_verb,
    give_order,
    lock_items,
    make_key,
    save_items,
    wake_provisioning,
)
from cases.domain.blockers import item_hard_stops
from cases.domain.states import State
from cases.domain.words import count_of
from cases.models import Case, CaseItem, Outcome
from cases.models.case import UNCONFIRMED
from cases.models.item import PROVISIONING
from cases.models.planning import read_account

ACTIVE = (State.EXECUTING, State.RESTORING, State.CLOSED, *UNCONFIRMED)
# Which way an order goes in a state; everywhere else it goes down.
WAYS = {State.RESTORING: Outcome.REACTIVATING, State.CLOSED: Outcome.PURGING}


def retry_item(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    case_item_id: int | None = None,
    version: int | None = None,
) -> Case:
    """Try the failed or stopped items again now (R28, R56): the same order, with the same key."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.execute", version=version
    ) as change:
        case = change.case
        chosen = case.items.filter(outcome__in=[*PROVISIONING, Outcome.STOPPED])
        if case_item_id:
            chosen = chosen.filter(pk=case_item_id)
        if case.status not in ACTIVE or not chosen.exists():
            raise NotPossible("There is nothing to retry.")
        retried = 0
        for case_item in chosen.select_related("item"):
            if case_item.outcome == Outcome.STOPPED and still_stopped(case, case_item.item):
                continue
            way = WAYS.get(case.status, Outcome.DEACTIVATING)
            give_order(case_item, now=now, outcome=way)
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


def mark_item_done(
    *,
    case_id: int,
    case_item_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """A person saw to it at the provider: the item is down, or back, without an answer (R56).

    `reason` says what was done where. Under a policy by which only the customer ends services
    nobody on the staff may say so (R43).
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.execute", version=version
    ) as change:
        case = change.case
        if not case.rules.agent_may_execute:
            raise NotPossible("Under this policy only the customer can end these services.")
        reason = require_words(reason, "Say what was done at the provider, and where.")
        case_item = find_ordered(change, case_item_id)
        change.record(
            "item_marked_done",
            f"{actor.name} saw to {case_item.item} by hand: {reason}",
            item=case_item.item_id,
            reason=reason,
        )
        finish_by_hand(change, case_item, Answer(status="done", detail=f"By hand: {reason}"))
        return case


def tick_item(
    *,
    case_id: int,
    case_item_id: int,
    actor: Actor,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Case:
    """Tick an item of the manual checklist: who and when are kept, with a note."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.execute", version=version
    ) as change:
        if actor.user is None:
            raise NotPossible("Only a person ticks what a person did.")
        case_item = find_ordered(change, case_item_id)
        key = make_key(case_item, choose_verb(case_item))
        try:
            answer = manual.tick(key=key, user=actor.user, note=note, now=now)
        except manual.NoSuchTask as error:
            raise NotPossible(f"{case_item.item} is not on the checklist.") from error
        change.record(
            "item_ticked",
            f"{actor.name} ticked {case_item.item}"
            + (f": {note.strip()}" if note.strip() else "."),
            item=case_item.item_id,
            note=note.strip(),
        )
        finish_by_hand(change, case_item, answer)
        return change.case


def keep_item(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    reason: str = "",
    case_item_id: int | None = None,
    version: int | None = None,
) -> Case:
    """Release a stopped item, or all of them: it stays as it is, and the others end (R28, R29)."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.execute", version=version
    ) as change:
        case = change.case
        items = list(case.items.select_related("item"))
        chosen = [i for i in items if i.outcome == Outcome.STOPPED and case_item_id in (None, i.pk)]
        if case.status is not State.EXECUTING or not chosen:
            raise NotPossible("There is no stopped service to keep.")
        if all(i in chosen or i.outcome == Outcome.KEPT for i in items):
            raise NotPossible(
                "Then nothing would be cancelled at all. Clear what stops these services and try "
                "again, or choose “They stay”."
            )
        for case_item in chosen:
            keep(change, case_item, reason.strip()[:200])
        if not case.items.filter(outcome=Outcome.STOPPED).exists():
            change.resolve_todos(kinds=("item_stopped",), resolution="kept")
        complete_if_done(change)
        return case


def keep(change: Change, case_item: CaseItem, reason: str) -> None:
    """It stays with the customer, and another case may take it later (R55)."""
    case_item.outcome, case_item.holds_item = Outcome.KEPT, False
    case_item.detail = f"kept: {reason}" if reason else "kept: still in use"
    case_item.save(update_fields=["outcome", "holds_item", "detail"])
    change.record(
        "item_kept", f"{case_item.item} stays: {reason or 'still in use'}.", item=case_item.item_id
    )


def find_ordered(change: Change, case_item_id: int) -> CaseItem:
    """An item whose order is out, locked. Raises `NotPossible`."""
    found = lock_items(change.case, [case_item_id])
    if not found or found[0].outcome not in PROVISIONING:
        raise NotPossible("Nothing is under way for this service any more.")
    return found[0]


def finish_by_hand(change: Change, case_item: CaseItem, answer: Answer) -> None:
    """As if the provider had answered just now; the to-do goes when nothing fails any more."""
    apply_answer(change, case_item, answer, at=change.now)
    save_items([case_item])
    if not change.case.items.filter(outcome=Outcome.FAILED).exists():
        change.resolve_todos(kinds=("item_failed",), resolution="done by hand")
    complete_if_done(change)


def require_words(text: str, hint: str) -> str:
    text = text.strip()[:200]
    if not text:
        raise NotPossible(hint)
    return text
