"""What may enter the outbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from notifications import outbox
from notifications.models import Email, Thread
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.rule("R53")
def test_the_same_key_is_the_same_mail(make_email):
    first = make_email(key="case:12:confirmation:3")
    again = make_email(key="case:12:confirmation:3", subject="Another")
    assert again.pk == first.pk
    assert Email.objects.get().subject == first.subject


@pytest.mark.threat(67)
@pytest.mark.parametrize(
    "field",
    ["subject", "to_email", "to_name", "from_name", "from_email", "reply_to", "in_reply_to"],
)
@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r"])
def test_line_breaks_in_a_header_are_refused(make_email, field, breaks):
    with pytest.raises(outbox.UnsafeEmail):
        make_email(**{field: f"a@example.com{breaks}Bcc: b@example.com"})
    assert not Email.objects.exists()


@pytest.mark.threat(67)
def test_line_breaks_are_refused_by_the_database_too(make_email):
    email = make_email()
    with pytest.raises(IntegrityError), transaction.atomic():
        Email.objects.filter(pk=email.pk).update(subject="a\r\nBcc: b@example.com")


@pytest.mark.threat(67)
def test_an_over_long_subject_is_refused(make_email):
    assert make_email(subject="x" * 250).subject == "x" * 250
    with pytest.raises(outbox.UnsafeEmail):
        make_email(subject="x" * 251)


@pytest.mark.threat(13)
@pytest.mark.parametrize(
    "address",
    [
        "",
        "robin",
        "@example.com",
        "robin@",
        "a b@example.com",
        "a@b@example.com",
        "Robin <r@example.com>",
        "r@example.com, s@example.com",
        "róbin@example.com",
        "r@exa mple.com",
        "r@-example.com",
        "r" * 250 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(make_email, address):
    with pytest.raises(outbox.UnsafeEmail):
        make_email(to_email=address)


@pytest.mark.threat(13)
def test_a_domain_goes_out_as_a_label(make_email):
    assert make_email(to_email="robin@bücher.example").to_email == "robin@xn--bcher-kva.example"


@pytest.mark.threat(24)
def test_control_and_bidi_characters_never_reach_a_header(make_email):
    email = make_email(subject="A\u202egnp.exe\x00\x1b[31m", to_name="Ro\u2066bin\x07")
    assert (email.subject, email.to_name) == ("Agnp.exe[31m", "Robin")


def test_what_postgresql_cannot_store_is_taken_out_of_the_body(make_email):
    email = make_email(text="a\x00b\ud800c", html="")
    email.refresh_from_db()
    assert email.text == "ab?c"


def test_the_id_is_made_of_token_and_number(make_email, thread):
    email = make_email()
    assert email.message_id == f"<lc.{thread.token}.{email.pk}@acme.example.com>"


def test_a_mail_without_thread_has_an_id_that_cannot_be_guessed(make_email, thread):
    email = make_email(thread=None, reply_to="")
    token = email.message_id.split(".")[1]
    assert len(token) == 16
    assert token != thread.token
    assert email.return_path == "cancellations@acme.example.com"


def test_references_keep_the_first_and_the_latest(make_email):
    emails = [make_email() for _ in range(14)]
    ids = emails[-1].headers["References"].split()
    assert ids == [emails[0].message_id, *(email.message_id for email in emails[4:13])]


def test_an_in_reply_to_that_is_none_is_left_out(make_email):
    assert make_email(in_reply_to="hello there").in_reply_to == ""


def test_a_later_date_is_kept(make_email):
    later = NOW + timedelta(seconds=15)
    assert make_email(not_before=later).next_attempt_at == later
    assert make_email(not_before=NOW - timedelta(days=1)).next_attempt_at == NOW


@pytest.mark.guarantee("G4")
def test_a_mail_is_queued_with_its_transaction_or_not_at_all(make_email):
    with pytest.raises(RuntimeError), transaction.atomic():
        make_email()
        raise RuntimeError
    assert not Email.objects.exists()


def test_tokens_are_opaque_and_distinct():
    threads = [outbox.open_thread(now=NOW) for _ in range(50)]
    assert len({thread.token for thread in threads}) == 50
    assert all(len(thread.token) == 16 and thread.token.islower() for thread in threads)
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(token="Guessable", created_at=NOW)
