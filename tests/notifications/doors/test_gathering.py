"""One round for many: the answers are each one's own, and so are the faults."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError

from notifications.inbound.doors import gathering
from notifications.inbound.doors.gathering import Gatherer


def run_apart(asking: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: a browser that another test opened keeps a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asking).result()


def ask_all(work, items, **options):
    """Ask for all items at once; return the answers (or errors) and the rounds that were made."""
    rounds = []

    def note(batch):
        rounds.append(list(batch))
        return work(batch)

    async def run(job):
        await asyncio.sleep(0)
        return await asyncio.get_running_loop().run_in_executor(None, job)

    async def ask():
        gatherer = Gatherer(note, run=run, **options)
        return await asyncio.gather(*map(gatherer.ask, items), return_exceptions=True)

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


def test_who_has_gone_meanwhile_disturbs_nobody():
    async def run(job):
        await asyncio.sleep(0.01)
        return job()

    async def ask():
        gatherer = Gatherer(double, run=run)
        first, gone, last = (asyncio.create_task(gatherer.ask(item)) for item in (1, 2, 3))
        await asyncio.sleep(0)
        gone.cancel()
        return await asyncio.wait_for(asyncio.gather(first, last), 5)

    assert run_apart(ask()) == [2, 6]


@pytest.mark.parametrize("rounds", [1, 2])
def test_so_many_rounds_are_under_way_at_once(rounds):
    async def ask():
        gate, under_way = asyncio.Event(), []

        async def run(job):
            under_way.append(job)
            await gate.wait()
            return job()

        gatherer = Gatherer(double, run=run, rounds=rounds)
        tasks = [asyncio.create_task(gatherer.ask(item)) for item in range(6)]
        await asyncio.sleep(0.01)
        assert len(under_way) == rounds
        gate.set()
        return await asyncio.gather(*tasks)

    assert run_apart(ask()) == [0, 2, 4, 6, 8, 10]
