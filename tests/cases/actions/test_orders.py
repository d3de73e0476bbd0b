"""Claiming, asking and recording many services together."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.provisioning import Answer
from cases.actions import confirmation, orders
from cases.actions.base import DESK, change_case
from cases.actions.execution import begin_execution
from cases.models import Case
from cases.queries.board import read_case_board
from notifications.models import Switch
from tests.accounts.provisioning.worlds import WebhookWorld, run_webhook_world
from tests.cases.build import Desk
from tests.rules.helpers import outcomes

pytestmark = pytest.mark.django_db


def begin(desk: Desk) -> Case:
    """A case whose items have just been ordered."""
    case = desk.open()
    desk.do(confirmation.confirm, case)
    with change_case(case_id=case.pk, actor=DESK, now=desk.now) as change:
        begin_execution(change, because="The test begins")
    return case


def answer(case: Case, desk: Desk, said: Answer) -> Any:
    """Record one answer for the case's first item, as a worker does."""
    [claimed] = orders.claim_items(now=desk.now, limit=1, case_id=case.pk)
    asked = orders.Asked(case_item=claimed, answer=said, at=desk.now)
    orders.record_answers(case_id=case.pk, answers=[asked])
    claimed.refresh_from_db()
    return claimed


def test_a_case_that_was_woken_touches_no_other(sink: Any) -> None:
    first, second = Desk(items=2), Desk(items=2)
    mine, other = begin(first), begin(second)
    assert orders.provision_due(now=first.now, case_id=mine.pk) == 2
    assert outcomes(mine) == ["deactivated"] * 2
    assert outcomes(other) == ["deactivating"] * 2


@pytest.mark.guarantee("G7")
def test_a_pause_holds_what_was_ordered_but_not_asked_for(sink: Any) -> None:
    """Only the way back stays open. Seen to fail without the look at the switch in `claim_items`,
    which then asked for all three."""
    desk = Desk(items=3)
    case = begin(desk)
    assert orders.provision_due(now=desk.now, limit=1) == 1
    switch = Switch.objects.create(name="destruction", paused=True)
    assert orders.provision_due(now=desk.now) == 0
    board = read_case_board(case=desk.read(case), now=desk.now)
    assert board is not None
    assert {row.waits_for for row in board.rows} == {"a supervisor: ending services is paused"}
    case.items.filter(outcome="deactivating").update(outcome="reactivating")
    assert [c.outcome for c in orders.claim_items(now=desk.now, limit=9)] == ["reactivating"] * 2
    case.items.filter(outcome="reactivating").update(
        outcome="deactivating", next_attempt_at=desk.now
    )
    switch.delete()
    assert orders.provision_due(now=desk.now) == 2
    assert outcomes(case) == ["deactivated"] * 3


def test_what_a_hundred_services_cost_grows_little(sink: Any) -> None:
    """Of these the imaginary provider's own book takes five for each service."""

    def count(items: int) -> int:
        desk = Desk(items=items)
        case = begin(desk)
        with CaptureQueriesContext(connection) as queries:
            orders.provision_due(now=desk.now, case_id=case.pk)
        assert desk.read(case).state == "in_grace"
        return len(queries)

    few, many = count(10), count(100)
    assert (many - few) / 90 <= 7.5


def test_pending_is_no_failure_however_often(sink: Any) -> None:
    desk = Desk(items=1)
    case = begin(desk)
    for _ in range(5):
        item = answer(case, desk, Answer(status="pending", detail="Soon.", retry_after_s=30))
        assert item.next_attempt_at == desk.now + timedelta(seconds=30)
        desk.now = item.next_attempt_at
    assert (item.attempts, item.failures, item.outcome) == (5, 0, "deactivating")
    item = answer(case, desk, Answer(status="failed", detail="No."))
    assert item.next_attempt_at == desk.now + timedelta(seconds=60), "the first failure's pause"


@pytest.mark.parametrize(("asked_for", "pause"), [(10, 60), (500, 500), (10**9, 86_400)])
def test_a_provider_may_ask_for_a_longer_pause(sink: Any, asked_for: int, pause: int) -> None:
    desk = Desk(items=1)
    case = begin(desk)
    item = answer(case, desk, Answer(status="failed", detail="Busy.", retry_after_s=asked_for))
    assert item.next_attempt_at == desk.now + timedelta(seconds=pause)


@pytest.mark.guarantee("G21")
def test_after_its_time_a_sweep_gives_way(sink: Any) -> None:
    """So a worker that is told to stop is soon done."""
    desk = Desk(items=70)
    begin(desk)
    assert orders.provision_due(now=desk.now, most_s=0.0) == orders.BATCH
    assert orders.provision_due(now=desk.now) == 70 - orders.BATCH


@pytest.fixture
def world(settings: Any) -> Iterator[WebhookWorld]:
    with run_webhook_world(settings) as world:
        yield world


@pytest.mark.rule("R39")
@pytest.mark.django_db(transaction=True)
def test_a_provider_that_takes_its_time_is_asked_for_many_at_once(
    sink: Any, world: WebhookWorld
) -> None:
    """Thirty-two services at a second each would be half a minute, one after the other."""
    world.tell(delay_s=1)
    desk = Desk(items=32)
    desk.brand.provisioning = world.config
    desk.brand.save()
    case = begin(desk)
    started = time.monotonic()
    orders.provision_due(now=desk.now, case_id=case.pk)
    assert time.monotonic() - started < 16
    assert desk.read(case).state == "in_grace"
    assert len(world.look()["effects"]) == 32
