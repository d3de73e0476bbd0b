"""The customers' mailboxes: what is shown, and answers that leave by real SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client

from accounts.roles import Role
from cases.actions import information
from cases.models import Case
from config import clock
from config.sandbox.example.play import CHANNEL
from config.sandbox.models import SandboxFault, SandboxMail
from config.sandbox.post.sink import Sink
from notifications import inbound
from notifications.models import Inbound
from tests.config.sandbox.conftest import World
from tests.factories import make_contact, make_user

QUESTIONS = [
    {"key": "why", "text": "Who authorises this?", "kind": "text"},
    {"key": "port", "text": "Do you keep numbers?", "kind": "yes_no"},
]


class Door:
    """The desk's door on a thread, as small as it can be: store the bytes, say 250."""

    refuse = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        for recipient in envelope.rcpt_tos:
            await asyncio.get_running_loop().run_in_executor(
                None, store, recipient, envelope.mail_from, envelope.content
            )
        return "250 OK"


def store(recipient: str, sender: str, raw: bytes) -> None:
    from django.db import connection

    inbound.store(
        channel=CHANNEL, recipient=recipient, envelope_from=sender, raw=raw, now=clock.now()
    )
    connection.close()


@pytest.fixture
def door(settings: Any, transactional_db: None) -> Iterator[Door]:
    from aiosmtpd.controller import Controller

    from tests.notifications.sink import find_port

    handler = Door()
    controller = Controller(handler, hostname="127.0.0.1", port=find_port())
    controller.start()
    settings.DOOR_HOST, settings.DOOR_SMTP_PORT = "127.0.0.1", controller.port
    yield handler
    controller.stop()


@pytest.fixture
def asked(sink: Sink, world: World) -> SandboxMail:
    """The mail with two questions, as it arrived."""
    case = world.open_case()
    information.request_information(
        case_id=case.pk, actor=world.actor, now=clock.now(), questions=QUESTIONS
    )
    world.settle()
    return SandboxMail.objects.get()


def test_shows_whose_mail_there_is(agent: Client, asked: SandboxMail, world: World) -> None:
    page = agent.get("/sandbox/mailbox/").content.decode()
    assert "Rosa Vale" in page
    assert world.customer.name in page
    assert "Rosa Vale" not in agent.get("/sandbox/mailbox/?q=nobody").content.decode()
    assert "Nobody like that" in agent.get("/sandbox/mailbox/?q=nobody").content.decode()


def test_reading_is_no_change_until_the_page_says_so(agent: Client, asked: SandboxMail) -> None:
    page = agent.get(f"/sandbox/mail/{asked.pk}/").content.decode()
    assert asked.subject in page
    assert "Answer everything" in page
    asked.refresh_from_db()
    assert asked.read_at is None
    assert agent.post(f"/sandbox/mail/{asked.pk}/read/").status_code == 204
    asked.refresh_from_db()
    assert asked.read_at is not None


