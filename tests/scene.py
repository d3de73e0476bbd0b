"""What many tests of a module look at is played once for all of them.

Each test gets a copy, and what it does to the database is rolled back as ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import override_settings

from tests.notifications.sink import run_sink


@contextmanager
def play_once(django_db_blocker: Any) -> Iterator[None]:
    """For a fixture of a module: what is played inside is there until the fixture ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        with send_mail_to_a_sink():
            yield
        transaction.set_rollback(True)


@contextmanager
def send_mail_to_a_sink() -> Iterator[None]:
    with (
        run_sink() as (_, port),
        override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            EMAIL_USE_TLS=False,
            EMAIL_USE_SSL=False,
            EMAIL_HOST_USER="",
            EMAIL_HOST_PASSWORD="",
            EMAIL_TIMEOUT=5,
        ),
    ):
        yield
