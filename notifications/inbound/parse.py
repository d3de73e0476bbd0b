"""Turn raw bytes into a ParsedMessage. Never raises, never yields what PostgreSQL refuses."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from notifications.inbound.addresses import read_sender
from notifications.inbound.bodies import collect_body
from notifications.inbound.headers import decode_header
from notifications.inbound.message import ParsedAttachment, ParsedMessage
from notifications.inbound.mime import Part, split_message
from notifications.inbound.sanitise import clean_line

__all__ = ["ParsedAttachment", "ParsedMessage", "parse_message"]

MAX_SUBJECT = 998
MAX_REFERENCES = 200
_MAX_HEADER_TEXT = 20_000  # characters of one header that are kept
_MAX_HEADERS = 1_000
_MAX_PROBLEMS = 50

_ID = re.compile(r"<([^<>\s]{1,990})>")
_LABELS = {
    "multipart/signed": "signed",
    "multipart/encrypted": "encrypted",
    "application/pgp-encrypted": "encrypted",
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "text/calendar": "calendar",
    "application/ics": "calendar",
    "message/partial": "partial",
    "message/external-body": "external",
}


def parse_message(raw: bytes) -> ParsedMessage:
    """Return what a raw mail says. Look at `limits.find_excess` first: this only stops at caps.

    Whatever cannot be read is left out and named in `problems`.
    """
    root, excess = split_message(raw)
    hint = _find_charset(root)
    body = collect_body(root)
    sender = read_sender(root.all("from"), hint=hint)
    problems = [excess, sender.notice, *body.problems]
    return ParsedMessage(
        from_name=sender.name,
        from_email=sender.email,
        from_problem=sender.problem,
        subject=clean_line(decode_header(root.first("subject"), hint=hint), max_length=MAX_SUBJECT),
        message_id=_read_id(root.first("message-id")),
        in_reply_to=_read_id(root.first("in-reply-to"), strict=True),
        references=_read_references(root.all("references")),
        sent_at=_read_date(root.first("date")),
        text=body.text,
        html=body.html,
        attachments=tuple(body.files),
        headers=_read_headers(root, hint),
        problems=tuple(dict.fromkeys(problem for problem in problems if problem))[:_MAX_PROBLEMS],
        labels=_find_labels(root),
    )


def _find_charset(part: Part) -> str | None:
    """Return the charset that the mail's own text declares: a hint for raw 8-bit headers."""
    charset = part.type_fields.get("charset")
    if charset and part.content_type.startswith("text/"):
        return charset
    return next((found for child in part.children if (found := _find_charset(child))), None)


def _read_headers(root: Part, hint: str | None) -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            name,
            clean_line(
                decode_header(value[: 2 * _MAX_HEADER_TEXT], hint=hint),
                max_length=_MAX_HEADER_TEXT,
            ),
        )
        for name, value in root.headers[:_MAX_HEADERS]
    )


def _read_id(value: bytes, *, strict: bool = False) -> str:
    """Return the first id in a header, in brackets; a bare one gets them unless `strict`."""
    text = clean_line(value[:20_000].decode("latin-1"), max_length=20_000)
    if match := _ID.search(text):
        return match[0]
    bare = "".join(text.split()).strip("<>")
    return f"<{bare[:990]}>" if bare and (not strict or "@" in bare) else ""


def _read_references(values: list[bytes]) -> tuple[str, ...]:
    text = clean_line(b" ".join(values)[:200_000].decode("latin-1"), max_length=200_000)
    return tuple(f"<{found}>" for found in _ID.findall(text))[-MAX_REFERENCES:]


def _read_date(value: bytes) -> datetime | None:
    """Return the Date in UTC, or None when it is none that a calendar knows (THREATS 22)."""
    try:
        sent_at = parsedate_to_datetime(value[:200].decode("latin-1"))
        if sent_at.tzinfo is None:
            sent_at = sent_at.replace(tzinfo=UTC)
        return sent_at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def _find_labels(root: Part) -> tuple[str, ...]:
    labels: dict[str, None] = {}
    for part in _walk(root):
        kind = part.content_type
        if label := _LABELS.get(kind):
            labels[label] = None
        elif kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            signed = part.type_fields.get("smime-type").lower() == "signed-data"
            labels["signed" if signed else "encrypted"] = None
    return tuple(labels)


def _walk(part: Part) -> list[Part]:
    return [part, *(one for child in part.children for one in _walk(child))]