def test_the_html_can_do_nothing(agent: Client, asked: SandboxMail) -> None:
    answer = agent.get(f"/sandbox/mail/{asked.pk}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy.replace("form-action", "")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    raw = agent.get(f"/sandbox/mail/{asked.pk}/raw/")
    assert raw.headers["Content-Type"].startswith("text/plain")
    assert raw.content == bytes(asked.raw)


def test_a_reply_really_reaches_the_desk(
    agent: Client, asked: SandboxMail, door: Door, world: World
) -> None:
    page = agent.post(
        f"/sandbox/mail/{asked.pk}/answer/", {"who": "customer", "text": "1. Rosa\n2. No."}
    )
    sent = SandboxMail.objects.get(box="sent")
    assert (page.status_code, page.url) == (302, f"/sandbox/mail/{sent.pk}/")  # type: ignore[attr-defined]
    world.settle()
    mail = Inbound.objects.get()
    assert (mail.matched_by, mail.authenticity, mail.disposition) == ("token", "pass", "answer")
    assert mail.reply_text.strip() == "1. Rosa\n2. No."
    assert Case.objects.get().state == "in_review"
    shown = agent.get(f"/sandbox/mail/{sent.pk}/").content.decode()
    assert "The desk has read it" in shown
    assert Case.objects.get().number in shown


@pytest.mark.rule("R11")
def test_an_out_of_office_note_changes_nothing(
    agent: Client, asked: SandboxMail, door: Door, world: World
) -> None:
    agent.post(f"/sandbox/mail/{asked.pk}/answer/", {"who": "out_of_office", "text": ""})
    world.settle()
    assert Inbound.objects.get().kind == "auto_reply"
    assert Case.objects.get().state == "awaiting_customer"


def test_a_stranger_is_asked_about(
    agent: Client, asked: SandboxMail, door: Door, world: World
) -> None:
    agent.post(
        f"/sandbox/mail/{asked.pk}/answer/",
        {"who": "stranger", "text": "It is me.", "name": "K.", "email": "k@mailhost.example.net"},
    )
    world.settle()
    assert Inbound.objects.get().authenticity == "none"
    assert Case.objects.get().todos.get().kind == "unverified_sender"


def test_a_colleague_answers_to_the_senders_address(
    agent: Client, asked: SandboxMail, door: Door, world: World
) -> None:
    ben = make_contact(customer=world.customer, owner=False, email="ben@fernwood.example.com")
    agent.post(
        f"/sandbox/mail/{asked.pk}/answer/",
        {"who": str(ben.pk), "text": "I answer for Rosa.", "to_sender": "on"},
    )
    world.settle()
    mail = Inbound.objects.get()
    assert (mail.from_email, mail.recipient) == (ben.email, world.customer.brand.email_from)
    assert mail.matched_by == "message_id"


def test_a_phrase_without_scripts_is_sent_as_it_is(
    agent: Client, asked: SandboxMail, door: Door
) -> None:
    agent.post(
        f"/sandbox/mail/{asked.pk}/answer/",
        {"who": "customer", "text": "", "phrase": "partial", "locale": "en"},
    )
    sent = SandboxMail.objects.get(box="sent")
    assert sent.text.startswith("1. Rosa Vale, owner\n\nI have to find out")


def test_a_closed_door_keeps_what_was_written(
    agent: Client, asked: SandboxMail, settings: Any
) -> None:
    settings.DOOR_HOST, settings.DOOR_SMTP_PORT = "127.0.0.1", 9
    page = agent.post(f"/sandbox/mail/{asked.pk}/answer/", {"who": "customer", "text": "My words"})
    assert page.status_code == 422
    assert "does not answer" in page.content.decode()
    assert "My words" in page.content.decode()
    assert not SandboxMail.objects.filter(box="sent").exists()


def test_a_door_that_refuses_is_quoted(agent: Client, asked: SandboxMail, door: Door) -> None:
    door.refuse = "451 4.3.0 Try again later"
    page = agent.post(f"/sandbox/mail/{asked.pk}/answer/", {"who": "customer", "text": "Hello"})
    assert page.status_code == 422
    assert "451 4.3.0 Try again later" in page.content.decode()


def test_nothing_written_is_a_field_error(agent: Client, asked: SandboxMail) -> None:
    page = agent.post(f"/sandbox/mail/{asked.pk}/answer/", {"who": "customer", "text": " "})
    assert page.status_code == 422
    assert "choose a phrase" in page.content.decode()
    page = agent.post(f"/sandbox/mail/{asked.pk}/answer/", {"who": "99999999", "text": "x"})
    assert page.status_code == 422


def test_an_address_can_misbehave_and_behave(agent: Client, asked: SandboxMail) -> None:
    url = f"/sandbox/mailbox/{asked.mailbox}/fault/"
    agent.post(url, {"behaviour": "bounce", "delay_minutes": "15"})
    fault = SandboxFault.objects.get()
    assert (fault.address, fault.behaviour, fault.delay_minutes) == (asked.mailbox, "bounce", 15)
    agent.post(url, {"behaviour": "explode"})
    assert SandboxFault.objects.get().behaviour == "bounce"
    agent.post(url, {"behaviour": ""})
    assert not SandboxFault.objects.exists()


@pytest.mark.django_db
def test_who_may_not(client: Client, asked: SandboxMail) -> None:
    urls = ["/sandbox/mailbox/", f"/sandbox/mail/{asked.pk}/", "/sandbox/clock/"]
    assert {client.get(url).status_code for url in urls} == {302}
    client.force_login(make_user(role=Role.AUDITOR))
    assert {client.get(url).status_code for url in [*urls, "/sandbox/provider/"]} == {403}
    assert client.get("/sandbox/clock/bar/").status_code == 204


def test_changes_by_post_alone(agent: Client, asked: SandboxMail) -> None:
    for url in (
        f"/sandbox/mail/{asked.pk}/answer/", f"/sandbox/mail/{asked.pk}/read/",
        f"/sandbox/mailbox/{asked.mailbox}/fault/", "/sandbox/clock/move/",
        "/sandbox/clock/real/", "/sandbox/clock/resume/",
    ):  # fmt: skip
        assert agent.get(url).status_code == 405, url


def test_the_same_queries_for_one_box_and_for_many(
    agent: Client, asked: SandboxMail, django_assert_max_num_queries: Any
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(60) as seen:
            agent.get("/sandbox/mailbox/")
        return len(seen)

    one = count()
    for n in range(30):
        asked.pk, asked.mailbox = None, f"person{n}@example.com"
        asked.save(force_insert=True)
    assert count() == one
