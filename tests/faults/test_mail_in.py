"""250 means committed, through crashes of PostgreSQL and of the receiver (G1, G2)."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import smtplib
import threading
import time

import pytest

from tests.notifications.sink import find_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.guarantee("G1"),
    pytest.mark.guarantee("G2"),
]

TOKEN = "abcdefghijklmnop"
ADDRESS = f"reply+{TOKEN}@reply.acme.example.com"
MAILS = 500
ROUNDS = 10
SENDERS = 4


class Senders:
    """Mail servers that deliver numbered mails without a pause, each until it was acknowledged."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.acknowledged: set[int] = set()
        self.attempts = 0
        self.permanent: list[str] = []
        self._stop = threading.Event()
        parts = range(SENDERS)
        self._threads = [threading.Thread(target=self._run, args=(part,)) for part in parts]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def finish(self, seconds: float) -> None:
        """Begin no other mail, and deliver those that were begun."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds)
            assert not thread.is_alive(), "a mail was never acknowledged"

    def _run(self, part: int) -> None:
        for number in itertools.count(part, SENDERS):
            while not self._deliver(number):
                time.sleep(0.05)
            if self._stop.is_set():
                return

    def _deliver(self, number: int) -> bool:
        self.attempts += 1
        try:
            with smtplib.LMTP("127.0.0.1", self.port) as client:
                client.timeout = 10
                client.sendmail("robin@customer.example.com", [ADDRESS], write(number))
        except smtplib.SMTPResponseException as refusal:
            if refusal.smtp_code >= 500:
                self.permanent.append(str(refusal))
            return False
        except smtplib.SMTPRecipientsRefused as refusal:
            self.permanent += [str(r) for r in refusal.recipients.values() if r[0] >= 500]
            return False
        except (OSError, smtplib.SMTPException):
            return False
        self.acknowledged.add(number)
        return True


def write(number: int) -> bytes:
    return (
        f"From: robin@customer.example.com\r\nSubject: {number}\r\n\r\nmail {number}\r\n".encode()
    )


def test_acknowledged_is_a_subset_of_stored(scratch, wait_until):
    """Faults come while mails are on their way.

    Seen to fail when the door said 250 before `store_letters` had committed.
    """
    scratch.query("INSERT INTO notifications_thread (token, created_at) VALUES (%s, now())", TOKEN)
    port, other = find_port(), find_port()

    def open_door():
        return scratch.spawn(
            "manage.py", "receive_smtp", "--lmtp-port", str(port), "--smtp-port", str(other)
        )

    door = open_door()
    wait_until(lambda: is_open(port))
    senders = Senders(port)
    senders.start()

    def wait_for_mails(number: int) -> None:
        before = len(senders.acknowledged)
        wait_until(lambda: len(senders.acknowledged) >= before + number)

    for round_number in range(ROUNDS):
        wait_for_mails(MAILS // ROUNDS)
        if round_number % 2:
            scratch.kill(door)
            door = open_door()
            wait_until(lambda: is_open(port))
        else:
            scratch.crash_postgres()
    wait_for_mails(1)
    senders.finish(60)
    rows = scratch.query("SELECT sha256, received_at, status FROM notifications_inbound")
    stored = [row[0] for row in rows]
    taken = senders.acknowledged
    assert len(taken) > MAILS
    assert sorted(stored) == sorted(hashlib.sha256(write(n)).hexdigest() for n in taken)
    assert senders.permanent == []
    assert senders.attempts > len(taken), "no fault met a mail: the test proves nothing"


def is_open(port: int) -> bool:
    with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.LMTP("127.0.0.1", port):
        return True
    return False
