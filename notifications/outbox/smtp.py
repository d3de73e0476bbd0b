"""SMTP that knows on which side of the final dot it failed (G5).

Before the dot nothing was accepted and a retry is safe. Once the dot has gone out and no answer
came, the mail may be in the customer's mailbox already.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend


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
    """Django's SMTP backend over a connection that knows where it failed."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return WatchfulSMTPS if self.use_ssl else WatchfulSMTP

    def send_bytes(self, sender: str, recipients: Sequence[str], message: bytes) -> None:
        """Send a message that is written already. Raises what smtplib raises."""
        assert self.connection is not None, "open the connection first"
        self.connection.sendmail(sender, recipients, message)

    @property
    def dot_sent(self) -> bool:
        return bool(getattr(self.connection, "dot_sent", False))

    @property
    def last_reply(self) -> str:
        return str(getattr(self.connection, "last_reply", ""))
