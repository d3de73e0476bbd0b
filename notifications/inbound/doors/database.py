"""How the door talks to PostgreSQL.

What it asks for every mail goes over connections that the event loop itself waits for: to hand a
question to a thread and its answer back cost three times the question. All else is Django's, in
threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import django.db
from django.db import connection, connections
from psycopg import AsyncConnection, InterfaceError, OperationalError

Answer = TypeVar("Answer")


class Lines:
    """Connections that stay open, as many as are in use at once. Each statement is a commit."""

    def __init__(self) -> None:
        self._idle: list[AsyncConnection[Any]] = []

    async def use(self, work: Callable[[AsyncConnection[Any]], Awaitable[Answer]]) -> Answer:
        """Do `work` over a connection; once more over a new one when the old one is broken.

        Raises psycopg.Error.
        """
        try:
            return await self._use(self._idle.pop() if self._idle else await connect(), work)
        except (OperationalError, InterfaceError):
            await self.close()  # what broke one has most likely broken all
        return await self._use(await connect(), work)

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _use(
        self,
        line: AsyncConnection[Any],
        work: Callable[[AsyncConnection[Any]], Awaitable[Answer]],
    ) -> Answer:
        try:
            return await work(line)
        except (OperationalError, InterfaceError, asyncio.CancelledError):
            await line.close()
            raise
        finally:
            if not line.closed:
                self._idle.append(line)


async def connect() -> AsyncConnection[Any]:
    """Open a connection with Django's settings."""
    settings = connections["default"].get_connection_params()
    for name in ("cursor_factory", "context"):  # for Django's own values and cursors
        settings.pop(name, None)
    line: AsyncConnection[Any] = await AsyncConnection.connect(**settings, autocommit=True)
    return line


class Threads:
    """Where Django's models are asked: a few threads, each with a connection that stays open."""

    def __init__(self, workers: int) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="door")
        self._connections: set[Any] = set()

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Do `work` in a thread; once more with a new connection when the old one is broken."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._run, work)

    def close(self) -> None:
        self._pool.shutdown(wait=True)
        for wrapper in self._connections:
            if wrapper.connection is not None:
                wrapper.connection.close()

    def _run(self, work: Callable[[], Answer]) -> Answer:
        self._connections.add(connections["default"])
        try:
            return work()
        except (django.db.OperationalError, django.db.InterfaceError):
            connection.close()
        try:
            return work()
        except (django.db.OperationalError, django.db.InterfaceError):
            connection.close()
            raise
