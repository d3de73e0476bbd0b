"""What every test gets: cheap passwords, a clock that stands where the system's does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings


def pytest_configure() -> None:
    # Real hashing costs a tenth of a second per user; the tests make thousands.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _clock_follows_the_system() -> Iterator[None]:
    """A test that moves the desk's clock leaves it moved for nobody else."""
    yield
    Path(settings.SANDBOX_CLOCK_FILE).unlink(missing_ok=True)
