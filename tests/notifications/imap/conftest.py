"""Mailboxes on a real Dovecot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from notifications.inbound.imap.connection import sign_in
from notifications.inbound.imap.reading import Reader
from notifications.models import Mailbox
from tests.plugins.dovecot import Dovecot

VARIABLE = "IMAP_TEST_PASSWORD"
TOKEN = "abcdefghijklmnop"
REPLY_TO = f"reply+{TOKEN}@reply.acme.example.com"


def write_mail(number: int = 1, *, to: str = REPLY_TO, body: str = "Mara did.") -> bytes:
    """A mail as the delivery agent leaves it in a mailbox."""
    return (
        f"Return-Path: <robin{number}@customer.example.com>\r\nDelivered-To: {to}\r\n"
        "Received: from mx.example.com by mail.acme.example.com; "
        "Mon, 02 Mar 2026 09:00:00 +0000\r\n"
        f"From: robin{number}@customer.example.com\r\nSubject: Number {number}\r\n\r\n{body}\r\n"
    ).encode()


def make_mailbox(dovecot: Dovecot, **given: Any) -> Mailbox:
    fields = {
        "name": "support",
        "host": "localhost",
        "port": dovecot.imaps_port,
        "username": "desk",
        "secret_variable": VARIABLE,
        "address": "cancellations@acme.example.com",
        **given,
    }
    return Mailbox.objects.create(**fields)


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, Dovecot.password)


@pytest.fixture
def mailbox(dovecot: Dovecot, db: None) -> Mailbox:
    return make_mailbox(dovecot)


@pytest.fixture
def read() -> Callable[[Mailbox], str]:
    """One look into a mailbox over a connection of its own."""

    def look(mailbox: Mailbox) -> str:
        with sign_in(mailbox, timeout_s=5) as client:
            return Reader(client, mailbox, threading.Event()).read()

    return look
