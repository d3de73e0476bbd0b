"""What customers send is read by the desk's own intake as it should be."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from config.sandbox.example.script import Stray
from config.sandbox.models import SandboxMail
from config.sandbox.post.letters import Writer, write_auto_reply, write_reply
from config.sandbox.post.strays import write_stray
from notifications.inbound.authentic import authenticate
from notifications.inbound.automatic import classify
from notifications.inbound.parse import parse_message
from notifications.inbound.reply_text import extract_reply

NOW = datetime(2026, 11, 2, 15, 12, tzinfo=UTC)
AUTHSERV = "mx.lastcall.example"
ROSA = Writer(name="Rosa Vale", email="rosa@fernwood.example.com", zone="America/Chicago")
MAIL = SandboxMail(
    mailbox=ROSA.email,
    from_name="Larkspur Voice",
    from_email="cancellations@larkspur.example.com",
    reply_to="reply+abcdefghijklmnop@reply.larkspur.example.com",
    subject="4831-0726-5: your services are cancelled",
    text="Hello Rosa,\n\nyour services are cancelled.\n",
    message_id="<lc.abc.7@larkspur.example.com>",
    references="<lc.abc.5@larkspur.example.com>",
    received_at=datetime(2026, 11, 1, 5, 0, tzinfo=UTC),
)


def test_a_reply_as_mail_programs_write_it() -> None:
    letter = write_reply(
        mail=MAIL, writer=ROSA, text="Please restore our lines.", authserv_id=AUTHSERV, now=NOW
    )
    assert (letter.envelope_from, letter.envelope_to) == (ROSA.email, MAIL.reply_to)
    parsed = parse_message(letter.raw)
    assert (parsed.from_name, parsed.from_email) == (ROSA.name, ROSA.email)
    assert parsed.subject == f"Re: {MAIL.subject}"
    assert parsed.in_reply_to == MAIL.message_id
    assert parsed.references == (MAIL.references, MAIL.message_id)
    assert parsed.sent_at == NOW
    assert "On Sun, 1 Nov 2026 at 00:00, Larkspur Voice" in parsed.text
    assert "> your services are cancelled." in parsed.text
    assert extract_reply(parsed.text).text.strip() == "Please restore our lines."
    assert classify(parsed).kind == "human"
    assert authenticate(parse_message(letter.raw), authserv_id=AUTHSERV).result == "pass"


def test_a_german_reply() -> None:
    writer = Writer(name="Anke Roth", email="anke@kachelwerk.example.com", locale="de",
                    zone="Europe/Berlin")  # fmt: skip
    letter = write_reply(
        mail=MAIL, writer=writer, text="Bitte zurück.", authserv_id=AUTHSERV, now=NOW
    )
    parsed = parse_message(letter.raw)
    assert parsed.subject == f"AW: {MAIL.subject}"
    assert "Am 01.11.2026 um 06:00 schrieb Larkspur Voice" in parsed.text
    assert extract_reply(parsed.text).text.strip() == "Bitte zurück."


def test_a_stranger_is_not_authenticated() -> None:
    stranger = Writer(name="K.", email="k@mailhost.example.net", authenticated=False)
    letter = write_reply(mail=MAIL, writer=stranger, text="Restore.", authserv_id=AUTHSERV, now=NOW)
    assert authenticate(parse_message(letter.raw), authserv_id=AUTHSERV).result == "none"


@pytest.mark.rule("R11")
def test_an_out_of_office_note_is_automatic() -> None:
    letter = write_auto_reply(
        mail=MAIL, writer=ROSA, text="I am away.", authserv_id=AUTHSERV, now=NOW
    )
    assert letter.envelope_from == ""
    parsed = parse_message(letter.raw)
    assert parsed.subject.startswith("Automatic reply: ")
    assert classify(parsed).kind == "auto_reply"


def test_a_stray_mail_names_the_case() -> None:
    stray = Stray(
        company="larkspur", days_ago=1, at="09:00", name="T. Grey", email="t@example.net",
        subject="Case {number}", text="Hello", headers={"List-Id": "<news.example.com>"},
    )  # fmt: skip
    letter = write_stray(
        stray, to="cancellations@larkspur.example.com", number="4831-0726-5",
        authserv_id=AUTHSERV, now=NOW,
    )  # fmt: skip
    message = message_from_bytes(letter.raw, policy=policy.default)
    assert message["Subject"] == "Case 4831-0726-5"
    assert message["List-Id"] == "<news.example.com>"
    assert message["In-Reply-To"] is None
