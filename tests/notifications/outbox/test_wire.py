"""The bytes that we write say the same as Django's own message."""

from __future__ import annotations

import email
import email.policy

import pytest

from notifications.outbox.message import build_message
from notifications.outbox.wire import write_message
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db
IGNORED = {"content-type", "content-transfer-encoding", "mime-version"}


def read(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    headers = {
        name.lower(): " ".join(str(value).split())
        for name, value in message.items()
        if name.lower() not in IGNORED
    }
    bodies = [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n").rstrip("\n"))
        for part in message.walk()
        if not part.is_multipart()
    ]
    return headers, message.get_content_type(), bodies


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"html": ""},
        {"subject": "Kündigung – Ihr Termin am 31. März 2026, bitte antworten Sie " * 3},
        {"subject": "A long subject in plain words that goes on beyond one line " * 3},
        {"subject": ""},
        {"to_name": "Müller, Jörg", "from_name": 'Acme "Cancel" (Desk), Inc.'},
        {"to_name": "Ångström 株式会社 " * 9, "from_name": ""},
        {"text": "Größe: 5 €\n\n.\n..dots\nFrom here\n" + "x" * 5000 + "\n", "html": ""},
        {"text": "a=b\ttab \n trailing  \n" * 5 + "ü" * 2000, "html": "<p>ü</p>" * 2000},
        {"text": "no end of line", "html": "<p>no end of line"},
        {"text": "", "html": ""},
        {"in_reply_to": "<a@example.com>", "automatic": False},
    ],
)
def test_it_reads_as_djangos_message_does(make_email, changes):
    make_email()
    mail = make_email(**changes)
    ours = write_message(mail, now=NOW)
    theirs = build_message(mail, now=NOW).message().as_bytes(linesep="\r\n")
    assert read(ours) == read(theirs)


def test_a_subject_that_looks_encoded_arrives_as_it_was_written(make_email):
    headers, _, _ = read(write_message(make_email(subject="=?utf-8?q?a?= b"), now=NOW))
    assert headers["subject"] == "=?utf-8?q?a?= b"


def test_every_line_is_ascii_short_and_ends_in_crlf(make_email):
    for _ in range(12):
        make_email(in_reply_to=f"<{'i' * 800}@example.com>")
    mail = make_email(
        in_reply_to=f"<{'i' * 800}@example.com>",
        subject="Kündigung " * 20,
        to_name="Jörg " * 30,
        text="ü" * 3000,
        html="<p>" + "a" * 3000,
    )
    raw = write_message(mail, now=NOW)
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 998


@pytest.mark.threat(67)
@pytest.mark.parametrize("text", ["a\rb", "a\x0bb", "a\x85b", "a\u2028b", "\r", "a\r\rb\n"])
def test_odd_line_ends_in_the_body_stay_in_the_body(make_email, text):
    raw = write_message(make_email(text=text, html=text), now=NOW)
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


@pytest.mark.guarantee("G5")
def test_a_resend_is_the_same_to_the_byte(make_email):
    mail = make_email()
    assert write_message(mail, now=NOW) == write_message(mail, now=NOW)
