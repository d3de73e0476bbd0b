"""What a mail says, as plain data: the result of `parse.parse_message`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notifications.inbound.filenames import suggest_name


@dataclass(frozen=True, kw_only=True)
class ParsedAttachment:
    """A file that came with a mail. `name` is its label, "" when the mail gives none."""

    name: str
    content_type: str
    content: bytes
    inline: bool
    content_id: str = ""  # without its brackets

    def label(self, number: int) -> str:
        """Return the name to show for the `number`-th file (from 1)."""
        return self.name or suggest_name(self.content_type, number)


@dataclass(frozen=True, kw_only=True)
class PartInfo:
    """One part of the mail's structure, for a person who looks into a strange one."""

    content_type: str
    depth: int  # 0 is the whole mail
    size: int  # bytes, still transfer-encoded
    name: str


@dataclass(frozen=True, kw_only=True)
class ParsedMessage:
    """A mail, decoded. Every text in it is storable in PostgreSQL.

    `from_email` is as written; compare it through `addresses.normalise_address`. Ids carry their
    angle brackets. `sent_at` is the Date header (UTC), for information only: it may be forged.
    `text` and `html` are both whole, with all quoted history.
    """

    from_name: str
    from_email: str
    from_problem: str  # why the sender is not clear, in plain words; "" when it is
    subject: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sent_at: datetime | None
    text: str
    html: str
    attachments: tuple[ParsedAttachment, ...]
    headers: tuple[tuple[str, str], ...]  # decoded, in their order
    problems: tuple[str, ...]  # what was broken, in plain words
    labels: tuple[str, ...]  # signed, encrypted, tnef, calendar, partial, external
    parts: tuple[PartInfo, ...]

    def header(self, name: str) -> str:
        """Return the first value of a header, or ""."""
        return next(iter(self.all_headers(name)), "")

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Return every value of a header, topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def find_files(self, *content_types: str) -> tuple[ParsedAttachment, ...]:
        """Return the attachments of these types."""
        return tuple(file for file in self.attachments if file.content_type in content_types)
