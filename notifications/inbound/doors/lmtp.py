"""The mail door: LMTP and SMTP behind the machine's own mail server.

It does one thing: commit the raw bytes and the envelope, then say 250 (G1).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from config import clock
from notifications.inbound.doors.database import Lines, Threads
from notifications.inbound.doors.gathering import Gatherer
from notifications.inbound.doors.protocol import OUR_FAULT, Busy, Conversation, LocalConversation
from notifications.inbound.mailboxes import (
    clean_envelope_address,
    is_foreign,
    is_mailbox,
    read_thread_address,
)
from notifications.inbound.rows import find_tokens
from notifications.inbound.storing import Letter, store_letters

log = logging.getLogger(__name__)
# aiosmtpd tells every command with its addresses: personal data has no place in logs.
logging.getLogger("mail.log").setLevel(logging.WARNING)

DISK_FULL = "53100"
NO_ROOM = "452 4.3.1 No room to store the message, try again later"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the door takes. Sizes in bytes, times in seconds."""

    size: int = 25 * 1024 * 1024
    recipients: int = 100
    connections: int = 200
    idle_s: float = 120.0
    workers: int = 8


class Handler:
    """What the door answers. One for all conversations of a listener."""

    def __init__(self, *, channel: str, lines: Lines, threads: Threads, limits: Limits) -> None:
        self.channel = channel
        self._lines, self._threads = lines, threads
        self._limits = limits
        self._tokens = Gatherer(self._find_tokens)
        self._letters = Gatherer(self._store, weigh=lambda letter: len(letter.raw))

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, replies: list[str]
    ) -> list[str]:
        session.host_name = host
        extensions = ["250-PIPELINING", "250-ENHANCEDSTATUSCODES"]
        return [*replies[:-1], *extensions, replies[-1]]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if len(envelope.rcpt_tos) >= self._limits.recipients:
            return "452 4.5.3 Too many recipients"
        if not address.isprintable():
            return "553 5.1.3 No control characters in an address"
        recipient = clean_envelope_address(address)
        if not await self._is_mailbox(recipient):
            if await self._threads.run(partial(is_foreign, recipient)):
                return "554 5.7.1 Relay access denied"
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def take(self, _session: Session, envelope: Envelope, content: bytes) -> str:
        """Commit the message for all its recipients, then say yes."""
        letter = Letter(
            channel=self.channel,
            recipients=tuple(envelope.rcpt_tos),
            envelope_from=envelope.mail_from or "",
            raw=content,
            now=clock.now(),
        )
        await self._letters.ask(letter)
        return "250 2.6.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever fails on our side is temporary for the sender, and says nothing of us."""
        log.error("the door failed", exc_info=error, extra={"door": self.channel})
        if getattr(error, "sqlstate", None) == DISK_FULL:
            return NO_ROOM
        return OUR_FAULT

    async def _is_mailbox(self, recipient: str) -> bool:
        if thread := read_thread_address(recipient):
            return await self._tokens.ask(thread.token)
        return await self._threads.run(partial(is_mailbox, recipient))

    async def _find_tokens(self, tokens: Sequence[str]) -> Sequence[bool]:
        known = await self._lines.use(partial(find_tokens, tokens=tokens))
        return [token in known for token in tokens]

    async def _store(self, letters: Sequence[Letter]) -> Sequence[None]:
        await self._lines.use(partial(store_letters, letters=letters))
        return [None] * len(letters)


class Door:
    """A listener for one protocol. `channel` is "lmtp" or "smtp"."""

    def __init__(self, *, channel: str, host: str, port: int, limits: Limits | None = None):
        self.channel, self.host, self.port = channel, host, port
        self.limits = limits or Limits()
        self.threads, self._lines = Threads(self.limits.workers), Lines()
        self._handler = Handler(
            channel=channel, lines=self._lines, threads=self.threads, limits=self.limits
        )
        self._open: set[asyncio.BaseProtocol] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._make, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self, patience_s: float = 25.0) -> None:
        """Take no new clients, let those who are here finish for a while, then close."""
        if self._server is not None:
            self._server.close()
        deadline = asyncio.get_running_loop().time() + patience_s
        while self._count() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)
        for conversation in list(self._open):
            transport = getattr(conversation, "transport", None)
            if transport is not None:
                transport.write(b"421 4.3.2 Closing for maintenance\r\n")
                transport.close()
        await self._lines.close()
        await asyncio.get_running_loop().run_in_executor(None, self.threads.close)

    def _count(self) -> int:
        self._open = {one for one in self._open if _is_talking(one)}
        return len(self._open)

    def _make(self) -> asyncio.BaseProtocol:
        if self._count() >= self.limits.connections:
            return Busy()
        kind = LocalConversation if self.channel == "lmtp" else Conversation
        conversation = kind(
            self._handler,
            data_size_limit=self.limits.size,
            enable_SMTPUTF8=True,
            hostname=self.host,
            ident="Lastcall",
            timeout=self.limits.idle_s,
            loop=asyncio.get_running_loop(),
        )
        self._open.add(conversation)
        return conversation


def _is_talking(conversation: asyncio.BaseProtocol) -> bool:
    """A conversation counts from its creation, a moment before its transport, to its end."""
    transport = getattr(conversation, "transport", None)
    task = getattr(conversation, "_handler_coroutine", None)
    return (transport is None and task is None) or (task is not None and not task.done())
