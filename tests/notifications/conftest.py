"""Mail tests: a real PostgreSQL, a real SMTP server, real bytes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.dispatch import Signal

from notifications import outbox, signals
from notifications.inbound import claims
from notifications.models import Email, Thread
from notifications.outbox import checks
from tests.notifications.sink import Sink

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def sink(mail_server: tuple[Sink, int], settings: Any) -> Sink:
    """The customer's mail server, empty and willing at the start of every test."""
    sink, port = mail_server
    sink.__init__()  # type: ignore[misc]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 2
    return sink


@pytest.fixture
def thread(db: None) -> Thread:
    return outbox.open_thread(now=NOW)


@pytest.fixture
def make_email(thread: Thread) -> Callable[..., Email]:
    numbers = itertools.count(1)

    def make(**changes: Any) -> Email:
        number = next(numbers)
        fields: dict[str, Any] = {
            "key": f"test:{number}",
            "purpose": "questions",
            "thread": thread,
            "from_name": "Acme Cancellations",
            "from_email": "cancellations@acme.example.com",
            "reply_to": thread.address("reply.acme.example.com"),
            "to_name": "Robin Sample",
            "to_email": f"robin{number}@customer.example.com",
            "subject": f"Your cancellation {number}",
            "text": "Please tell us the date.\n",
            "html": "<p>Please tell us the date.</p>",
            "now": NOW,
        }
        return outbox.queue(**{**fields, **changes})

    return make


@pytest.fixture(autouse=True)
def no_checks() -> Iterator[None]:
    """Checks registered by other apps look at cases; these tests have none."""
    saved = list(checks._checks)
    checks._checks.clear()
    yield
    checks._checks[:] = saved


SIGNALS = {name: signal for name, signal in vars(signals).items() if isinstance(signal, Signal)}


@pytest.fixture(autouse=True)
def no_listeners() -> Iterator[None]:
    """Take away the listeners of other apps, and who claims threads, for the time of a test."""
    saved = {name: list(signal.receivers) for name, signal in SIGNALS.items()}
    checking = list(claims._checks)
    claims._checks[:] = [list]  # every thread is claimed, so that the test's own listeners hear
    for signal in SIGNALS.values():
        signal.receivers = []
        signal.sender_receivers_cache.clear()
    yield
    claims._checks[:] = checking
    for name, signal in SIGNALS.items():
        signal.receivers = saved[name]
        signal.sender_receivers_cache.clear()


@pytest.fixture
def unclaimed(no_listeners: None) -> None:
    """No thread has a case: mail changes nothing but itself."""
    claims._checks.clear()


@pytest.fixture
def heard() -> list[tuple[str, Any]]:
    """Every signal that is sent, as (name, email or inbound)."""
    news: list[tuple[str, Any]] = []
    for name, signal in SIGNALS.items():
        if name == "emails_recording":
            continue

        def listen(sender: Any, *, _name: str = name, **said: Any) -> None:
            about = said.get("emails") or [said.get("email") or said.get("inbound")]
            news.extend((_name, one) for one in about)

        signal.connect(listen, weak=False)
    return news
