"""The customers' mail server: takes by SMTP whatever the desk sends, and misbehaves on demand."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import InterfaceError, OperationalError, connections

from config import clock
from config.sandbox.models import Behaviour
from config.sandbox.post.faults import find_fault
from config.sandbox.post.store import store_arrival

log = logging.getLogger(__name__)

SIZE_LIMIT = 20_000_000  # bytes
T = TypeVar("T")


class Handler:
    """aiosmtpd's hooks. The database is asked on one thread, which keeps one connection."""

    def __init__(self) -> None:
        self.executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sink-db")

    async def run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.executor, insist, work)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = await self.run(lambda: find_fault(address))
        if fault is not None and fault.behaviour == Behaviour.REFUSE:
            return f"550 5.1.1 <{address}>: no such mailbox here"
        if fault is not None and fault.behaviour == Behaviour.DEFER:
            return f"451 4.7.1 <{address}>: try again later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        silent = False
        for address in envelope.rcpt_tos:
            fault = await self.run(lambda to=address: keep(envelope, to))  # type: ignore[misc]
            silent = silent or fault == Behaviour.SILENT
        if silent and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 2.0.0 OK: delivered to the sandbox's mailbox"

    async def handle_exception(self, error: Exception) -> str:
        log.exception("the sink failed", exc_info=error)
        return "451 4.3.0 Try again later"

    def close(self) -> None:
        self.executor.submit(connections.close_all).result(timeout=5)
        self.executor.shutdown(wait=True)


def insist(work: Callable[[], T]) -> T:
    """Do `work`, once more over a new connection when the database has hung up meanwhile."""
    try:
        return work()
    except (OperationalError, InterfaceError):
        connections.close_all()
        return work()


def keep(envelope: Envelope, address: str) -> str:
    """Store one recipient's copy; return how the address misbehaves, or nothing."""
    content = envelope.content or b""
    raw = content if isinstance(content, bytes) else content.encode()
    _, fault = store_arrival(
        raw=raw,
        envelope_from=envelope.mail_from or "",
        envelope_to=address,
        now=clock.now(),
    )
    return fault.behaviour if fault else ""


class Sink:
    """The server on a thread of its own. `port` 0 takes a free one; `address` tells which."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.handler = Handler()
        self._loop = asyncio.new_event_loop()
        self._server: Any = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="sink", daemon=True)

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        self._thread.start()
        listening = self._loop.create_server(self._make_session, self.host, self.port)
        try:
            self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        except OSError:
            self._end_loop()
            raise
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Hang up and close the database connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=10)
        self._end_loop()
        self.handler.close()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def __enter__(self) -> Sink:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make_session(self) -> SMTP:
        return SMTP(
            self.handler,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            ident="Lastcall sandbox",
            hostname="sink.lastcall.example",
            loop=self._loop,
        )

    async def _close(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
