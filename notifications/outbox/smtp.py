"""SMTP that knows on which side of the final dot it failed (G5).

Before the dot nothing was accepted and a retry is safe. Once the dot has gone out and no answer
came, the mail may be in the customer's mailbox already.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
from collections.abc import Callable, Iterator
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

from notifications.outbox import stopping

UNSAFE = frozenset("\r\n <>")
CLOSING = 421
GO_ON = 354  # the server waits for the mail's lines: there is no way back but to hang up
WANTED = ((250,), (250, 251), (GO_ON,))  # for MAIL, RCPT and DATA
Answer = tuple[int, bytes]


class _WatchesTheDot:
    """Mixed into smtplib's classes: notes the final dot and the server's last words, and hangs up
    when its worker stops."""

    dot_sent = False
    last_reply = ""
    sock: socket.socket | None = None

    def connect(self, *args: Any, **options: Any) -> Answer:
        stopping.note_talk(self)
        answer: Answer = super().connect(*args, **options)  # type: ignore[misc]
        return answer

    def hang_up(self) -> None:
        if self.sock is not None:
            with contextlib.suppress(OSError):
                # Not a TLS connection's own method: somebody is reading from it.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect, in a shorter time than the server has for its answers."""
        if stopping.is_told():
            raise ConnectionAbortedError("this worker has been told to stop")
        least = min(timeout, stopping.CONNECT_S)
        found: socket.socket = super()._get_socket(host, port, least)  # type: ignore[misc]
        found.settimeout(timeout)
        return found

    def send(self, data: Any) -> None:
        super().send(data)  # type: ignore[misc]
        if isinstance(data, bytes) and data.endswith(b"\r\n.\r\n"):
            self.dot_sent = True

    def send_lines(self, content: bytes) -> Answer:
        """Send a mail, which ends in CRLF, after the server said 354; return its answer."""
        self.dot_sent = False
        self.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        code, reply = self.getreply()  # type: ignore[attr-defined]
        if not 200 <= code <= 599:
            raise smtplib.SMTPServerDisconnected("no intelligible reply after the final dot")
        # A reply is certainty, whatever it says: from here on nothing is unknown.
        self.dot_sent = False
        self.last_reply = f"{code} {reply.decode('utf-8', 'replace')}"
        return code, reply


class WatchfulSMTP(_WatchesTheDot, smtplib.SMTP):
    pass


class WatchfulSMTPS(_WatchesTheDot, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    """Django's SMTP backend over a connection that knows where it failed.

    One mail at a time: `offer` it, then `complete` or `withdraw` it. Where the server takes
    commands ahead of its answers (RFC 2920), MAIL, RCPT and DATA go out in one packet, and are
    answered while the caller does something else. The mail itself never goes ahead of an answer.
    """

    _is_ahead = False
    _commands: tuple[str, ...] = ()
    _errors: tuple[Callable[[int, bytes], smtplib.SMTPException], ...] = ()  # when refused

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WatchfulSMTPS if self.use_ssl else WatchfulSMTP

    def open(self) -> bool | None:
        """Connect and greet. Raises OSError, also when the server does not want to talk."""
        is_new: bool | None = super().open()
        if self.connection is not None:
            self.connection.ehlo_or_helo_if_needed()
        return is_new

    def offer(self, sender: str, recipient: str, *, size: int) -> None:
        """Begin a mail of `size` bytes. Raises ValueError for an address that no command holds;
        a broken connection shows in what follows."""
        for address in (sender, recipient):
            if not address.isascii() or set(address) & UNSAFE:
                raise ValueError("the address cannot stand in a command")
        self._errors = (
            lambda code, reply: smtplib.SMTPSenderRefused(code, reply, sender),
            lambda code, reply: smtplib.SMTPRecipientsRefused({recipient: (code, reply)}),
            smtplib.SMTPDataError,
        )
        known_size = f" size={size}" if self._smtp.has_extn("size") else ""
        mail = f"MAIL FROM:<{sender}>{known_size}\r\n"
        self._commands = (mail, f"RCPT TO:<{recipient}>\r\n", "DATA\r\n")
        self._is_ahead = self._smtp.has_extn("pipelining")
        if self._is_ahead:
            with contextlib.suppress(smtplib.SMTPServerDisconnected):
                self._smtp.send("".join(self._commands))

    def complete(self, content: bytes) -> None:
        """Send the mail that was offered. Raises what smtplib raises."""
        answers = list(self._read_answers())
        for (code, reply), wanted, explain in zip(answers, WANTED, self._errors, strict=False):
            if code not in wanted:
                self._go_back(answers[-1][0])
                raise explain(code, reply)
        code, reply = self._smtp.send_lines(content)
        if code != 250:
            self._go_back(code)
            raise smtplib.SMTPDataError(code, reply)

    def withdraw(self) -> None:
        """Take back a mail that was offered. Raises nothing, and may leave no connection."""
        if self._is_ahead:
            self._smtp.close()

    @property
    def dot_sent(self) -> bool:
        return bool(getattr(self.connection, "dot_sent", False))

    @property
    def last_reply(self) -> str:
        return str(getattr(self.connection, "last_reply", ""))

    @property
    def _smtp(self) -> Any:
        assert self.connection is not None, "open the connection first"
        return self.connection

    def _read_answers(self) -> Iterator[Answer]:
        """The answers to all commands, or to the first that is refused when each waits for one."""
        for command, wanted in zip(self._commands, WANTED, strict=True):
            if not self._is_ahead:
                self._smtp.send(command)
            code, reply = self._smtp.getreply()
            yield code, reply
            if code == CLOSING or (code not in wanted and not self._is_ahead):
                return

    def _go_back(self, last_code: int) -> None:
        """Make room for the next mail after a refusal."""
        if last_code in (CLOSING, GO_ON):
            self._smtp.close()
            return
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            self._smtp.rset()
