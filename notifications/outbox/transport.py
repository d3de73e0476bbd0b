"""One connection to the mail server, reused for many mails, whose failures have a meaning."""

from __future__ import annotations

import contextlib
import logging
import smtplib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notifications.models import Email
from notifications.outbox.message import build_message
from notifications.outbox.outcome import Kind, Outcome
from notifications.outbox.smtp import EmailBackend
from notifications.outbox.wire import write_message

log = logging.getLogger(__name__)

DJANGO_SMTP = "django.core.mail.backends.smtp.EmailBackend"
OUR_SMTP = "notifications.outbox.smtp.EmailBackend"
TIMEOUT_S = 30
PERMANENT_HTTP = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 413, 415, 422})
NOT_ACCEPTED_HTTP = frozenset({408, 409, 425, 429, 503})


class CannotConnect(Exception):
    """The mail server cannot be reached or will not talk to us. No mail is to blame."""


class Transport:
    """Send messages through the configured backend, over one connection while it lasts."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._used = False
        self._email: Email
        self._mail: Any = None  # bytes for SMTP, Django's message for a mail provider

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Connect unless connected. Raises CannotConnect."""
        if self._backend is not None:
            return
        backend = _make_backend()
        try:
            backend.open()
        except Exception as error:
            with contextlib.suppress(Exception):
                backend.close()
            raise CannotConnect(_describe(error)) from error
        self._backend, self._used = backend, False

    def close(self) -> None:
        """Say good-bye. Never raises: everything worth knowing is known by then."""
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(Exception):
                backend.close()

    def offer(self, email: Email, *, now: datetime) -> Outcome | None:
        """Write one mail, and begin it at the server where that commits nobody to anything.

        Returns an outcome only for a mail that cannot be written: it must not hold up the others.
        Otherwise `send` or `withdraw` must follow. Call `open` before.
        """
        self._email = email
        try:
            if isinstance(self._backend, EmailBackend):
                self._mail = write_message(email, now=now)
                self._offer(self._backend)
            else:
                self._mail = build_message(email, now=now)
        except Exception as error:
            log.exception("mail cannot be built", extra={"email": email.pk})
            return Outcome(kind=Kind.REFUSED, detail=f"cannot be built: {error}")
        return None

    def send(self) -> Outcome:
        """Send what was offered and say what came of it. Raises CannotConnect, else nothing.

        A connection that the server closed between two mails is opened anew, once.
        """
        was_used, self._used = self._used, True
        outcome = self._try()
        if outcome.connection_lost:
            self.close()
            if outcome.kind is Kind.RETRY and was_used:
                self.open()
                self._used = True
                if isinstance(self._backend, EmailBackend):
                    self._offer(self._backend)
                outcome = self._try()
                if outcome.connection_lost:
                    self.close()
        return outcome

    def withdraw(self) -> None:
        """Take back what was offered."""
        if isinstance(self._backend, EmailBackend):
            self._backend.withdraw()
            self.close()

    def _offer(self, backend: EmailBackend) -> None:
        backend.offer(self._email.return_path, self._email.to_email, size=len(self._mail))

    def _try(self) -> Outcome:
        if isinstance(self._backend, EmailBackend):
            return self._try_smtp(self._backend)
        try:
            self._backend.send_messages([self._mail])
        except Exception as error:
            return classify_other(error)
        return _accepted_by_provider(self._mail)

    def _try_smtp(self, backend: EmailBackend) -> Outcome:
        try:
            backend.complete(self._mail)
        except Exception as error:
            return classify_smtp(error, dot_sent=backend.dot_sent)
        return Outcome(kind=Kind.ACCEPTED, detail=backend.last_reply)


def classify_smtp(error: Exception, *, dot_sent: bool) -> Outcome:
    """Say what an exception of smtplib means for the mail (THREATS 64, 66)."""
    detail = _describe(error)
    code = _reply_code(error)
    if dot_sent:
        return Outcome(kind=Kind.UNKNOWN, detail=detail, connection_lost=True)
    if code is not None and 500 <= code <= 599:
        return Outcome(kind=Kind.REFUSED, detail=detail)
    if code is not None and 400 <= code <= 499 and code != 421:
        return Outcome(kind=Kind.RETRY, detail=detail)
    return Outcome(kind=Kind.RETRY, detail=detail, connection_lost=True)


def classify_other(error: Exception) -> Outcome:
    """Say what an exception of a mail provider's API means: only its refusal is certain."""
    detail = _describe(error)
    status = getattr(error, "status_code", None)
    if status in PERMANENT_HTTP:
        return Outcome(kind=Kind.REFUSED, detail=detail)
    if status in NOT_ACCEPTED_HTTP or isinstance(error, ConnectionRefusedError):
        return Outcome(kind=Kind.RETRY, detail=detail, connection_lost=True)
    return Outcome(kind=Kind.UNKNOWN, detail=detail, connection_lost=True)


def _make_backend() -> Any:
    path = settings.EMAIL_BACKEND
    if path not in (DJANGO_SMTP, OUR_SMTP):
        return get_connection(path)
    return get_connection(OUR_SMTP, timeout=settings.EMAIL_TIMEOUT or TIMEOUT_S)


def _reply_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _ in error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    return None


def _describe(error: Exception) -> str:
    """Return the server's words if it said any, else what happened."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        words = [f"{code} {_text(reply)}" for code, reply in error.recipients.values()]
        return "; ".join(words)[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:500]


def _text(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return text.replace("\x00", "")


def _accepted_by_provider(message: EmailMultiAlternatives) -> Outcome:
    status = getattr(message, "anymail_status", None)
    provider_id = str(getattr(status, "message_id", None) or "")
    detail = f"accepted as {provider_id}"[:500] if status is not None else "accepted"
    return Outcome(kind=Kind.ACCEPTED, detail=detail, provider_id=provider_id)
