"""A flood of mail holds up no customer and makes us flood nobody (G22)."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from django.db import connection

from notifications import inbound
from notifications.inbound import rows
from notifications.models import Email, Inbound
from tests.cases.build import Desk
from tests.rules.helpers import bring_to

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G22")]
FLOOD, BATCH = 80, 20


@pytest.fixture
def desk(db: None, sink: Any) -> Desk:
    return Desk(items=1)


def pour(
    desk: Desk, *, token: str = "", sender: str = "x@flood.example", count: int = FLOOD
) -> None:
    """Mails that the doors have stored in one minute, and nobody has read."""
    recipient = f"reply+{token}@{desk.brand.reply_domain}" if token else "support@acme.example.com"
    mails = []
    for number in range(count):
        raw = f"From: {sender}\r\nTo: {recipient}\r\nSubject: {number}\r\n\r\nHello {number}\r\n"
        at = desk.now + timedelta(milliseconds=number)
        digest = sha256(raw.encode()).hexdigest()
        mails.append(("lmtp", recipient, token, sender, raw.encode(), digest, at))
    stored = psycopg.Cursor(connection.connection).execute(*rows.write_insert(mails))
    assert stored.rowcount == count


def wait_for_mail(desk: Desk, mail: Inbound) -> int:
    """How many mails were read until this one was."""
    read = 0
    while Inbound.objects.get(pk=mail.pk).status == "received":
        read += inbound.process_due(now=desk.now, limit=BATCH)
        assert read < FLOOD, "the reply waited behind the flood"
    return read


def test_a_customers_reply_passes_a_flood_of_strangers(desk: Desk) -> None:
    """Seen to fail while `LOOK` took all mail by its age."""
    case = desk.ask(desk.open())
    pour(desk)
    desk.now += timedelta(minutes=1)
    reply = desk.reply(case, "It is used by nobody.", process=False)
    assert wait_for_mail(desk, reply) <= BATCH
    assert desk.read(case).state == "in_review"


def test_a_flooded_thread_leaves_room_for_the_others(desk: Desk) -> None:
    """Seen to fail while replies took the whole batch."""
    case = desk.ask(desk.open())
    pour(desk, token=case.thread.token, count=FLOOD - 20)
    desk.now += timedelta(minutes=1)
    pour(desk, sender="new@customer.example", count=1)
    mail = Inbound.objects.get(envelope_from="new@customer.example")
    assert wait_for_mail(desk, mail) <= BATCH


def test_strangers_are_answered_by_nobody(desk: Desk) -> None:
    """No automatic answer, no bounce, no read receipt: a forged sender would get it."""
    case = bring_to(desk, "closed")
    before = Email.objects.count()
    pour(desk, count=10)
    pour(desk, token=case.thread.token, sender="stranger@flood.example", count=10)
    desk.now += timedelta(minutes=1)
    desk.run()
    assert Email.objects.count() == before


def test_a_known_sender_is_answered_once_a_day(desk: Desk) -> None:
    """A mail program that answers our answers ends there; also with two cases.

    Seen to fail without ANSWER_BY_ADDRESS (one for each case), and without the key of the mail
    (one for each of theirs).
    """
    first = bring_to(desk, "closed")
    second = bring_to(Desk(items=1), "closed")
    type(second.contact).objects.filter(pk=second.contact.pk).update(email=first.contact.email)
    desk.now = max(desk.now, second.ended_at) + timedelta(hours=1)
    before = Email.objects.count()
    for number in range(3):
        for case in (first, desk.read(second)):
            desk.reply(case, f"Do you read this? {number}")
    assert Email.objects.count() == before + 1
    desk.now += timedelta(days=1)
    desk.reply(first, "Still there?")
    assert Email.objects.count() == before + 2
