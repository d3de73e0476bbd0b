"""Whether PostgreSQL could take all that was read from a mail."""

from __future__ import annotations

import json

from notifications.inbound.message import ParsedMessage


def list_texts(parsed: ParsedMessage) -> list[str]:
    """Return every text of a parsed mail."""
    texts = [
        parsed.from_name,
        parsed.from_email,
        parsed.from_problem,
        parsed.subject,
        parsed.message_id,
        parsed.in_reply_to,
        parsed.text,
        parsed.html,
        *parsed.references,
        *parsed.problems,
        *parsed.labels,
    ]
    texts += [text for header in parsed.headers for text in header]
    for file in parsed.attachments:
        texts += [file.name, file.content_type, file.content_id, file.label(1)]
    return texts


def assert_storable(parsed: ParsedMessage) -> None:
    """Fail when a text holds NUL or a lone surrogate, or a line is longer than its column."""
    for text in list_texts(parsed):
        assert "\x00" not in text
        text.encode("utf-8")
        json.dumps(text)
    assert len(parsed.subject) <= 998
    assert len(parsed.message_id) <= 998
    assert len(parsed.in_reply_to) <= 998
    assert len(parsed.from_email) <= 320
    assert len(parsed.from_name) <= 320
    assert all(len(file.name) <= 255 for file in parsed.attachments)
    assert all(len(file.content_type) <= 127 for file in parsed.attachments)
