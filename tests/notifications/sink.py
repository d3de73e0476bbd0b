"""A real SMTP server in a thread, which can be told to fail at any verb."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import logging
import socket
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import lru_cache
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.CRITICAL)

DROP = "drop"  # cut the connection instead of answering
HANG = "hang"  # never answer


class Sink:
    """Collects what it accepts. `script["DATA"]` and the like hold answers to give first."""

    def __init__(self) -> None:
        self.accepted: list[Envelope] = []
        self.seen: list[Envelope] = []  # complete messages, whatever was answered
        self.connections = 0
        self.script: dict[str, deque[str]] = defaultdict(deque)
        self.always: dict[str, str] = {}
        self.on_accept: Callable[[], None] | None = None  # called before the 250, in a thread
        self.takes_ahead = True  # commands before their answers: PIPELINING

    @property
    def messages(self) -> list[EmailMessage]:
        return [parse(envelope) for envelope in self.accepted]

    async def _answer(self, verb: str, server: SMTP) -> str | None:
        queued = self.script[verb]
        answer = queued.popleft() if queued else self.always.get(verb)
        if answer == DROP:
            server.transport.abort()
            await asyncio.sleep(60)
        if answer == HANG:
            await asyncio.sleep(60)
        return answer

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = host
        answer = await self._answer("EHLO", server)
        return [answer] if answer else [*["250-PIPELINING"][: self.takes_ahead], *answers]

    async def handle_HELO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str
    ) -> str:
        session.host_name = host
        return await self._answer("EHLO", server) or "250 ok"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = await self._answer("MAIL", server)
        if answer:
            return answer
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = await self._answer(address, server) or await self._answer("RCPT", server)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.seen.append(envelope)
        answer = await self._answer("DATA", server)
        if answer and not answer.startswith("2"):
            return answer
        self.accepted.append(envelope)
        if self.on_accept:
            await asyncio.to_thread(self.on_accept)
        return answer or f"250 2.0.0 Ok: queued as {len(self.accepted)}"


@lru_cache(maxsize=512)  # tests look at the same mails again and again
def parse(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    return email.message_from_bytes(content, policy=email.policy.default)


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def run_sink(sink: Sink | None = None) -> Iterator[tuple[Sink, int]]:
    sink, port = sink or Sink(), find_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, server_hostname="sink")
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()
