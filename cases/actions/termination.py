"""Terminating one by one, before the account itself goes: the customer alone, item by item.

For policies whose SIMs, devices and gateways go first (R45, R48). Nobody on the staff has this,
whatever the role (R43): the actions below take a customer who proved who they are (trust L3).
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from accounts import services
from cases.actions.base import Actor, Change, NotAllowed, NotPossible, change_case
from cases.actions.evidence import keep_evidence
from cases.actions.orders import give_order, wake_provisioning
from cases.domain.blockers import find_item_blockers
from cases.domain.dates import local_date
from cases.domain.trust import Deed
from cases.models import Case, CaseItem, Outcome
from cases.models.case import UNCONFIRMED
from cases.models.item import PROVISIONING
from cases.models.planning import read_account


def terminate_item(
    *,
    case_id: int,
    case_item_id: int,
    actor: Actor,
    now: datetime,
    typed: str = "",
    version: int | None = None,
) -> Case:
    """End one service for good, by its own confirmation (R48); the provider is asked on commit.

    The case stays where it is. The same click again changes nothing. `typed` is what the customer
    typed to confirm; where it is given it must name the service. Raises `NotAllowed` for anybody
    but the customer, `NotPossible` while something stands in the way of this one service.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, trusted=Deed.TERMINATE, version=version
    ) as change:
        case_item = choose_item(change, case_item_id)
        if case_item.outcome in (*PROVISIONING, Outcome.ENDED):
            return change.case
        check_typed(case_item, typed)
        check_free(change, case_item)
        keep_evidence(change, ended={case_item.item.kind: 1}, shown=digest_of(case_item))
        give_order(case_item, now=now)
        case_item.save()
        change.record(
            "item_termination",
            f"{change.actor.name} confirmed that {case_item.item} ends for good.",
            item=case_item.item_id,
            typed=typed,
        )
        wake_provisioning(change)
        return change.case


def switch_off_protection(
    *,
    case_id: int,
    case_item_id: int,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Take termination protection off one service: a step of its own, which ends nothing (R47).

    Doing it twice changes nothing. Raises `NotAllowed` for anybody but the customer.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, trusted=Deed.DISABLE_PROTECTION, version=version
    ) as change:
        case_item = choose_item(change, case_item_id)
        if services.switch_off_protection(item=case_item.item):
            change.record(
                "protection_off",
                f"{change.actor.name} switched off termination protection for {case_item.item}.",
                item=case_item.item_id,
            )
        return change.case


def choose_item(change: Change, case_item_id: int) -> CaseItem:
    """The item, once it is clear that this can be done to it now. Raises as the actions do."""
    case = change.case
    if change.actor.kind != "customer":
        raise NotAllowed("Only the customer can do this, on their own page.")
    if not case.rules.terminate_first:
        raise NotPossible("Under this policy everything ends together, on the confirmed date.")
    if case.status not in UNCONFIRMED:
        raise NotPossible(f"This is not possible any more: the case is “{case.status.label}”.")
    case_item = case.items.select_related("item").filter(pk=case_item_id).first()
    if case_item is None:
        raise NotPossible("This service is not part of the case.")
    return case_item


def digest_of(case_item: CaseItem) -> str:
    """The service that was confirmed by itself, as evidence may hold it (R44): not by its name."""
    item = case_item.item
    return hashlib.sha256(f"{item.kind}:{item.identifier}:{item.label}".encode()).hexdigest()


def check_typed(case_item: CaseItem, typed: str) -> None:
    """What was typed must name this service: a page that mixed two up ends neither."""
    item = case_item.item
    known = {name.strip().casefold() for name in (item.label, item.identifier) if name.strip()}
    if typed.strip() and typed.strip().casefold() not in known:
        raise NotPossible(f"Type “{item.label or item.identifier}” to confirm this one service.")


def check_free(change: Change, case_item: CaseItem) -> None:
    """Nothing hard may stand in the way of this one service (R46, R47). Raises `NotPossible`."""
    case = change.case
    if case_item.item.status != "active":
        raise NotPossible(f"{case_item.item} is {case_item.item.status} already.")
    blockers = find_item_blockers(
        case.rules,
        read_account(case.customer, case=case),
        str(case_item.item_id),
        local_date(change.now, case.zone),
    )
    for blocker in blockers:
        if blocker.is_hard and blocker.stage == "confirm":
            raise NotPossible(f"{blocker.what} {blocker.how}")
