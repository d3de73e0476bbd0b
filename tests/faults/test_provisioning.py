"""Orders under fire: many workers at once, callbacks that race them, workers that are killed."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from accounts.models import SandboxOrder
from accounts.provisioning import Answer
from cases.actions import callbacks, confirmation, orders, termination, timers
from cases.actions.base import DESK, ActionError, Actor, change_case
from cases.actions.execution import begin_execution
from cases.domain.trust import Level
from cases.models import Case
from tests.accounts.provisioning.provider import SECRET
from tests.accounts.provisioning.worlds import WebhookWorld
from tests.cases.build import Desk
from tests.notifications.conftest import sink  # noqa: F401
from tests.rules.helpers import at_once, item_states, outcomes

pytestmark = pytest.mark.slow
on_real_connections = pytest.mark.django_db(transaction=True)
WORKERS = 16
ITEMS = 40


def begin(desk: Desk) -> Case:
    """A confirmed case whose items have just been ordered; nobody has asked the provider yet."""
    case = desk.open()
    desk.do(confirmation.confirm, case)
    with change_case(case_id=case.pk, actor=DESK, now=desk.now) as change:
        begin_execution(change, because="The test begins")
    return case


def check_once(desk: Desk, case: Case) -> None:
    """Every service is down, and everything was told once and without a gap."""
    case = desk.read(case)
    assert case.state == "in_grace"
    assert set(outcomes(case)) == {"deactivated"}
    assert set(item_states(case)) == {"suspended"}
    kinds = Counter(case.events.values_list("kind", flat=True))
    assert kinds["item_deactivated"] == case.items.count()
    assert (kinds["executed"], kinds["mail_cancelled"]) == (1, 1)
    sequences = list(case.events.order_by("sequence").values_list("sequence", flat=True))
    assert sequences == list(range(1, case.last_sequence + 1))


@pytest.mark.guarantee("G10")
@on_real_connections
def test_sixteen_workers_bring_each_service_down_once(sink: Any) -> None:  # noqa: F811
    desk = Desk(items=ITEMS)
    case = begin(desk)
    asked = at_once(*[partial(orders.provision_due, now=desk.now, case_id=case.pk)] * WORKERS)
    assert sum(asked) == ITEMS, asked
    check_once(desk, case)
    assert SandboxOrder.objects.count() == ITEMS
    assert set(case.items.values_list("attempts", flat=True)) == {1}


@pytest.mark.guarantee("G10")
@on_real_connections
def test_callbacks_race_the_workers_and_each_other(sink: Any) -> None:  # noqa: F811
    """Each result comes twice by callback, in any order, while workers ask the same provider."""
    desk = Desk(items=ITEMS)
    case = begin(desk)
    keys = [f"{case.number}:{i.item_id}:deactivate" for i in case.items.all()]

    def call(number: int) -> list[str]:
        mine = random.sample(keys, len(keys))
        return [
            callbacks.take_result(
                brand=desk.brand,
                message_id=f"m{number % 2}-{key}",
                key=key,
                answer=Answer(status="done", detail="Called back."),
                now=desk.now,
            )
            for key in mine
        ]

    work = [partial(orders.provision_due, now=desk.now, case_id=case.pk)] * 4
    results = at_once(*work, *(partial(call, number) for number in range(4)))
    assert not [r for r in results if isinstance(r, Exception)], results
    check_once(desk, case)


@pytest.mark.guarantee("G17")
@on_real_connections
def test_twenty_equal_confirmations_give_one_order() -> None:
    desk = Desk(items=[{"kind": "sim", "label": "Truck"}, {"kind": "sim"}], file="soracom")
    case = desk.open()
    truck = case.items.get(item__label="Truck")
    click = partial(
        termination.terminate_item,
        case_id=case.pk,
        case_item_id=truck.pk,
        actor=Actor.customer(desk.contact, Level.L3),
        now=desk.now,
    )
    results = at_once(*[click] * 20)
    assert not [r for r in results if isinstance(r, Exception)], results
    assert case.events.filter(kind="item_termination").count() == 1
    desk.run()
    assert SandboxOrder.objects.count() == 1
    assert sorted(outcomes(case)) == ["ended", "planned"]


@pytest.mark.guarantee("G17")
@on_real_connections
def test_twenty_equal_callbacks_count_one_failure(sink: Any) -> None:  # noqa: F811
    desk = Desk(items=1)
    case = begin(desk)
    call = partial(
        callbacks.take_result,
        brand=desk.brand,
        message_id="m1",
        key=f"{case.number}:{case.items.get().item_id}:deactivate",
        answer=Answer(status="failed", detail="Busy."),
        now=desk.now,
    )
    results = Counter(at_once(*[call] * 20))
    assert results == {"taken": 1, "duplicate": 19}
    assert case.items.get().failures == 1


# -- killed -------------------------------------------------------------------------------------
KILLS = 5
MAKE = """
import sys, django; django.setup()
from tests.cases.build import Desk
from tests.faults.test_provisioning import begin
desk = Desk(items=30)
desk.brand.provisioning = {"adapter": "webhook", "url": sys.argv[1], "secret": "TEST"}
desk.brand.save()
begin(desk)
"""
WORK = """
import time, django; django.setup()
from config import clock
from cases.actions import orders
while True:
    orders.provision_due(now=clock.now(), read_clock=clock.now, limit=8)
    time.sleep(0.02)
