"""A sender that is told to stop begins nothing, and hangs up on a server that keeps silent (G21).

That a Celery worker's processes hear of it is shown with real ones in tests/faults/test_workers.py.
"""

from __future__ import annotations

import os
import threading
import time

import pytest

from notifications import outbox
from notifications.outbox import stopping
from tests.notifications.conftest import NOW
from tests.notifications.sink import HANG

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.guarantee("G21")]


@pytest.fixture
def tell(monkeypatch):
    """Tell this process to stop, as its parent would."""
    heard_at, told_at = os.pipe()
    monkeypatch.setattr(stopping, "_heard_at", heard_at)
    monkeypatch.setattr(stopping, "_told_at", told_at)
    monkeypatch.setattr(stopping, "_told", threading.Event())
    monkeypatch.setattr(stopping, "PATIENCE_S", 0.2)
    stopping.listen()
    yield stopping.tell_to_stop
    stopping.tell_to_stop()  # the thread ends
    time.sleep(0.01)


def send_while_told(tell, sink, settings):
    settings.EMAIL_TIMEOUT = 12
    threading.Timer(0.3, tell).start()
    began = time.monotonic()
    assert outbox.deliver_due(now=NOW) == 0
    assert time.monotonic() - began < 10, "it waited for the server"


@pytest.mark.guarantee("G5")
@pytest.mark.parametrize(
    ("verb", "status"), [("EHLO", "queued"), ("MAIL", "queued"), ("DATA", "unknown")]
)
def test_a_silent_server_is_hung_up_on(make_email, sink, tell, settings, verb, status):
    """Seen to fail without `note_talk`."""
    emails = [make_email(), make_email()]
    sink.always[verb] = HANG
    send_while_told(tell, sink, settings)
    for email in emails:
        email.refresh_from_db()
    assert [email.status for email in emails] == [status, "queued"]
    assert (sink.connections <= 1, len(sink.seen)) == (True, verb == "DATA")


def test_nothing_is_begun_after_it_was_told(make_email, sink, tell):
    """Seen to fail when `deliver_due` did not ask `is_told`."""
    email = make_email()
    tell()
    deadline = time.monotonic() + 5
    while not stopping.is_told() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert outbox.deliver_due(now=NOW) == 0
    email.refresh_from_db()
    assert (email.status, email.attempts, sink.connections) == ("queued", 0, 0)
