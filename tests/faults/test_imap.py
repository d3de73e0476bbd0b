"""The IMAP door through kills and outages: stored before it is marked, once, and never missed."""

from __future__ import annotations

import hashlib
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from config import clock
from notifications.inbound.health import note_door_error, note_door_ok
from notifications.inbound.imap.connection import CannotRead, explain, sign_in
from notifications.inbound.imap.reading import Reader
from tests.cases.build import Desk
from tests.notifications.conftest import sink  # noqa: F401  # a real SMTP server
from tests.notifications.imap.conftest import make_mailbox, write_mail
from tests.rules.helpers import leap

pytestmark = pytest.mark.slow

MAILS = 160
KILLS = 4
TOKEN = "abcdefghijklmnop"
MAILBOX = """
INSERT INTO notifications_mailbox (name, enabled, host, port, tls, username, secret_variable,
    secret, folder, archive_folder, flag, recipient_header, address, largest_mb, authserv_id,
    changed_at)
VALUES ('support', true, 'localhost', %s, 'implicit', 'desk', 'IMAP_TEST_PASSWORD', '', 'INBOX',
    '', %s, 'Delivered-To', 'desk@acme.example.com', 25, '', now())
"""
FLAG = "\\Flagged"


def read_marked(dovecot) -> set[int]:
    """The numbers of the mails that bear the mark."""
    with dovecot.connect("desk") as client:
        client.select("INBOX", readonly=True)
        [found] = client.search(None, "FLAGGED")[1]
        if not found:
            return set()
        parts = client.fetch(
            found.replace(b" ", b",").decode(), "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"
        )[1]
    text = b"".join(part[1] for part in parts if isinstance(part, tuple)).decode()
    return {int(number) for number in re.findall(r"Number (\d+)", text)}


def read_stored(scratch) -> dict[str, int]:
    """How often each mail is stored, by its digest."""
    rows = scratch.query(
        "SELECT sha256, count(*) FROM notifications_inbound WHERE channel = 'imap:support' "
        "GROUP BY 1"
    )
    return dict(rows)


@pytest.mark.guarantee("G1")
@pytest.mark.guarantee("G2")
def test_killed_between_commit_and_mark_it_is_stored_once_and_marked_later(
    scratch, dovecot, wait_until
):
    digests = {n: hashlib.sha256(write_mail(n)).hexdigest() for n in range(MAILS)}
    scratch.query(MAILBOX, dovecot.imaps_port, FLAG)
    environment = {
        "IMAP_TEST_PASSWORD": dovecot.password,
        "SSL_CERT_FILE": str(dovecot.ca_file),
    }

    def open_door():
        return scratch.spawn("manage.py", "receive_imap", **environment)

    def count(where: str = "true") -> int:
        return scratch.query(f"SELECT count(*) FROM notifications_fetched WHERE {where}")[0][0]

    between = 0
    for kill in range(KILLS):
        for number in range(kill * MAILS // KILLS, (kill + 1) * MAILS // KILLS):
            dovecot.append(write_mail(number))
        known = count()
        door = open_door()
        wait_until(lambda: count() > known)  # noqa: B023 - asked at once
        scratch.kill(door)
        between += count("settled_at IS NULL") > 0
        if kill % 2:
            scratch.crash_postgres()
        stored = read_stored(scratch)
        assert {digests[n] for n in read_marked(dovecot)} <= set(stored), "marked but not stored"
    assert between, "no kill met a mail between commit and mark: the test proves nothing"

    door = open_door()
    wait_until(lambda: count("settled_at IS NOT NULL") == MAILS)
    assert read_stored(scratch) == dict.fromkeys(digests.values(), 1)
    assert read_marked(dovecot) == set(range(MAILS))
    door.terminate()
    assert door.wait(20) == 0, "SIGTERM is a tidy end"


class Watched:
    """The mailbox as the door sees it, at the desk's own moment."""

    def __init__(self, desk: Desk, mailbox) -> None:
        self.desk, self.mailbox = desk, mailbox

    def look(self) -> str:
        """One round of the door; return why it failed, or ""."""
        clock.move_to(self.desk.now)
        began = clock.now()
        try:
            with sign_in(self.mailbox, timeout_s=3) as client:
                Reader(client, self.mailbox, threading.Event()).read()
        except (CannotRead, OSError) as error:
            words = explain(error)
            note_door_error(door="imap:support", error=words, now=clock.now(), kind="pull")
            return words
        note_door_ok(door="imap:support", now=began, kind="pull")
        return ""


@pytest.fixture
def watched(dovecot, db, sink, monkeypatch) -> Watched:  # noqa: F811
    monkeypatch.setenv("IMAP_TEST_PASSWORD", dovecot.password)
    return Watched(Desk(), make_mailbox(dovecot))


def answer(desk: Desk, case) -> bytes:
    domain = case.contact.email.rpartition("@")[2]
    return (
        f"Return-Path: <{case.contact.email}>\r\n"
        f"Delivered-To: reply+{case.thread.token}@{desk.brand.reply_domain}\r\n"
        "Received: from mx by mail\r\n"
        f"Authentication-Results: {settings.AUTHSERV_ID}; dmarc=pass header.from={domain}\r\n"
        f"From: {case.contact.email}\r\nSubject: Re: {case.number}\r\n\r\nMara did.\r\n"
    ).encode()


@pytest.mark.guarantee("G12")
@pytest.mark.parametrize("answered", [False, True])
def test_a_mail_server_down_for_an_hour_holds_the_drop_until_it_was_read_again(
    watched, dovecot, answered
):
    desk = watched.desk
    case = desk.ask(desk.open())
    desk.pass_days(10)
    drop_at = case.timers.get(kind="drop", cancelled_at=None, fired_at=None).due_at
    assert watched.look() == ""
    desk.go_to(drop_at - timedelta(minutes=30))
    clock.move_to(desk.now)
    if answered:
        # It is read an hour from now on the desk's clock, while no real time passes.
        dovecot.append(answer(desk, case), at=datetime.now(UTC) - timedelta(minutes=65))
    dovecot.stop(kill=True)
    try:
        for _ in range(3):
            leap(desk, days=20 / 24 / 60)
            said = watched.look()  # a connection that was on its way is reset, not refused
            assert "Nobody listens" in said or "cannot be reached" in said
            desk.run()
        case = desk.read(case)
        assert (desk.now > drop_at, case.state) == (True, "awaiting_customer")
        held = case.timers.get(kind="drop", cancelled_at=None, fired_at=None).held_because
        assert held == "the mailbox support has not been read up to the deadline yet"
    finally:
        dovecot.start()
    assert watched.look() == ""
    leap(desk, days=6 / 24 / 60)
    assert desk.read(case).state == ("in_review" if answered else "dropped")
