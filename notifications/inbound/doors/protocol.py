"""SMTP and LMTP as the door speaks them: aiosmtpd with our limits and our words.

What differs: the message is read in large pieces, not line by line; a bare `\\n.\\r\\n` never ends
it (THREATS 1); lines may have any length; LMTP answers once per recipient; every limit has its
enhanced status code (THREATS 2–6); and whatever fails on our side is temporary.
"""

from __future__ import annotations

import asyncio
import math
import re
from typing import Any, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, syntax

END = b"\r\n.\r\n"
PIECE = 64 * 1024
LONGEST_DATA_S = 900.0
MAX_HELD_BYTES = 512 * 1024 * 1024

TOO_LARGE = "552 5.3.4 Message is larger than this system accepts"
TOO_BUSY = "452 4.3.1 Too much mail at once, try again later"
TOO_SLOW = "421 4.4.2 Timeout, closing the connection"
TOO_MANY_CONNECTIONS = "421 4.3.2 Too many connections, try again later"
OUR_FAULT = "451 4.3.0 Try again later"

# Answers after which something else than the next command is awaited.
LAST_WORDS = (b"354", b"221", b"421")
_WORD = r"[a-z0-9!#$%&'*/=?^_`{|}~+-]+"
PLAIN_ADDRESS = re.compile(
    rf"<({_WORD}(?:\.{_WORD})*@{_WORD}(?:\.{_WORD})*)>((?: .*)?)\Z", re.ASCII | re.IGNORECASE
)

# aiosmtpd's own words, where they lack the status code.
WORDS = {
    "552 Error: message size exceeds fixed maximum message size": TOO_LARGE,
    "503 Error: need RCPT command": "554 5.5.1 No valid recipients",
    "500 Command line too long": "500 5.5.2 Command line too long",
}


class Held:
    """How many bytes of unfinished messages this process holds, over all connections."""

    total = 0


class Conversation(SMTP):
    """One client's SMTP conversation."""

    line_length_limit = PIECE
    answers_each_recipient = False
    _replies = b""
    _ends_at = _message_ends_at = math.inf  # by the loop's clock

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Let the client have so many seconds from now, but no message longer than it may take.

        Every command and every piece asks for this. So the end is noted only, and the one timer
        that runs looks at it when it goes off: to set a timer for each costs more than to read it.
        """
        ends_at = self.loop.time() + (duration or self._timeout_duration)
        self._ends_at = min(ends_at, self._message_ends_at)
        if self._timeout_handle is None or self._timeout_handle.when() > self._ends_at:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._timeout_handle = self.loop.call_at(self._ends_at, self._timeout_cb)

    def _timeout_cb(self) -> None:
        if self.transport is None:
            return
        if self.loop.time() < self._ends_at:
            self._set_timer()
            return
        cast(asyncio.WriteTransport, self.transport).write(TOO_SLOW.encode() + b"\r\n")
        super()._timeout_cb()

    async def push(self, status: Any) -> None:
        """Answer; to commands that came in one piece, in one piece (RFC 2920, 3.2)."""
        reply = WORDS.get(status, status).encode() if isinstance(status, str) else status
        self._replies += reply + b"\r\n"
        if reply[:3] not in LAST_WORDS and b"\n" in self._reader._buffer:  # type: ignore[attr-defined]
            return
        replies, self._replies = self._replies, b""
        self._writer.write(replies)
        await self._writer.drain()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Read an ordinary address at a glance; the standard library's parser takes its time."""
        plain = PLAIN_ADDRESS.match(arg)
        if plain is None:
            found: tuple[str | None, str | None] = super()._getaddr(arg)
            return found
        return plain[1], plain[2]

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        recipients = self.envelope.rcpt_tos if self.envelope else []
        if not recipients:
            await self.push(WORDS["503 Error: need RCPT command"])
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        answers = len(recipients) if self.answers_each_recipient else 1
        reply = await self._take_message()
        self._set_post_data_state()
        await self.push("\r\n".join([reply] * answers))

    async def _take_message(self) -> str:
        """Read a message, hand it over, and return the answer. What fails of ours is a 451."""
        self._message_ends_at = self.loop.time() + LONGEST_DATA_S
        pieces: list[bytes] = []
        try:
            problem = await self._read(pieces)
            if problem:
                return problem
            self._reset_timeout(LONGEST_DATA_S)  # our own work is not the client's slowness
            content = unstuff(b"".join(pieces))
            return str(await self.event_handler.take(self.session, self.envelope, content))
        except Exception as error:
            return str(await self.event_handler.handle_exception(error))
        finally:
            Held.total -= sum(map(len, pieces))
            self._message_ends_at = math.inf

    async def _read(self, pieces: list[bytes]) -> str:
        """Read up to the final dot into `pieces`; return why the message is refused, or ""."""
        size, problem, ended = 0, "", False
        # The end of the DATA command's line is that of the message's first: it may be the dot.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        while not ended:
            try:
                piece = await self._reader.readuntil(END)
                ended = True
            except asyncio.LimitOverrunError as overrun:
                piece = await self._reader.read(max(overrun.consumed, 1))
            self._reset_timeout()
            size += len(piece)
            if self.data_size_limit and size > self.data_size_limit + len(END):
                problem = TOO_LARGE
            elif Held.total + len(piece) > MAX_HELD_BYTES:
                problem = problem or TOO_BUSY
            if not problem:
                Held.total += len(piece)
                pieces.append(piece)
            elif pieces:
                Held.total -= sum(map(len, pieces))
                pieces.clear()
        return problem


class LocalConversation(LMTP, Conversation):
    """The same in LMTP, where every recipient has an answer of its own (RFC 2033)."""

    answers_each_recipient = True


class Busy(asyncio.Protocol):
    """What a client meets when too many are here already."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)
        transport.write(TOO_MANY_CONNECTIONS.encode() + b"\r\n")
        transport.close()


def unstuff(content: bytes) -> bytes:
    """Return what stands between the end of the DATA command's line and the final dot's line,
    without the dots that transparency added (RFC 5321, 4.5.2)."""
    return content[:-3].replace(b"\r\n.", b"\r\n")[2:]
