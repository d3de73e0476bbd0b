"""Ask the database once for what many conversations want at the same moment.

While one round is under way the next one gathers. So a quiet door answers at once, and a busy one
pays for one statement and one commit where it would have paid for dozens.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from psycopg import InterfaceError, OperationalError

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_ITEMS = 50
MOST_WEIGHT = 4 * 1024 * 1024
HEAVY = 512 * 1024  # a round of this weight takes its time
MOST_ROUNDS = 2


class Gatherer(Generic[Item, Answer]):
    """Answers questions in rounds, in order of arrival.

    `work` gets the items of a round and returns an answer for each, in the same order. A second
    round begins beside the first only where that is heavy, so that a large mail on its way to the
    disk holds up nobody. When a round fails, each of its items is tried alone: the fault of one is
    no other's. Only the database's own failure is everybody's.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        weigh: Callable[[Item], int] = lambda _: 1,
    ) -> None:
        self._work, self._weigh = work, weigh
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._running: dict[asyncio.Task[None], int] = {}  # with the weight of each
        self._is_about_to_begin = False

    async def ask(self, item: Item) -> Answer:
        """Return the answer for `item`. Raises what `work` raised."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._begin_soon()
        return await future

    def _begin_soon(self) -> None:
        """After whatever else is ready at this moment, which may have something to ask, too."""
        if not self._is_about_to_begin:
            self._is_about_to_begin = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._is_about_to_begin = False
        while self._waiting and self._has_room():
            asked, weight = self._take()
            task = asyncio.get_running_loop().create_task(self._work_off(asked))
            self._running[task] = weight
            task.add_done_callback(self._end)

    def _has_room(self) -> bool:
        return len(self._running) < MOST_ROUNDS and all(
            weight >= HEAVY for weight in self._running.values()
        )

    def _end(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._begin_soon()

    def _take(self) -> tuple[list[tuple[Item, asyncio.Future[Answer]]], int]:
        """Return what goes into the next round, and its weight."""
        taken: list[tuple[Item, asyncio.Future[Answer]]] = []
        total = 0
        while self._waiting and len(taken) < MOST_ITEMS:
            weight = self._weigh(self._waiting[0][0])
            if taken and total + weight > MOST_WEIGHT:
                break
            total += weight
            taken.append(self._waiting.popleft())
        return taken, total

    async def _work_off(self, asked: list[tuple[Item, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._work([item for item, _ in asked])
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
