"""What a mailbox shows of a message. The desk's mail is well-formed; anything else is shown raw."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

HEADER_LIMIT = 900


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The parts of a message that a mailbox page shows and a reply needs."""

    from_name: str = ""
    from_email: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    message_id: str = ""
    references: str = ""
    reply_to: str = ""


def summarise(raw: bytes) -> Summary:
    """Read a message. Never raises: what cannot be read is shown as it came."""
    try:
        return _summarise(raw)
    except Exception:
        return Summary(subject="(unreadable)", text=clean(raw.decode("utf-8", "replace")))


def _summarise(raw: bytes) -> Summary:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    name, address = read_address(message, "From")
    return Summary(
        from_name=name,
        from_email=address,
        subject=read_header(message, "Subject"),
        text=read_body(message, "plain"),
        html=read_body(message, "html"),
        message_id=read_header(message, "Message-ID"),
        references=read_header(message, "References"),
        reply_to=read_address(message, "Reply-To")[1],
    )


def read_header(message: EmailMessage, name: str) -> str:
    """One header as one clean line."""
    return clean(" ".join(str(message.get(name, "")).split()))[:HEADER_LIMIT]


def read_address(message: EmailMessage, name: str) -> tuple[str, str]:
    """Display name and address of the first one in the header, the address in lower case."""
    found = getaddresses([str(value) for value in message.get_all(name, [])])
    shown, address = found[0] if found else ("", "")
    return clean(shown)[:300], clean(address).lower()[:300]


def read_body(message: EmailMessage, kind: str) -> str:
    """The text or HTML part, or nothing."""
    part = message.get_body(preferencelist=(kind,))
    return clean(part.get_content()) if part is not None else ""


def clean(text: str) -> str:
    """Without what PostgreSQL cannot store; line ends as one character."""
    text = text.replace("\x00", "").replace("\r\n", "\n")
    return text.encode("utf-8", "replace").decode("utf-8")
