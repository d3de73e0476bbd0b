"""What is in a mailbox is stored once, then marked; against a real Dovecot."""

from __future__ import annotations

import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from config import clock
from notifications import inbound
from notifications.inbound.imap import keeping, reading
from notifications.inbound.imap.connection import CannotRead, sign_in
from notifications.inbound.imap.keeping import find_receipt
from notifications.inbound.imap.reading import Reader
from notifications.models import Fetched, Inbound, Mailbox
from tests.notifications.imap.conftest import REPLY_TO, TOKEN, make_mailbox, write_mail

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def read_flags(dovecot, folder="INBOX"):
    with dovecot.connect("desk") as client:
        client.select(folder, readonly=True)
        return b" ".join(client.fetch("1:*", "(FLAGS)")[1])


@pytest.mark.guarantee("G1")
def test_a_mail_is_stored_as_it_is_and_then_marked(dovecot, mailbox, read):
    raw = write_mail() + b"\xff raw \xe9\r\n"
    dovecot.append(raw, at=NIGHT)
    assert read(mailbox) == ""
    mail = Inbound.objects.get()
    assert bytes(mail.raw) == raw
    assert (mail.channel, mail.recipient, mail.recipient_token, mail.envelope_from) == (
        "imap:support",
        REPLY_TO,
        TOKEN,
        "robin1@customer.example.com",
    )
    assert (mail.status, mail.sha256) == ("received", hashlib.sha256(raw).hexdigest())
    assert b"\\Seen" in read_flags(dovecot)
    assert Fetched.objects.get().settled_at is not None


@pytest.mark.rule("R14")
def test_the_mailbox_took_it_when_it_came_not_when_it_was_read(dovecot, mailbox, read):
    dovecot.append(write_mail(1), at=NIGHT)
    read(mailbox)
    assert Inbound.objects.get().received_at == NIGHT


@pytest.mark.rule("R14")
def test_a_server_whose_clock_is_ahead_is_not_believed_and_the_desk_s_own_is_followed():
    assert find_receipt(NIGHT + timedelta(days=3), now=NIGHT) == NIGHT
    assert find_receipt(None, now=NIGHT) == NIGHT
    now = clock.now()
    clock.move_to(now + timedelta(days=30))
    arrived_at = now - timedelta(hours=1)
    received_at = find_receipt(arrived_at, now=clock.now())
    assert abs(received_at - arrived_at - timedelta(days=30)) < timedelta(seconds=2)


@pytest.mark.guarantee("G2")
def test_what_was_read_is_not_read_again(dovecot, mailbox, read):
    dovecot.append(write_mail())
    read(mailbox)
    read(mailbox)
    dovecot.append(write_mail(2))
    read(mailbox)
    assert Inbound.objects.count() == Fetched.objects.count() == 2


@pytest.mark.guarantee("G2")
def test_mail_that_another_program_has_read_already_is_not_missed(dovecot, mailbox, read):
    dovecot.append(write_mail())
    with dovecot.connect("desk") as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", "(\\Seen \\Answered)")
    read(mailbox)
    assert Inbound.objects.count() == 1


@pytest.mark.guarantee("G2")
def test_a_new_uidvalidity_is_read_again_without_doubles(dovecot, mailbox, read):
    mails = [write_mail(number) for number in range(3)]
    for raw in mails:
        dovecot.append(raw)
    read(mailbox)
    dovecot.empty()
    time.sleep(1.1)  # a UIDVALIDITY is made of the time in seconds
    for raw in [*mails, write_mail(9)]:
        dovecot.append(raw)
    read(mailbox)
    assert Inbound.objects.count() == 4
    assert Fetched.objects.count() == 7
    assert Fetched.objects.values("uidvalidity").distinct().count() == 2


@pytest.mark.guarantee("G2")
def test_what_was_stored_but_not_marked_is_only_marked(dovecot, mailbox, read, monkeypatch):
    def die(*_):
        raise ConnectionError("killed between commit and mark")

    dovecot.append(write_mail())
    monkeypatch.setattr(Reader, "_mark", die)
    assert "could not be moved or marked" in read(mailbox)
    assert Inbound.objects.count() == 1
    assert b"\\Seen" not in read_flags(dovecot)
    monkeypatch.undo()
    monkeypatch.setenv("IMAP_TEST_PASSWORD", dovecot.password)
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca_file))
    assert read(mailbox) == ""
    assert Inbound.objects.count() == 1
    assert b"\\Seen" in read_flags(dovecot)


@pytest.mark.guarantee("G1")
def test_nothing_is_marked_that_could_not_be_stored(dovecot, mailbox, read, monkeypatch):
    def fail(*_, **__):
        raise OperationalError("the database is away")

    dovecot.append(write_mail())
    monkeypatch.setattr(keeping, "store", fail)
    with pytest.raises(OperationalError):
        read(mailbox)
    assert b"\\Seen" not in read_flags(dovecot)
    assert not Fetched.objects.exists()


def test_stored_mail_is_moved_where_the_mailbox_says(dovecot, db, read):
    mailbox = make_mailbox(dovecot, archive_folder="Archive")
    for number in range(3):
        dovecot.append(write_mail(number))
    assert read(mailbox) == ""
    assert (dovecot.count(), dovecot.count(folder="Archive")) == (0, 3)
    assert Inbound.objects.count() == 3


