"""Mail that came in time and is not understood yet holds what cannot be undone (G11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications import inbound, outbox
from notifications.models import Inbound
from tests.notifications.conftest import NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.rule("R14"),
    pytest.mark.rule("R23"),
    pytest.mark.guarantee("G11"),
]
SECOND = timedelta(seconds=1)
CUSTOMER = "robin@customer.example.com"


@pytest.fixture
def waits(thread):
    def ask(instant=NOW, emails=(CUSTOMER,)):
        return inbound.has_unprocessed_before(thread_id=thread.pk, instant=instant, emails=emails)

    return ask


def receive(recipient, *, at=NOW, sender="a@example.com", **fields):
    mail = inbound.store(
        channel="smtp", recipient=recipient, envelope_from=sender, raw=b"x", now=at
    )
    Inbound.objects.filter(pk=mail.pk).update(**fields)
    return mail


def test_nothing_came(waits):
    assert not waits()


@pytest.mark.rule("R54")
def test_unprocessed_mail_to_the_thread_in_time(thread, waits):
    receive(thread.address("r.example.com"))
    assert waits(NOW + SECOND)
    assert waits(NOW)  # a tie favours the customer
    assert not waits(NOW - SECOND)


def test_it_does_not_hold_another_thread(thread, waits):
    receive(outbox.open_thread(now=NOW).address("r.example.com"))
    assert not waits()


def test_unprocessed_mail_to_a_general_address_may_be_anybodys(waits):
    receive("desk@acme.example.com")
    assert waits()


def test_processed_mail_holds_no_more(thread, waits):
    for number, fate in enumerate(["answer", "automatic", "bounce", "handled", "not_customer"]):
        receive(
            f"reply+{thread.token}.{number}@r.example.com",
            status="processed",
            disposition=fate,
            from_email=CUSTOMER,
        )
    assert not waits()


def test_quarantine_to_the_thread_holds_until_a_person_looked(thread, waits):
    address = thread.address("r.example.com")
    mail = receive(address, status="quarantined", disposition="quarantined")
    assert waits()
    Inbound.objects.filter(pk=mail.pk).update(disposition="handled")
    assert not waits()


@pytest.mark.parametrize("fate", ["quarantined", "unmatched"])
def test_mail_from_an_address_on_file_holds_wherever_it_was_sent(waits, fate):
    receive("desk@acme.example.com", status="processed", disposition=fate, from_email=CUSTOMER)
    assert waits()
    assert not waits(emails=["other@customer.example.com"])
    assert not waits(emails=[])


def test_poison_from_an_address_on_file_is_known_by_its_envelope(waits):
    receive(
        "desk@acme.example.com", sender=CUSTOMER, status="quarantined", disposition="quarantined"
    )
    assert waits(emails=[CUSTOMER.upper()])


def test_unmatched_strangers_hold_nothing(waits):
    receive(
        "desk@acme.example.com",
        status="processed",
        disposition="unmatched",
        from_email="x@example.com",
    )
    assert not waits()


def test_unmatched_mail_in_the_thread_holds(thread, waits):
    receive("desk@acme.example.com", status="processed", disposition="unmatched", thread=thread)
    assert waits()


def test_it_is_two_queries_however_much_there_is(thread, waits, django_assert_num_queries):
    for number in range(30):
        receive(f"reply+{thread.token}.{number}@r.example.com")
    with django_assert_num_queries(2):
        waits()
