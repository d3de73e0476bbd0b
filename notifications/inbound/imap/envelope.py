"""For whom a mail in a mailbox came, by what our own server wrote above it.

The agent that put the mail into the mailbox wrote its lines on top, above the first Received. What
stands below came with the mail, and anybody may have written it.
"""

from __future__ import annotations

from dataclasses import dataclass

from notifications.inbound.mailboxes import clean_envelope_address

MOST_LINES = 60
MOST_BYTES = 20_000


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """`sender` is "" where no Return-Path was written, or an empty one."""

    recipient: str
    sender: str


def read_envelope(raw: bytes, *, header: str, address: str) -> Envelope:
    """Return the envelope; the recipient is from `header`, or `address` where it names none."""
    found = _read_top(raw)
    recipient = clean_envelope_address(found.get(header.lower(), "")) if header else ""
    local, at, domain = recipient.rpartition("@")
    is_address = bool(at and local and domain) and not any(c.isspace() for c in recipient)
    return Envelope(
        recipient=recipient if is_address else clean_envelope_address(address),
        sender=clean_envelope_address(found.get("return-path", "")),
    )


def _read_top(raw: bytes) -> dict[str, str]:
    """The first of each header above the first Received, by lower-case name."""
    found: dict[str, str] = {}
    name = ""
    for line in raw[:MOST_BYTES].split(b"\n", MOST_LINES)[:MOST_LINES]:
        text = line.rstrip(b"\r").decode("utf-8", "replace")
        if not text.strip():
            break
        if text[0] in " \t":
            if name:
                found[name] += " " + text.strip()
            continue
        key, colon, value = text.partition(":")
        key = key.strip().lower()
        if not colon or key == "received":
            break
        name = key if key not in found else ""
        found.setdefault(key, value.strip())
    return found