def test_without_move_it_is_copied_and_only_that_mail_expunged(dovecot, db, monkeypatch):
    mailbox = make_mailbox(dovecot, archive_folder="Archive")
    dovecot.append(write_mail())
    with sign_in(mailbox) as client:
        has = client.has_capability
        monkeypatch.setattr(client, "has_capability", lambda name: name != "MOVE" and has(name))
        assert Reader(client, mailbox, threading.Event()).read() == ""
    assert (dovecot.count(), dovecot.count(folder="Archive")) == (0, 1)


def test_a_missing_archive_is_told_and_no_mail_is_lost(dovecot, db, read):
    mailbox = make_mailbox(dovecot, archive_folder="Nowhere")
    dovecot.append(write_mail())
    assert "could not be moved" in read(mailbox)
    assert (Inbound.objects.count(), dovecot.count()) == (1, 1)


@pytest.mark.threat(7)
def test_a_huge_mail_is_looked_at_by_size_and_shown_by_its_headers(dovecot, db, read, monkeypatch):
    mailbox = make_mailbox(dovecot, largest_mb=1)
    fetched = []
    real = reading.Reader._fetch_batch
    monkeypatch.setattr(
        reading.Reader,
        "_fetch_batch",
        lambda self, v, batch, sizes: fetched.append(batch) or real(self, v, batch, sizes),
    )
    huge = write_mail(1, body="x" * 76 + "\r\n" * 1) + b"y" * 60 * 1024 * 20
    dovecot.append(huge)
    dovecot.append(write_mail(2))
    assert read(mailbox) == ""
    assert fetched == [[2]], "the huge one was never asked for"
    held = Inbound.objects.get(status="quarantined")
    assert (held.from_email, held.subject, held.recipient_token) == (
        "robin1@customer.example.com",
        "Number 1",
        TOKEN,
    )
    assert "Larger than 1 MB" in held.problem
    assert "UID 1" in held.problem
    assert held.size > 1024 * 1024 > len(bytes(held.raw))
    assert not inbound.replay(inbound_id=held.pk), "headers alone are no mail"
    assert read(mailbox) == ""
    assert Inbound.objects.count() == 2

    Mailbox.objects.update(largest_mb=5)
    mailbox.refresh_from_db()
    assert read(mailbox) == ""
    held.refresh_from_db()
    assert (held.disposition, Inbound.objects.count()) == ("handled", 3)
    assert bytes(Inbound.objects.latest("id").raw) == huge


def test_a_mail_that_the_server_does_not_hand_over_is_shown_after_three_tries(
    dovecot, mailbox, monkeypatch
):
    dovecot.append(write_mail())
    dovecot.append(write_mail(2))
    with sign_in(mailbox) as client:
        reader = Reader(client, mailbox, threading.Event())
        real = client.fetch

        def refuse(uids, wanted):
            answer = real(uids, wanted)
            for found in answer.values():
                if found[b"SEQ"] == 1:
                    found.pop(b"BODY[]<0>", None)
            return answer

        monkeypatch.setattr(client, "fetch", refuse)
        for _ in range(2):
            with pytest.raises(CannotRead, match="1 mails could not be fetched"):
                reader.read()
        assert reader.read() == ""
    held = Inbound.objects.get(status="quarantined")
    assert held.subject == "Number 1"
    assert "does not hand it over" in held.problem
    assert Inbound.objects.count() == 2


@pytest.mark.guarantee("G2")
def test_a_server_that_lists_fewer_than_it_counts_is_not_believed(dovecot, mailbox, monkeypatch):
    for number in range(3):
        dovecot.append(write_mail(number))
    with sign_in(mailbox) as client:
        reader = Reader(client, mailbox, threading.Event())
        real = client.search
        monkeypatch.setattr(client, "search", lambda what: real(what)[:2])
        with pytest.raises(CannotRead, match="counts 3 mails in INBOX but lists 2"):
            reader.read()
        monkeypatch.undo()
        reader.client = client
        assert reader.read() == ""
    assert Inbound.objects.count() == 3


def test_a_quiet_mailbox_is_not_listed_again(dovecot, mailbox, monkeypatch):
    dovecot.append(write_mail())
    with sign_in(mailbox) as client:
        reader = Reader(client, mailbox, threading.Event())
        reader.read()
        reader.read()  # its own mark has changed nothing that counts
        asked = []
        real = client.search
        monkeypatch.setattr(client, "search", lambda what: asked.append(what) or real(what))
        reader.read()
        assert asked == []
        dovecot.append(write_mail(2))
        reader.read()
    assert asked
    assert Inbound.objects.count() == 2


def test_two_processes_that_read_the_same_mailbox_store_it_once(dovecot, mailbox, monkeypatch):
    dovecot.append(write_mail())
    with sign_in(mailbox) as one, sign_in(mailbox) as two:
        first = Reader(one, mailbox, threading.Event())
        second = Reader(two, mailbox, threading.Event())
        monkeypatch.setattr(second, "_read_known", lambda uidvalidity: {})
        first.read()
        second.read()
    assert Inbound.objects.count() == Fetched.objects.count() == 1


def test_the_work_grows_with_new_mail_not_with_old(
    dovecot, mailbox, read, django_assert_max_num_queries
):
    for number in range(30):
        dovecot.append(write_mail(number))
    read(mailbox)
    with django_assert_max_num_queries(2):
        read(mailbox)
