"""Headers that lie, loop, swell or hide (THREATS 19–24)."""

from __future__ import annotations

import pytest

from notifications.inbound.automatic import classify
from notifications.inbound.limits import find_excess
from notifications.inbound.parse import parse_message
from tests.hostile.storable import assert_storable, list_texts

OURS = "<lc.abcdefghijklmnop.7@acme.example>"


@pytest.mark.threat(19)
@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("Subject: Automatic reply: x", "auto_reply"),
        ("Subject: Re: x\nAuto-Submitted: auto-replied", "auto_reply"),
        ("Subject: x\nX-Lastcall-Id: 7", "own"),
        ("Subject: x\nX-Lastcall-Id: 7\nAuto-Submitted: auto-generated", "own"),
        ("Subject: Re: x\nReturn-Path: <>", "auto_reply"),
    ],
)
def test_what_no_person_wrote_is_never_human(headers: str, kind: str) -> None:
    raw = f"From: ada@customer.example\n{headers}\n\nYes, restore it.\n"
    assert classify(parse_message(raw.encode())).kind == kind


@pytest.mark.threat(19)
def test_a_loop_is_stopped_by_its_hops() -> None:
    raw = b"Received: from a by b; now\n" * 101 + b"From: a@b.example\n\nx"
    assert "loop" in str(find_excess(raw))


@pytest.mark.threat(20)
def test_a_forged_bounce_names_only_what_it_claims() -> None:
    """The id is looked up by the pipeline, to the letter; here nothing is invented."""
    daemon = "From: MAILER-DAEMON@evil.example\nSubject: Undelivered Mail\n\nuser unknown\n"
    assert classify(parse_message(daemon.encode())).original_message_id is None
    forged = daemon + "Message-ID: <guess@acme.example>\n"
    assert classify(parse_message(forged.encode())).original_message_id == "<guess@acme.example>"


@pytest.mark.threat(21)
def test_message_ids_may_be_missing_doubled_or_absurd() -> None:
    assert parse_message(b"From: a@b.example\n\nx").message_id == ""
    twice = b"Message-ID: <1@x>\nMessage-ID: <2@x>\n\nx"
    assert parse_message(twice).message_id == "<1@x>"
    absurd = b"Message-ID: <" + b"a" * 5_000 + b"@x>\n\nx"
    assert len(parse_message(absurd).message_id) <= 998
    assert parse_message(b"Message-ID: <>\n\nx").message_id == ""


@pytest.mark.threat(22)
@pytest.mark.parametrize(
    "value",
    [
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 +0000",
        "Sat, 0 Foo 0000 99:99:99 +9999",
        "-1",
        "9" * 5_000,
        "\x00\u202e",
    ],
)
def test_an_absurd_date_is_read_or_left_out(value: str) -> None:
    parsed = parse_message(f"Date: {value}\nFrom: a@b.example\n\nx".encode())
    assert parsed.sent_at is None or parsed.sent_at.utcoffset() is not None
    assert parsed.text == "x"


@pytest.mark.threat(23)
@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"Subject: " + b"=?utf-8?q?a?= " * 3_000 + b"\n\nx", "encoded words"),
        (b"From: " + b"=?utf-8?q?a?= " * 3_000 + b"<a@b.example>\n\nx", "encoded words"),
        (b"From: " + b"(" * 5_000 + b" a@b.example\n\nx", "brackets"),
        (b"To: x\n (((((((((((((((((((((((((((((((((((\n\nx", "brackets"),
        (b"X-A: b\n" * 100_000 + b"\nx", "headers"),
        (b"X-A: b\n" * 2_000 + b"\nx", "headers"),
        (b"Subject: " + b"a" * 150_000 + b"\n\nx", "header is longer"),
        (b"Subject: a\n" + b" b\n" * 50_000 + b"\n\nx", "header is longer"),
        (b"From: a@b.example\n" + b"a" * 1_000_000, "headers are larger"),
    ],
)
def test_swollen_headers_are_refused_before_parsing(raw: bytes, cause: str) -> None:
    assert cause in str(find_excess(raw))
    assert_storable(parse_message(raw))


@pytest.mark.threat(24)
def test_no_control_or_bidi_character_gets_into_a_line() -> None:
    nasty = "a\x00b\x07c\x1b[31md\u202ee\u2066f\u2069g\u200bh\ufeffi\u2028j\x85k\U000e0041l"
    encoded = "".join(f"={byte:02X}" for byte in nasty.encode())
    raw = (
        f"From: =?utf-8?q?{encoded}?= <ada@customer.example>\n"
        f"Subject: =?utf-8?q?{encoded}?=\n"
        f"X-Note: =?utf-8?q?{encoded}?=\n"
        f'Content-Type: text/plain; name="=?utf-8?q?{encoded}?="\n'
        "Content-Disposition: attachment\n\nx"
    )
    parsed = parse_message(raw.encode())
    lines = [parsed.from_name, parsed.subject, parsed.header("x-note"), parsed.attachments[0].name]
    assert lines == ["abc[31mdefghi j kl"] * 4
    assert_storable(parsed)


@pytest.mark.threat(24)
def test_line_breaks_in_encoded_words_make_no_header() -> None:
    raw = b"Subject: =?utf-8?q?x=0D=0ABcc:_eve=40evil.example=0D=0A?=\nFrom: a@b.example\n\ny"
    parsed = parse_message(raw)
    assert parsed.subject == "x Bcc: eve@evil.example"
    assert parsed.header("bcc") == ""
    assert not any("\n" in text for name, text in parsed.headers)
    assert all("\r" not in text for text in list_texts(parsed))
