"""Ask the database once for what many conversations want at the same moment.

While one round is under way the next one gathers. So a quiet door answers at once, and a busy one
pays for one statement and one commit where it would have paid for dozens.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Run = Callable[[Callable[[], Any]], Awaitable[Any]]

MOST_ITEMS = 50
MOST_WEIGHT = 4 * 1024 * 1024


class Gatherer(Generic[Item, Answer]):
    """Answers questions in rounds, in order of arrival.

    `work` gets the items of a round and returns an answer for each, in the same order; `run` does
    it in a thread. When a round fails, each of its items is tried alone: the fault of one is no
    other's. Only the database's own failure is everybody's.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Answer]],
        *,
        run: Run,
        weigh: Callable[[Item], int] = lambda _: 1,
        rounds: int = 1,
    ) -> None:
        self._work, self._run, self._weigh, self._rounds = work, run, weigh, rounds
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, item: Item) -> Answer:
        """Return the answer for `item`. Raises what `work` raised."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._begin()
        return await future

    def _begin(self) -> None:
        while self._waiting and len(self._running) < self._rounds:
            task = asyncio.get_running_loop().create_task(self._work_off(self._take()))
            self._running.add(task)
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._begin()

    def _take(self) -> list[tuple[Item, asyncio.Future[Answer]]]:
        taken: list[tuple[Item, asyncio.Future[Answer]]] = []
        weight = 0
        while self._waiting and len(taken) < MOST_ITEMS:
            weight += self._weigh(self._waiting[0][0])
            if taken and weight > MOST_WEIGHT:
                break
            taken.append(self._waiting.popleft())
        return taken

    async def _work_off(self, asked: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        items = [item for item, _ in asked]
        try:
            answers = await self._run(lambda: self._work(items))
        except Exception as error:
            await self._fail(asked, error)
            return
        for (_, future), answer in zip(asked, answers, strict=True):
            if not future.done():  # its client may have gone meanwhile
                future.set_result(answer)

    async def _fail(
        self, asked: list[tuple[Item, asyncio.Future[Answer]]], error: Exception
    ) -> None:
        if len(asked) > 1 and not isinstance(error, (OperationalError, InterfaceError)):
            for one in asked:
                await self._work_off([one])
            return
        for _, future in asked:
            if not future.done():
                future.set_exception(error)
