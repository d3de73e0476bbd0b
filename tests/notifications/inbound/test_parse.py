"""Dates, ids, structure: what the messages of tests/data/mail do not show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from notifications.inbound.bodies import file_name
from notifications.inbound.mime import split_message
from notifications.inbound.parse import parse_message


@pytest.mark.parametrize(
    ("value", "sent_at"),
    [
        ("Mon, 2 Mar 2026 09:15:00 +0100", datetime(2026, 3, 2, 8, 15, tzinfo=UTC)),
        ("2 Mar 2026 09:15 GMT", datetime(2026, 3, 2, 9, 15, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 09:15:00 -0000", datetime(2026, 3, 2, 9, 15, tzinfo=UTC)),
        ("", None),
        ("tomorrow", None),
        ("Mon, 99 Mar 2026 09:15:00 +0100", None),
        ("Mon, 2 Mar 99999 09:15:00 +0100", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Mon, 2 Mar 2026 09:15:00 +999999", None),
    ],
)
def test_a_date_is_utc_or_nothing(value: str, sent_at: datetime | None) -> None:
    assert parse_message(f"Date: {value}\n\nx".encode()).sent_at == sent_at


def test_ids_are_read_in_brackets() -> None:
    raw = (
        b"Message-ID: bare@customer.example\nIn-Reply-To: Your mail of Monday <a@b> and <c@d>\n"
        b"References: <1@x>junk<2@x>\n <3@x>\nReferences: <4@x>\n\nx"
    )
    parsed = parse_message(raw)
    assert parsed.message_id == "<bare@customer.example>"
    assert parsed.in_reply_to == "<a@b>"
    assert parsed.references == ("<1@x>", "<2@x>", "<3@x>", "<4@x>")


def test_only_the_last_references_are_kept() -> None:
    raw = b"References: " + b" ".join(b"<%d@x>" % number for number in range(300)) + b"\n\nx"
    assert parse_message(raw).references[-1] == "<299@x>"
    assert len(parse_message(raw).references) == 200


def test_headers_are_decoded_and_found_by_name() -> None:
    parsed = parse_message(b"X-A: 1\nSubject: =?utf-8?q?=C3=BC?=\nx-a: 2\n\nx")
    assert parsed.header("subject") == "ü"
    assert parsed.all_headers("X-A") == ["1", "2"]
    assert parsed.header("missing") == ""


def test_the_structure_is_told() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n"
        b"--b\nContent-Type: image/png; name=a.png\n\ny\n--b--\n"
    )
    root, _ = split_message(raw)
    parts = [(part.content_type, part.depth, file_name(part)) for part in (root, *root.children)]
    assert parts == [("multipart/mixed", 0, ""), ("text/plain", 1, ""), ("image/png", 1, "a.png")]


def test_a_nameless_file_still_has_a_label() -> None:
    raw = b"Content-Type: message/rfc822\n\nSubject: x\n\ny"
    (file,) = parse_message(raw).attachments
    assert (file.name, file.label(1), file.content) == (
        "", "forwarded message.eml", b"Subject: x\n\ny",
    )  # fmt: skip


def test_an_encoded_attached_message_is_decoded() -> None:
    raw = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA=="
    assert parse_message(raw).attachments[0].content == b"Subject: x"


def test_an_empty_message_is_empty() -> None:
    parsed = parse_message(b"")
    assert (parsed.text, parsed.html, parsed.attachments) == ("", "", ())
    assert parsed.from_problem == "there is no From"
