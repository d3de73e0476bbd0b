"""An address that staff wrote lately gets no code; refusals are said in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Contact
from cases.actions.codes import AddressIsNew, send_code
from cases.actions.intake import NotCovered
from cases.models import Code
from cases.views.customer.case import say_refusal
from notifications.models import Email
from tests import factories
from tests.accounts.test_admin import edit_url, fill
from tests.cases.build import CALL, Desk
from tests.cases.portal.conftest import Customer

pytestmark = pytest.mark.django_db


def change_contact(desk: Desk, **values: Any) -> Contact:
    """What a supervisor posts on the customer's page of the admin."""
    client = Client()
    client.force_login(
        factories.make_user(role="supervisor"), backend="config.sign_in.backend.StaffBackend"
    )
    posted = fill(client, edit_url(desk.customer))
    posted |= {f"contacts-0-{name}": value for name, value in values.items()}
    assert client.post(edit_url(desk.customer), posted).status_code == 302
    return Contact.objects.get(pk=desk.contact.pk)


def ask_code(desk: Desk, case: Any, contact: Contact) -> None:
    send_code(case_id=case.pk, contact=contact, client="203.0.113.1", now=desk.now)


def test_codes_wait_a_day_after_staff_changed_the_address() -> None:
    desk = Desk()
    case = desk.open()
    contact = change_contact(desk, email="mallory@elsewhere.example")
    assert contact.email_since == CALL
    with pytest.raises(AddressIsNew):
        ask_code(desk, case, contact)
    assert not Code.objects.exists()
    desk.now += timedelta(hours=24)
    ask_code(desk, case, contact)
    assert Code.objects.get().email == "mallory@elsewhere.example"


@pytest.mark.parametrize(
    ("locale", "subject", "said"),
    [
        ("en", "Your email address at {} was changed", "On Monday 21 September 2026 at 10:00"),
        ("de", "Ihre E-Mail-Adresse bei {} wurde geändert", "Am Montag, 21. September 2026 um"),
    ],
)
def test_the_old_address_is_told_in_the_customers_language(
    locale: str, subject: str, said: str
) -> None:
    desk = Desk(locale=locale)
    before = desk.contact.email
    change_contact(desk, email="mallory@elsewhere.example")
    mail = Email.objects.get(purpose="address_changed")
    assert (mail.to_email, mail.from_email) == (before, desk.brand.email_from)
    assert mail.subject == subject.format(desk.brand.name)
    for shown in (mail.text, mail.html):
        assert said in shown
        assert "m•••@elsewhere.example" in shown
        assert "mallory" not in shown
    desk.run()
    mail.refresh_from_db()
    assert mail.status == Email.Status.SENT


def test_another_field_changes_nothing() -> None:
    desk = Desk()
    case = desk.open()
    contact = change_contact(desk, name="Rosa Married")
    assert contact.email_since is None
    assert not Email.objects.exists()
    ask_code(desk, case, contact)


def test_a_contact_who_was_added_to_a_known_customer_waits_too() -> None:
    desk = Desk()
    client = Client()
    client.force_login(
        factories.make_user(role="administrator"), backend="config.sign_in.backend.StaffBackend"
    )
    posted = fill(client, edit_url(desk.customer)) | {
        "contacts-TOTAL_FORMS": "2", "contacts-1-customer": desk.customer.pk,
        "contacts-1-name": "Mallory", "contacts-1-email": "mallory@elsewhere.example",
        "contacts-1-may_cancel": "on",
    }  # fmt: skip
    client.post(edit_url(desk.customer), posted)
    assert desk.customer.contacts.get(name="Mallory").email_since == CALL


def test_the_customer_is_told_so_in_their_language() -> None:
    desk = Desk(locale="de", timezone="Europe/Berlin")
    case = desk.ask(desk.open())
    customer = Customer(desk, case).come()
    Contact.objects.filter(pk=desk.contact.pk).update(email_since=CALL)
    said = customer.do("ask_code").content.decode()
    assert "Codes erst ab 22. September 2026 17:00 dorthin" in said
    assert not Code.objects.exists()


@pytest.mark.parametrize(
    ("locale", "where", "said"),
    [
        ("de", "https://example.com/", "wird hier nicht gekündigt: https://example.com/"),
        ("de", "", "gehört nicht zu dem, was sich hier kündigen lässt"),
        ("en", "https://example.com/", "is not cancelled here: https://example.com/"),
        ("en", "", "is not something that can be cancelled here"),
    ],
)
def test_what_is_not_covered_is_said_in_their_language(locale: str, where: str, said: str) -> None:
    item = factories.make_item(label="Express line")
    with translation.override(locale):
        words = say_refusal("open", NotCovered(item, where=where))
    assert "Express line" in words
    assert said in words
