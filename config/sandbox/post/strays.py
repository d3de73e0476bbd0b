"""Mail to a company that belongs to no case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Protocol

from config.sandbox.post.letters import Letter, Writer, describe_authentication


class StrayText(Protocol):
    """What is to be written; see config.sandbox.example.script.Stray."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


def write_stray(
    stray: StrayText, *, to: str, number: str, authserv_id: str, now: datetime
) -> Letter:
    """A new message, authenticated, with the case number put where the subject asks for it."""
    domain = stray.email.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["Authentication-Results"] = describe_authentication(
        Writer(name=stray.name, email=stray.email), domain, authserv_id=authserv_id
    )
    message["From"] = formataddr((stray.name, stray.email))
    message["To"] = to
    message["Subject"] = stray.subject.format(number=number)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{uuid.uuid4()}@{domain}>"
    for name, value in stray.headers.items():
        message[name] = value
    message.set_content(stray.text + "\n", cte="quoted-printable")
    return Letter(
        envelope_from=stray.email,
        envelope_to=to,
        raw=message.as_bytes(),
        message_id=str(message["Message-ID"]),
    )
