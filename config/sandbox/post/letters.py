"""What customers send: replies as their mail programs write them, and out-of-office notes.

The `Authentication-Results` header is the one that the MTA in front of the desk would add.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from zoneinfo import ZoneInfo

from config.sandbox.models import SandboxMail

MAX_REFERENCES = 12


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message and its envelope, ready for the door."""

    envelope_from: str
    envelope_to: str
    raw: bytes
    message_id: str


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who writes, where, and whether the receiving MTA could authenticate it."""

    name: str
    email: str
    authenticated: bool = True
    zone: str = "UTC"
    locale: str = "en"


def write_reply(
    *, mail: SandboxMail, writer: Writer, text: str, authserv_id: str, now: datetime
) -> Letter:
    """A person's answer: their words, the attribution, the original quoted below."""
    message = start_letter(mail, writer, authserv_id=authserv_id, now=now)
    message["Subject"] = prefix_subject(mail.subject, "AW" if writer.locale == "de" else "Re")
    body = f"{text.strip()}\n\n{attribute(mail, writer)}\n\n{quote(mail.text)}"
    message.set_content(body, cte="quoted-printable")
    return finish(message, mail, envelope_from=writer.email)


def write_auto_reply(
    *, mail: SandboxMail, writer: Writer, text: str, authserv_id: str, now: datetime
) -> Letter:
    """An out-of-office note as RFC 3834 wants it: nobody read the mail."""
    message = start_letter(mail, writer, authserv_id=authserv_id, now=now)
    german = writer.locale == "de"
    message["Subject"] = prefix_subject(
        mail.subject, "Abwesenheit" if german else "Automatic reply"
    )
    message["Auto-Submitted"] = "auto-replied"
    message["Precedence"] = "bulk"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text.strip() + "\n", cte="quoted-printable")
    return finish(message, mail, envelope_from="")


def start_letter(
    mail: SandboxMail, writer: Writer, *, authserv_id: str, now: datetime
) -> EmailMessage:
    """The headers that every letter has, those of the receiving MTA on top."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=200))
    domain = writer.email.rpartition("@")[2] or "unknown.example"
    local = now.astimezone(ZoneInfo(writer.zone))
    message["Authentication-Results"] = describe_authentication(
        writer, domain, authserv_id=authserv_id
    )
    message["Received"] = (
        f"from mail.{domain} (mail.{domain} [192.0.2.25]) by {authserv_id} with ESMTPS; "
        f"{format_datetime(now)}"
    )
    message["From"] = formataddr((writer.name, writer.email))
    message["To"] = mail.answer_address
    message["Date"] = format_datetime(local)
    message["Message-ID"] = f"<{uuid.uuid4()}@{domain}>"
    if mail.message_id:
        known = [*mail.references.split(), mail.message_id]
        message["In-Reply-To"] = mail.message_id
        message["References"] = " ".join(known[-MAX_REFERENCES:])
    return message


def describe_authentication(writer: Writer, domain: str, *, authserv_id: str) -> str:
    if writer.authenticated:
        return (
            f"{authserv_id}; spf=pass smtp.mailfrom={domain}; "
            f"dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
        )
    return f"{authserv_id}; spf=none smtp.mailfrom={domain}; dmarc=none header.from={domain}"


def finish(message: EmailMessage, mail: SandboxMail, *, envelope_from: str) -> Letter:
    return Letter(
        envelope_from=envelope_from,
        envelope_to=mail.answer_address,
        raw=message.as_bytes(),
        message_id=str(message["Message-ID"]),
    )


def prefix_subject(subject: str, prefix: str) -> str:
    """“Re: …”, once."""
    plain = subject.strip()
    return plain if plain.lower().startswith(f"{prefix.lower()}:") else f"{prefix}: {plain}"


def attribute(mail: SandboxMail, writer: Writer) -> str:
    """The line above the quotation, in the writer's language and zone."""
    at = mail.received_at.astimezone(ZoneInfo(writer.zone))
    sender = f"{mail.from_name} <{mail.from_email}>" if mail.from_name else mail.from_email
    if writer.locale == "de":
        return f"Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {sender}:"
    return f"On {at:%a}, {at.day} {at:%b %Y} at {at:%H:%M}, {sender} wrote:"


def quote(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.strip().splitlines())
