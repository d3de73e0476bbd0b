"""A provider calls back with the result of an order: the same as an answer, only later.

Whether the message is authentic is the view's business. A duplicate, a late word about an order
that has ended, and one about the order before are harmless (THREATS 59, 60).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import structlog
from django.db import transaction

from accounts.models import Brand, ProviderCall
from accounts.provisioning import Answer
from cases.actions.base import DESK, change_case
from cases.actions.execution import complete_if_done
from cases.actions.orders import apply_answer, choose_verb, lock_items, make_key, save_items
from cases.models import CaseItem
from cases.models.item import PROVISIONING

log = structlog.get_logger(__name__)

Taken = Literal["taken", "duplicate", "ignored"]
REMEMBER = timedelta(days=1)  # far longer than a signature is accepted


class UnknownOrder(LookupError):
    """This brand gave no order with this key."""


def take_result(*, brand: Brand, message_id: str, key: str, answer: Answer, now: datetime) -> Taken:
    """Record what a provider calls back about the order `key`; once per `message_id`.

    "ignored": the order had its answer already, or is not the one that is out any more. Raises
    UnknownOrder, and then has forgotten the message.
    """
    with transaction.atomic():
        case_item = find_item(brand=brand, key=key)
        with change_case(case_id=case_item.case_id, actor=DESK, now=now) as change:
            change.replan = False
            _, is_new = ProviderCall.objects.get_or_create(
                brand=brand, message_id=message_id, defaults={"received_at": now}
            )
            if not is_new:
                return "duplicate"
            [fresh] = lock_items(change.case, [case_item.pk])
            if fresh.outcome not in PROVISIONING or make_key(fresh, choose_verb(fresh)) != key:
                log.info("late_result_ignored", key=key, status=answer.status)
                return "ignored"
            apply_answer(change, fresh, answer, at=now)
            save_items([fresh])
            complete_if_done(change)
    return "taken"


def find_item(*, brand: Brand, key: str) -> CaseItem:
    """The item that an order's key is about. Raises UnknownOrder."""
    number, _, rest = key.partition(":")
    item_id, _, _ = rest.partition(":")
    usable = number.isprintable() and item_id.isascii() and item_id.isdigit() and len(item_id) < 19
    found = (
        CaseItem.objects.filter(
            case__brand=brand, case__number=number, item_id=int(item_id)
        ).first()
        if usable
        else None
    )
    if found is None:
        raise UnknownOrder(key)
    return found


def forget_calls(*, now: datetime) -> int:
    """Forget ids that no signature could bring back any more; returns how many."""
    return ProviderCall.objects.filter(received_at__lt=now - REMEMBER).delete()[0]
