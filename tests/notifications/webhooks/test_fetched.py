"""Providers that only say that a mail is there: it is fetched from them before they hear 200."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from django.test import Client

from notifications.models import Inbound, Thread
from notifications.webhooks import fetching
from tests.notifications.webhooks.providers import SENDER
from tests.notifications.webhooks.signing import Call, sign_body, sign_svix

pytestmark = pytest.mark.django_db

DOMAIN = "reply.acme.example.com"


class Shelf:
    """A provider's API: what lies at each path; a path that is not there answers 500."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.hush = threading.Event()  # not set: the API takes calls and says nothing
        self.hush.set()
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shelf.hush.wait(timeout=20)
                body = shelf.files.get(self.path)
                self.send_response(500 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # who hung up is told of by the tests
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"


@pytest.fixture
def shelf(settings: Any) -> Iterator[Shelf]:
    made = Shelf()
    threading.Thread(target=made.server.serve_forever, args=(0.01,), daemon=True).start()
    settings.ANYMAIL |= {"RESEND_API_URL": made.url, "MAILTRAP_API_URL": made.url}
    yield made
    made.server.shutdown()
    made.server.server_close()


def call_mailtrap() -> Call:
    event = {
        "event": "inbound.message_received",
        "event_id": "e1",
        "inbox_id": 7,
        "message_id": "m1",
        "timestamp": int(time.time() * 1000),
    }
    return sign_body("mailtrap/inbound/", {"events": [event]}, "Mailtrap-Signature", "mailtrap in")


def call_resend() -> Call:
    payload = {"type": "email.received", "created_at": "2026-03-02T09:00:00Z"}
    return sign_svix("resend/inbound/", payload | {"data": {"email_id": "m1"}}, "r1", time.time())


CALLS = {"mailtrap": call_mailtrap, "resend": call_resend}


def put(shelf: Shelf, esp: str, raw: bytes) -> None:
    link = f"{shelf.url}raw"
    shelf.files["/raw"] = raw
    if esp == "mailtrap":
        found: Any = {"id": "m1", "raw_message_url": link}
        shelf.files["/inbound/inboxes/7/messages/m1"] = json.dumps(found).encode()
    else:
        found = {"raw": {"download_url": link}, "from": SENDER}
        shelf.files["/emails/receiving/m1"] = json.dumps(found).encode()


@pytest.mark.guarantee("G1")
@pytest.mark.guarantee("G2")
@pytest.mark.parametrize("esp", CALLS)
def test_the_message_is_fetched_and_stored_for_the_mailbox_it_names(
    client: Client, shelf: Shelf, thread: Thread, esp: str
) -> None:
    to = thread.address(DOMAIN)
    raw = (
        f"Received: from elsewhere\r\nFrom: {SENDER}\r\nTo: Desk <{to}>\r\n"
        "Cc: reply+aaaaaaaaaaaaaaaa@reply.acme.example.com\r\nSubject: a\r\n b\r\n\r\nHello.\r\n"
    ).encode()
    put(shelf, esp, raw)
    assert [CALLS[esp]().send(client).status_code for _ in range(2)] == [200, 200]
    stored = Inbound.objects.get()
    assert (bytes(stored.raw), stored.recipient, stored.recipient_token) == (raw, to, thread.token)


@pytest.mark.threat(58)
@pytest.mark.parametrize("esp", CALLS)
def test_what_cannot_be_fetched_now_is_asked_for_again(
    client: Client, shelf: Shelf, esp: str
) -> None:
    answer = CALLS[esp]().send(client)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    put(shelf, esp, b"From: a@b.example\r\n\r\nHello.\r\n")
    assert CALLS[esp]().send(client).status_code == 200
    assert Inbound.objects.get().recipient == ""


@pytest.mark.threat(58)
@pytest.mark.parametrize("esp", CALLS)
def test_nothing_is_fetched_for_a_stranger(client: Client, shelf: Shelf, esp: str) -> None:
    put(shelf, esp, b"From: a@b.example\r\n\r\nHello.\r\n")
    assert CALLS[esp]().unsigned().send(client).status_code == 401
    assert CALLS[esp]().send(client, auth=None).status_code == 401
    assert Inbound.objects.count() == 0


@pytest.mark.threat(58)
@pytest.mark.parametrize("esp", CALLS)
def test_a_provider_that_says_nothing_is_not_waited_for(
    client: Client, shelf: Shelf, esp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SILENCE_S", 0.2)
    shelf.hush.clear()
    began = time.monotonic()
    assert CALLS[esp]().send(client).status_code == 503
    assert time.monotonic() - began < 5
    shelf.hush.set()
    put(shelf, esp, b"From: a@b.example\r\n\r\nHello.\r\n")
    assert CALLS[esp]().send(client).status_code == 200


def test_a_limit_that_a_caller_names_stands(shelf: Shelf) -> None:
    shelf.hush.clear()
    with pytest.raises(requests.ReadTimeout):
        requests.get(shelf.url, timeout=0.1)
    shelf.hush.set()
