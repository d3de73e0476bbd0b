"""What a door took is kept, once (G1, G2)."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from psycopg import DataError

from notifications import inbound
from notifications.inbound.doors.database import Lines
from notifications.inbound.rows import MOST_ROWS
from notifications.inbound.storing import Letter, store_letters
from notifications.models import Inbound
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db
RAW = bytes(range(256)) * 10


def store(**changes):
    mail = {
        "channel": "lmtp",
        "recipient": "Desk@Acme.example.com",
        "envelope_from": "<Robin@Customer.example.com>",
        "raw": RAW,
        "now": NOW,
    }
    return inbound.store(**{**mail, **changes})


@pytest.mark.guarantee("G1")
@pytest.mark.rule("R14")
def test_bytes_envelope_and_receipt_time_are_kept():
    mail = Inbound.objects.get(pk=store().pk)
    assert bytes(mail.raw) == RAW
    assert (mail.recipient, mail.envelope_from, mail.received_at, mail.size) == (
        "desk@acme.example.com",
        "robin@customer.example.com",
        NOW,
        2560,
    )


@pytest.mark.guarantee("G2")
@pytest.mark.rule("R14")
def test_a_second_delivery_keeps_the_first_receipt_time():
    """Seen to fail without ON CONFLICT in `rows.STORE`."""
    first = store()
    again = store(now=NOW + timedelta(days=1))
    assert again.pk == first.pk
    assert Inbound.objects.get().received_at == NOW


@pytest.mark.guarantee("G2")
@pytest.mark.parametrize(
    "change", [{"raw": RAW + b"!"}, {"recipient": "b@example.com"}, {"channel": "pipe"}]
)
def test_other_bytes_recipient_or_channel_are_another_mail(change):
    store()
    store(**change)
    assert Inbound.objects.count() == 2


def test_all_recipients_or_none():
    recipients = ["a@example.com", "b@example.com", "A@example.com"]
    rows = inbound.store_for_all(
        channel="lmtp", recipients=recipients, envelope_from="", raw=RAW, now=NOW
    )
    assert [row.recipient for row in rows] == ["a@example.com", "b@example.com"]


def test_an_unprocessed_mail_has_no_disposition_and_any_other_has_one():
    mail = store()
    for change in ({"disposition": "answer"}, {"status": "processed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Inbound.objects.filter(pk=mail.pk).update(**change)


@pytest.mark.rule("R11")
@pytest.mark.parametrize("kind", ["auto_reply", "bounce", "delay", "receipt", "list", "own"])
def test_the_database_refuses_an_automatic_mail_as_an_answer(kind):
    mail = store()
    with pytest.raises(IntegrityError), transaction.atomic():
        Inbound.objects.filter(pk=mail.pk).update(
            status="processed", disposition="answer", kind=kind
        )


def make_letter(number=0, **changes):
    fields = {
        "channel": "lmtp",
        "recipients": ["Desk@Acme.example.com"],
        "envelope_from": "<Robin@Customer.example.com>",
        "raw": RAW + bytes([number]),
        "now": NOW,
    }
    return Letter(**{**fields, **changes})


def store_together(letters):
    """As the mail door does it: on an event loop, over a connection of its own."""

    async def store_them():
        lines = Lines()
        try:
            await lines.use(partial(store_letters, letters=letters))
        finally:
            await lines.close()

    with ThreadPoolExecutor(1) as pool:  # a browser that another test opened keeps a loop in ours
        pool.submit(asyncio.run, store_them()).result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.guarantee("G1")
def test_many_at_once_are_stored_as_each_would_be_alone(thread):
    address = thread.address("reply.acme.example.com")
    store_together([make_letter(), make_letter(1, recipients=[address, "<b@Acme.example.com>"])])
    alone = store(recipient=address, raw=RAW + b"\x01", envelope_from="other@example.com")
    fields = [field.name for field in Inbound._meta.fields if field.name != "id"]
    rows = {row["recipient"]: row for row in Inbound.objects.values(*fields)}
    assert set(rows) == {"desk@acme.example.com", address, "b@acme.example.com"}
    assert bytes(rows[address].pop("raw")) == RAW + b"\x01"
    assert alone.pk == Inbound.objects.get(recipient=address).pk
    Inbound.objects.all().delete()
    store(recipient=address, raw=RAW + b"\x01")
    again = Inbound.objects.values(*fields).get()
    assert bytes(again.pop("raw")) == RAW + b"\x01"
    assert again == rows[address]


@pytest.mark.django_db(transaction=True)
@pytest.mark.guarantee("G2")
def test_duplicates_among_many_are_stored_once_with_the_first_receipt_time():
    store(raw=RAW + b"\x00")
    later = NOW + timedelta(days=1)
    store_together([make_letter(number, now=later) for number in (0, 1, 1)])
    assert sorted(Inbound.objects.values_list("received_at", flat=True)) == [NOW, later]
    store_together([make_letter(1)])
    assert Inbound.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [2, MOST_ROWS + 1], ids=["one statement", "two statements"])
def test_many_are_stored_all_or_none(count):
    letters = [make_letter(number) for number in range(count)]
    with pytest.raises(DataError):
        store_together([*letters[:-1], make_letter(count, channel="x" * 100)])
    assert not Inbound.objects.exists()
    store_together(letters)
    assert Inbound.objects.count() == count
