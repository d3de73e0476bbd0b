"""What a person does about items that did not go down, or did not come back, by themselves."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Item
from cases.actions.base import Actor, NotPossible, change_case
from cases.actions.orders import give_order, wake_provisioning
from cases.domain.blockers import item_hard_stops
from cases.domain.states import State
from cases.domain.words import count_of
from cases.models import Case, Outcome
from cases.models.case import UNCONFIRMED
from cases.models.item import PROVISIONING
from cases.models.planning import read_account

ACTIVE = (State.EXECUTING, State.RESTORING, *UNCONFIRMED)


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
            give_order(case_item, now=now, restoring=case.status is State.RESTORING)
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
