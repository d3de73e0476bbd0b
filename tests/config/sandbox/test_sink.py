"""The customers' mail server, spoken to by real SMTP."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from django.core.management import CommandError, call_command

from config import clock
from config.sandbox.models import SandboxFault, SandboxMail
from config.sandbox.post.bounces import send_due_bounces
from config.sandbox.post.faults import UnknownBehaviour, find_fault, set_fault
from config.sandbox.post.letters import Letter
from config.sandbox.post.postman import DoorClosed
from config.sandbox.post.sink import Sink

TO = "rosa@fernwood.example.com"
BACK = "reply+abcdefghijklmnop.7@reply.larkspur.example.com"


def make_mail(to: str = TO) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Larkspur Voice <cancellations@larkspur.example.com>"
    mail["To"] = to
    mail["Reply-To"] = BACK
    mail["Subject"] = "Vier Fragen zu Ihrer Kündigung"
    mail["Message-ID"] = "<lc.abc.7@larkspur.example.com>"
    mail["References"] = "<lc.abc.6@larkspur.example.com>"
    mail.set_content("Grüße\n")
    mail.add_alternative("<p>Grüße</p>", subtype="html")
    return mail


def send(sink: Sink, to: str = TO) -> None:
    with smtplib.SMTP(sink.host, sink.port, timeout=5) as smtp:
        smtp.send_message(make_mail(to), from_addr=BACK, to_addrs=[to])


def test_keeps_what_arrives(sink: Sink) -> None:
    at = datetime.now(UTC) + timedelta(days=40)
    clock.move_to(at)
    send(sink)
    mail = SandboxMail.objects.get()
    assert (mail.mailbox, mail.envelope_from, mail.reply_to) == (TO, BACK, BACK)
    assert mail.subject == "Vier Fragen zu Ihrer Kündigung"
    assert (mail.text, mail.html) == ("Grüße\n", "<p>Grüße</p>\n")
    assert mail.message_id == "<lc.abc.7@larkspur.example.com>"
    assert mail.size == len(bytes(mail.raw))
    assert timedelta(0) <= mail.received_at - at < timedelta(seconds=20)
    assert (mail.read_at, mail.bounce) == (None, "")


def test_one_copy_for_each_recipient(sink: Sink) -> None:
    with smtplib.SMTP(sink.host, sink.port, timeout=5) as smtp:
        smtp.sendmail(BACK, [TO, "Other@fernwood.example.com"], make_mail().as_bytes())
    assert set(SandboxMail.objects.values_list("mailbox", flat=True)) == {
        TO,
        "other@fernwood.example.com",
    }


@pytest.mark.parametrize(("behaviour", "code"), [("refuse", 550), ("defer", 451)])
def test_refuses_and_defers(sink: Sink, behaviour: str, code: int) -> None:
    set_fault(address=TO.upper(), behaviour=behaviour)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(sink)
    assert refusal.value.recipients[TO][0] == code
    assert not SandboxMail.objects.exists()
    set_fault(address=TO, behaviour="")
    send(sink)
    assert SandboxMail.objects.count() == 1


def test_silence_after_the_final_dot(sink: Sink) -> None:
    set_fault(address=TO, behaviour="silent")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sink)
    assert SandboxMail.objects.count() == 1, "it may have it: here it has"


@pytest.mark.django_db
def test_names_that_misbehave() -> None:
    assert find_fault("bounce+rosa@fernwood.example.com").behaviour == "bounce"  # type: ignore[union-attr]
    assert find_fault("rosa+bounce@fernwood.example.com") is None
    assert find_fault(TO) is None
    with pytest.raises(UnknownBehaviour):
        set_fault(address=TO, behaviour="explode")


def test_bounces_later_and_once(sink: Sink) -> None:
    SandboxFault.objects.create(address=TO, behaviour="bounce", delay_minutes=30)
    send(sink)
    mail = SandboxMail.objects.get()
    posted: list[Letter] = []
    early = mail.received_at + timedelta(minutes=29)
    assert send_due_bounces(now=early, post=posted.append) == 0
    late = mail.received_at + timedelta(minutes=30)
    assert send_due_bounces(now=late, post=posted.append) == 1
    assert send_due_bounces(now=late, post=posted.append) == 0
    (letter,) = posted
    assert (letter.envelope_from, letter.envelope_to) == ("", BACK)
    report = message_from_bytes(letter.raw)
    assert report.get_content_type() == "multipart/report"
    words, status, headers = report.get_payload()  # type: ignore[misc]
    assert TO in words.get_payload()
    blocks = status.get_payload()
    assert (blocks[1]["Action"], blocks[1]["Status"]) == ("failed", "5.1.1")
    assert "<lc.abc.7@larkspur.example.com>" in headers.get_payload()


def test_a_closed_door_leaves_the_bounce_due(sink: Sink) -> None:
    send(sink, "bounce+rosa@fernwood.example.com")

    def refuse(letter: Letter) -> None:
        raise DoorClosed("closed")

    now = clock.now()
    assert send_due_bounces(now=now, post=refuse) == 0
    assert SandboxMail.objects.get().bounce == "due"


def test_a_taken_port_gets_a_clear_message(sink: Sink) -> None:
    with pytest.raises(CommandError, match=f"cannot listen on 127.0.0.1:{sink.port}"):
        call_command("mail_sink", "--port", str(sink.port))
