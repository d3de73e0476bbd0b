"""SMTP that knows on which side of the final dot it failed (G5).

Before the dot nothing was accepted and a retry is safe. Once the dot has gone out and no answer
came, the mail may be in the customer's mailbox already.
"""

from __future__ import annotations

import contextlib
import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

UNSAFE = frozenset("\r\n <>")


class _WatchesTheDot:
    """Mixed into smtplib's classes: notes the final dot and the server's last words."""

    dot_sent = False
    last_reply = ""

    def send(self, data: Any) -> None:
        super().send(data)  # type: ignore[misc]
        if isinstance(data, bytes) and data.endswith(b"\r\n.\r\n"):
            self.dot_sent = True

    def data(self, message: Any) -> tuple[int, bytes]:
        self.dot_sent = False
        code, reply = super().data(message)  # type: ignore[misc]
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

    One mail at a time: `offer` its envelope, then `complete` or `withdraw` it. Where the server
    takes commands ahead of its answers (RFC 2920), the envelope is on its way in one packet while
    the caller does something else. Nothing that commits anybody goes ahead of an answer.
    """

    _is_ahead = False
    _envelope = ("", "")

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
        self._envelope = (sender, recipient)
        self._size = f" size={size}" if self._smtp.has_extn("size") else ""
        self._is_ahead = self._smtp.has_extn("pipelining")
        if self._is_ahead:
            with contextlib.suppress(smtplib.SMTPServerDisconnected):
                self._smtp.send(self._mail + self._rcpt)

    def complete(self, message: bytes) -> None:
        """Send the mail whose envelope was offered. Raises what smtplib raises."""
        sender, recipient = self._envelope
        code, reply = self._ask(self._mail)
        if code != 250:
            if self._is_ahead and code != 421:
                self._smtp.getreply()
            self._reset(code)
            raise smtplib.SMTPSenderRefused(code, reply, sender)
        code, reply = self._ask(self._rcpt)
        if code not in (250, 251):
            self._reset(code)
            raise smtplib.SMTPRecipientsRefused({recipient: (code, reply)})
        try:
            code, reply = self._smtp.data(message)
        except smtplib.SMTPDataError as error:
            self._reset(error.smtp_code)
            raise
        if code != 250:
            self._reset(code)
            raise smtplib.SMTPDataError(code, reply)

    def withdraw(self) -> None:
        """Take back an envelope that was offered. Raises what smtplib raises."""
        if self._is_ahead:
            self._smtp.getreply()
            self._smtp.getreply()
            self._smtp.rset()

    @property
    def dot_sent(self) -> bool:
        return bool(getattr(self.connection, "dot_sent", False))

    @property
    def last_reply(self) -> str:
        return str(getattr(self.connection, "last_reply", ""))

    @property
    def _smtp(self) -> smtplib.SMTP:
        assert self.connection is not None, "open the connection first"
        return self.connection

    @property
    def _mail(self) -> str:
        return f"MAIL FROM:<{self._envelope[0]}>{self._size}\r\n"

    @property
    def _rcpt(self) -> str:
        return f"RCPT TO:<{self._envelope[1]}>\r\n"

    def _ask(self, command: str) -> tuple[int, bytes]:
        """The answer to a command, which may have gone out already."""
        if not self._is_ahead:
            self._smtp.send(command)
        return self._smtp.getreply()

    def _reset(self, code: int) -> None:
        """Make room for the next mail, as smtplib does after a refusal."""
        if code == 421:
            self._smtp.close()
            return
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            self._smtp.rset()