"""
EXPIRE = "UPDATE cases_caseitem SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL"
OPEN = "SELECT count(*) FROM cases_caseitem WHERE outcome <> 'deactivated'"


@pytest.fixture
def provider() -> Iterator[WebhookWorld]:
    world = WebhookWorld()
    world.tell(delay_s=0.15)
    yield world
    world.stop()


@pytest.mark.guarantee("G10")
@pytest.mark.rule("R53")
def test_a_killed_worker_leaves_no_order_behind_and_repeats_no_effect(
    scratch: Any, wait_until: Any, provider: WebhookWorld, settings: Any
) -> None:
    """Killed between the provider's effect and our record, again and again."""
    here = {"PROVISIONING_SECRET_TEST": SECRET, "PROVISIONING_ALLOW_PRIVATE": "127.0.0.1"}
    assert scratch.spawn("-c", MAKE, f"{provider.address}/orders", **here).wait(90) == 0

    for _ in range(KILLS):
        worker = scratch.spawn("-c", WORK, **here)
        before = len(provider.look()["requests"])
        wait_until(lambda before=before: len(provider.look()["requests"]) > before)
        time.sleep(random.uniform(0, 0.3))
        scratch.kill(worker)
        scratch.query(EXPIRE)
    scratch.spawn("-c", WORK, **here)

    def is_down() -> bool:
        scratch.query(EXPIRE)
        return scratch.query(OPEN) == [(0,)]

    wait_until(is_down)
    seen = provider.look()
    assert len(seen["effects"]) == 30
    assert all(len(effects) == 1 for effects in seen["effects"].values())
    keys = {request["idempotency-key"] for request in seen["requests"]}
    assert keys == set(seen["effects"]), "the same order always came with the same key"
    told = scratch.query(
        "SELECT data->>'item', count(*) FROM cases_event WHERE kind = 'item_deactivated' GROUP BY 1"
    )
    assert len(told) == 30
    assert all(count == 1 for _, count in told)
    assert scratch.query("SELECT state FROM cases_case") == [("in_grace",)]
    assert scratch.query("SELECT count(*) FROM cases_event WHERE kind = 'executed'") == [(1,)]


@pytest.mark.guarantee("G10")
@on_real_connections
def test_sixteen_sweepers_against_sixteen_agents(sink: Any) -> None:  # noqa: F811
    """The date comes while everybody withdraws: one of the two happens, and happens once.

    Seen to fail without `select_for_update` in `lock_case`: the others run into each other's writes
    and end in a deadlock instead of a refusal.
    """
    for _ in range(6):
        desk = Desk(items=3)
        case = desk.open()
        desk.do(confirmation.confirm, case)
        [timer] = case.timers.filter(kind="execute")
        due = timer.check_at
        sweep = partial(timers.fire_due, now=due)
        stay = partial(confirmation.withdraw, case_id=case.pk, actor=desk.actor, now=due)
        calls = [sweep, stay] * WORKERS
        random.shuffle(calls)
        results = at_once(*calls)
        surprises = [r for r in results if isinstance(r, Exception)]
        assert all(isinstance(r, ActionError) for r in surprises), surprises
        kinds = Counter(case.events.values_list("kind", flat=True))
        assert kinds["withdrawn"] + kinds["execution_started"] == 1, kinds
        assert desk.read(case).state == ("withdrawn" if kinds["withdrawn"] else "executing")
