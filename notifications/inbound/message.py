"""What a mail says, as plain data: the result of `parse.parse_message`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

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

    @cached_property
    def headers_by_name(self) -> dict[str, list[str]]:
        """Every value of each header, topmost first, by its name in lower case."""
        found: dict[str, list[str]] = {}
        for name, value in self.headers:
            found.setdefault(name.lower(), []).append(value)
        return found

    def header(self, name: str) -> str:
        """Return the first value of a header, or ""."""
        values = self.headers_by_name.get(name.lower())
        return values[0] if values else ""

    def all_headers(self, name: str) -> list[str]:
        """Return every value of a header, topmost first."""
        return self.headers_by_name.get(name.lower(), [])

    def find_files(self, *content_types: str) -> tuple[ParsedAttachment, ...]:
        """Return the attachments of these types."""
        return tuple(file for file in self.attachments if file.content_type in content_types)
