"""Email addresses and domains as stored."""

import pytest
from django.db import IntegrityError, transaction

from accounts.addresses import InvalidAddress, normalise_domain, normalise_email
from accounts.models import Contact
from tests.factories import make_brand, make_contact, make_customer


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Rosa.Vale@Example.COM ", "rosa.vale@example.com"),
        ("rosa+case@example.com", "rosa+case@example.com"),
        ("rosa@Müller.example.com", "rosa@xn--mller-kva.example.com"),
        ("rosa@mu\u0308ller.example.com", "rosa@xn--mller-kva.example.com"),
        ("rosa@straße.example.com", "rosa@xn--strae-oqa.example.com"),
        ("rosa@xn--mller-kva.example.com", "rosa@xn--mller-kva.example.com"),
        ("rosa@example.com.", "rosa@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
    ],
)
def test_an_address_has_one_stored_form(typed: str, stored: str) -> None:
    assert normalise_email(typed) == stored
    assert normalise_email(stored) == stored


@pytest.mark.threat(13)
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "rosa",
        "@example.com",
        "rosa@",
        "rosa@localhost",
        "rosa@192.0.2.1",
        "rosa@-example.com",
        "rosa@exa mple.com",
        "rosa@example..com",
        "ro sa@example.com",
        ".rosa@example.com",
        "rosa..vale@example.com",
        "rosa@example.com\r\nBcc: all@example.com",
        "rosa\x00@example.com",
        '"rosa vale"@example.com',
        "rosa@evil.example.com@example.com",
        "rosä@example.com",
        "rosa@" + "a" * 64 + ".example.com",
        "r" * 65 + "@example.com",
        "rosa@" + ".".join(["abcdefgh"] * 40) + ".com",
        "rosa@\u2024example.com",
        "rosa@xn--a.example.com\u202e",
        "rosa@☃\ufe0f\u200d.example.com",
    ],
)
def test_what_mail_cannot_reach_is_a_field_error(typed: str) -> None:
    with pytest.raises(InvalidAddress):
        normalise_email(typed)


@pytest.mark.threat(13)
def test_a_look_alike_is_another_address() -> None:
    assert normalise_email("rosa@ex\u0430mple.com") != "rosa@example.com"
    assert normalise_domain("ex\u0430mple.com").startswith("xn--")


@pytest.mark.django_db
def test_a_contact_is_stored_normalised_however_it_is_saved() -> None:
    customer = make_customer()
    created = make_contact(customer=customer, email="Rosa@Example.com")
    [bulk] = Contact.objects.bulk_create(
        [Contact(customer=customer, name="Otto", email="OTTO@Müller.example.com")]
    )
    assert created.email == "rosa@example.com"
    assert bulk.email == "otto@xn--mller-kva.example.com"
    assert (
        make_brand(reply_domain="Reply.ACME.example.com").reply_domain == "reply.acme.example.com"
    )


@pytest.mark.django_db
def test_the_database_refuses_what_goes_around_the_model() -> None:
    contact = make_contact()
    for email in ("ROSA@example.com", ""):
        with pytest.raises(IntegrityError, match="contact_email_is_lower"), transaction.atomic():
            Contact.objects.filter(pk=contact.pk).update(email=email)
