"""Machine-readable reports in mail: delivery status, read receipts, complaints (RFC 6522)."""

from __future__ import annotations

import html as html_entities
import re
from dataclasses import dataclass

from notifications.inbound.headers import decode_header
from notifications.inbound.message import ParsedMessage
from notifications.inbound.mime import read_part_headers
from notifications.inbound.parameters import read_type
from notifications.inbound.sanitise import clean_text

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RECEIPT_TYPES = ("message/disposition-notification", "message/global-disposition-notification")
COMPLAINT_TYPES = ("message/feedback-report",)
RETURNED_TYPES = ("message/rfc822", "message/global", "text/rfc822-headers", "text/rfc822")

_FIELD = re.compile(
    r"^([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]*([^\n]*(?:\n[ \t]+[^\n]+)*)", re.MULTILINE
)
_ID_LINE = re.compile(
    r"^[ \t>|*]{0,20}(?:x-)?(?:microsoft-|original-)?message[- ]id[*\"]{0,2}\s{0,3}:"
    r"\s{0,40}[*\"]{0,2}\s{0,40}(<[^<>\s]{3,900}>|[^\s<>\"]{1,400}@[^\s<>\"]{1,400})",
    re.MULTILINE | re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,500}>")
_MAX_TEXT = 200_000
_MAX_FILE = 100_000


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The fields of a report, all its blocks together; names in lower case."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Return every value of a field, lower-case."""
        return [value.lower() for key, value in self.pairs if key == name]

    def has(self, *names: str) -> bool:
        """Say whether any of these fields is there."""
        return any(key in names for key, _ in self.pairs)


def find_report_type(parsed: ParsedMessage) -> str:
    """Return what a multipart/report reports on, "" for any other mail."""
    declared = parsed.header("content-type")
    if "multipart/report" not in declared.lower():
        return ""
    kind = read_type(declared.encode("utf-8", "replace"))
    if kind.value != "multipart/report":
        return ""
    return kind.get("report-type").lower() or "unknown"


def read_fields(parsed: ParsedMessage, types: tuple[str, ...]) -> Fields | None:
    """Return the fields of the first attached report of these types, or None."""
    for file in parsed.find_files(*types):
        text = _read_file(file.content)
        return Fields(
            pairs=tuple(
                (name.lower(), " ".join(value.split())) for name, value in _FIELD.findall(text)
            )
        )
    return None


def read_plain_text(parsed: ParsedMessage) -> str:
    """Return the text, or that of the HTML with its tags taken out, for looking into a report."""
    if parsed.text.strip():
        return parsed.text[:_MAX_TEXT]
    return html_entities.unescape(_TAG.sub("\n", parsed.html[:_MAX_TEXT]))


def find_named_ids(parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the Message-IDs that a report names, the likeliest first, in brackets.

    From the returned message, the report's fields, the text, and last the headers of the report
    itself. They are claims: only one that we gave away counts (THREATS 20).
    """
    found: dict[str, None] = {}
    for file in parsed.find_files(*RETURNED_TYPES):
        _add_header_ids(found, file.content[:_MAX_FILE])
    for types in (STATUS_TYPES, RECEIPT_TYPES, COMPLAINT_TYPES):
        fields = read_fields(parsed, types)
        for name in ("original-message-id", "x-original-message-id", "message-id"):
            for value in fields.all(name) if fields else []:
                _add(found, value)
    for value in _ID_LINE.findall(read_plain_text(parsed)):
        _add(found, value)
    for file in parsed.attachments:
        if file.content_type.startswith("text/") and file.content_type not in RETURNED_TYPES:
            for value in _ID_LINE.findall(_read_file(file.content)):
                _add(found, value)
    _add(found, parsed.in_reply_to)
    for value in reversed(parsed.references):
        _add(found, value)
    found.pop(parsed.message_id, None)
    return tuple(found)[:20]


def _add_header_ids(found: dict[str, None], content: bytes) -> None:
    wanted = ("message-id", "x-original-message-id", "x-microsoft-original-message-id")
    headers = [(name.lower(), value) for name, value in read_part_headers(content)]
    for name in (*wanted, "references", "in-reply-to"):
        for key, value in headers:
            if key == name:
                for piece in decode_header(value[:20_000]).split():
                    _add(found, piece)


def _read_file(content: bytes) -> str:
    return clean_text(content[:_MAX_FILE].decode("latin-1"))


def _add(found: dict[str, None], value: str) -> None:
    bare = value.strip().strip("<>,;")
    if "@" in bare and len(bare) <= 990 and bare.isprintable() and " " not in bare:
        found[f"<{bare}>"] = None
