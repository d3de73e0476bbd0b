"""A transition, its events, its timers and its emails are written together or not at all (G4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from cases.actions import confirmation, information, restoration, timers
from cases.models import Case, CaseItem, Event, Timer
from cases.models.timer import LIVE
from notifications import inbound
from notifications.models import Email, Inbound
from tests.cases.build import QUESTION, Desk
from tests.rules.helpers import bring_to

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G4")]
OUR_OWN = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Fault(Exception):
    """The database went away at this statement."""


class FailAt:
    """Lets `number - 1` statements pass and fails at the next one."""

    def __init__(self, number: int) -> None:
        self.left = number

    @property
    def fired(self) -> bool:
        return self.left <= 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(OUR_OWN):
            self.left -= 1
            if self.left == 0:
                raise Fault
        return execute(sql, params, many, context)


def look() -> tuple[Any, ...]:
    """Everything that must change together, whatever keys it gets."""
    return (
        list(Case.objects.order_by("pk").values_list("state", "version", "last_sequence")),
        list(Event.objects.order_by("case", "sequence").values_list("kind", "sequence")),
        list(Inbound.objects.order_by("pk").values_list("status", "disposition")),
        list(Email.objects.order_by("created_at", "key").values_list("purpose", "status")),
        list(CaseItem.objects.order_by("pk").values_list("outcome", "holds_item")),
        list(
            Timer.objects.order_by("kind", "due_at").values_list(
                "kind", "due_at", "fired_at", "cancelled_at"
            )
        ),
    )


def try_deed(deed: Callable[[], Any], fault: FailAt | None) -> tuple[Any, ...]:
    """What stands there after the deed, which is then undone."""
    with transaction.atomic():
        try:
            if fault is None:
                deed()
            else:
                with connection.execute_wrapper(fault):
                    deed()
        except (Fault, TransactionManagementError):
            # PostgreSQL saw no fault: what it would keep is looked at, whatever Django thinks.
            transaction.set_rollback(False)
        found = look()
        transaction.set_rollback(True)
    return found


def fire(desk: Desk, case: Case, kind: str) -> Callable[[], Any]:
    while not (timer := case.timers.filter(LIVE, kind=kind).first()):
        desk.pass_days(1)
    return partial(timers.fire_timer, timer_id=timer.pk, case_id=case.pk, now=timer.check_at)


def prepare(name: str, desk: Desk) -> Callable[[], Any]:
    """The deed, and the case as it stands just before it."""
    if name == "open":
        return desk.open
    if name == "ask":
        return partial(desk.do, information.request_information, desk.open(), questions=[QUESTION])
    if name == "confirm":
        return partial(desk.do, confirmation.confirm, desk.open())
    if name == "reply":
        mail = desk.reply(desk.ask(desk.open()), "Nobody uses it.", process=False)
        return partial(inbound.process, inbound_id=mail.pk, now=desk.now)
    stage, kind = {
        "drop": ("awaiting_customer", "drop"),
        "withdraw": ("scheduled", ""),
        "execute": ("scheduled", "execute"),
        "restore": ("in_grace", ""),
        "close": ("in_grace", "close"),
    }[name]
    case = bring_to(desk, stage)
    if kind:
        return fire(desk, case, kind)
    action = {"withdraw": confirmation.withdraw, "restore": restoration.restore}[name]
    return partial(desk.do, action, case)


@pytest.mark.parametrize(
    "name",
    ["open", "ask", "reply", "confirm", "withdraw", "drop", "execute", "restore", "close"],
)
def test_it_fails_at_every_statement_and_leaves_nothing_by_half(name: str, sink: Any) -> None:
    """Seen to fail without `transaction.atomic()` in `change_case` (confirm), in `fire_together`
    (drop) and in `processing._file` (reply).
    """
    desk = Desk(items=1)
    deed = prepare(name, desk)
    before, after = look(), try_deed(deed, None)
    assert before != after
    for number in count(1):
        fault = FailAt(number)
        found = try_deed(deed, fault)
        if not fault.fired:
            break
        assert found in (before, after), f"statement {number} failed: something is there by half"
    assert number > 5
