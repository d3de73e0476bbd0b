"""What every test gets: cheap passwords, a clock that stands where the system's does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


def pytest_configure() -> None:
    # Real hashing costs a tenth of a second per user; the tests make thousands.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _clock_follows_the_system() -> Iterator[None]:
    """A test that moves the desk's clock leaves it moved for nobody else."""
    yield
    Path(settings.SANDBOX_CLOCK_FILE).unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tests with transactions of their own empty every table afterwards: the history lets them.

    That it lets nobody else is proven with this trigger in force (tests/cases/test_history.py).
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER event_never_emptied")
