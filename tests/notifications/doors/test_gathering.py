"""One round for many: the answers are each one's own, and so are the faults."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from psycopg import OperationalError

from notifications.inbound.doors import gathering
from notifications.inbound.doors.gathering import Gatherer


def run_apart(asking: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: a browser that another test opened keeps a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asking).result()


def ask_all(work, items, **options):
    """Ask for one item, then for all others while it is worked on; return the answers (or errors)
    and the rounds that were made."""
    rounds = []

    async def note(batch):
        rounds.append(list(batch))
        await asyncio.sleep(0.001)
        return work(batch)

    async def ask():
        gatherer = Gatherer(note, **options)
        first, *others = items
        begun = asyncio.create_task(gatherer.ask(first))
        while not rounds:
            await asyncio.sleep(0)
        asking = [begun, *map(gatherer.ask, others)]
        return await asyncio.gather(*asking, return_exceptions=True)

    return run_apart(ask()), rounds


def double(batch):
    return [2 * item for item in batch]


def test_what_comes_meanwhile_shares_one_round():
    answers, rounds = ask_all(double, range(20))
    assert answers == [2 * item for item in range(20)]
    assert rounds == [[0], list(range(1, 20))]


def test_a_round_has_bounds(monkeypatch):
    monkeypatch.setattr(gathering, "MOST_ITEMS", 4)
    _, rounds = ask_all(double, range(9))
    assert rounds == [[0], [1, 2, 3, 4], [5, 6, 7, 8]]
    monkeypatch.setattr(gathering, "MOST_WEIGHT", 100)
    _, rounds = ask_all(double, [1, 60, 60, 300, 30, 70], weigh=lambda item: item)
    assert rounds == [[1], [60], [60], [300], [30, 70]]


def test_the_fault_of_one_is_no_others():
    def choke(batch):
        if 3 in batch:
            raise ValueError("three")
        return double(batch)

    answers, rounds = ask_all(choke, range(5))
    assert [repr(answer) for answer in answers] == ["0", "2", "4", "ValueError('three')", "8"]
    assert rounds == [[0], [1, 2, 3, 4], [1], [2], [3], [4]]


def test_the_databases_fault_is_everybodys_and_is_not_asked_again_for_each():
    def fail(batch):
        raise OperationalError("away")

    answers, rounds = ask_all(fail, range(5))
    assert {type(answer) for answer in answers} == {OperationalError}
    assert rounds == [[0], [1, 2, 3, 4]]


def test_what_is_asked_at_one_moment_shares_the_first_round():
    rounds = []

    async def note(batch):
        rounds.append(list(batch))
        return double(batch)

    async def ask():
        gatherer = Gatherer(note)
        return await asyncio.gather(*map(gatherer.ask, range(5)))

    assert run_apart(ask()) == [0, 2, 4, 6, 8]
    assert rounds == [[0, 1, 2, 3, 4]]


def test_who_has_gone_meanwhile_disturbs_nobody():
    async def work(batch):
        await asyncio.sleep(0.01)
        return double(batch)

    async def ask():
        gatherer = Gatherer(work)
        first, gone, last = (asyncio.create_task(gatherer.ask(item)) for item in (1, 2, 3))
        await asyncio.sleep(0)
        gone.cancel()
        return await asyncio.wait_for(asyncio.gather(first, last), 5)

    assert run_apart(ask()) == [2, 6]


@pytest.mark.parametrize(
    ("weights", "under_way"),
    [([1, 1, 1], [[1]]), ([600, 1, 1], [[600], [1, 1]]), ([600, 700, 800], [[600], [700]])],
    ids=["small", "one large", "all large"],
)
def test_only_beside_a_heavy_round_another_one_begins(monkeypatch, weights, under_way):
    monkeypatch.setattr(gathering, "HEAVY", 500)
    monkeypatch.setattr(gathering, "MOST_WEIGHT", 600)

    async def ask():
        gate, begun = asyncio.Event(), []

        async def work(batch):
            begun.append(list(batch))
            await gate.wait()
            return double(batch)

        gatherer = Gatherer(work, weigh=lambda item: item)
        first = asyncio.create_task(gatherer.ask(weights[0]))
        while not begun:
            await asyncio.sleep(0)
        others = [asyncio.create_task(gatherer.ask(weight)) for weight in weights[1:]]
        await asyncio.sleep(0.01)
        assert begun == under_way
        gate.set()
        return await asyncio.gather(first, *others)

    assert run_apart(ask()) == double(weights)
