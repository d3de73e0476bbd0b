"""What every test gets: cheap passwords, a clock that stands where the system's does."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis
from psycopg._preparing import PrepareManager

from tests.emptying import Emptying
from tests.notifications.sink import Sink, run_sink

# Each run draws other examples; HYPOTHESIS_PROFILE=long tries eighty times as many, for a night.
hypothesis.register_profile("short", max_examples=50, deadline=None)
hypothesis.register_profile("long", max_examples=4000, deadline=None)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))


emptying = Emptying()

# What pytest-django does around every test for marks and settings that no test here has: a quarter
# of the time of a test that only computes.
UNUSED = (
    "_django_clear_site_cache", "_django_isolate_apps", "_django_setup_unittest",
    "_fail_for_invalid_template_variable", "_template_string_if_invalid_marker",
)  # fmt: skip


def pytest_configure() -> None:
    if template := os.environ.get("TEST_TEMPLATE"):
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = template
    # Real hashing costs a tenth of a second per user; the tests make thousands.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Django's flush empties eighty tables and makes every permission anew: a quarter of a second.
    TransactionTestCase._fixture_teardown = lambda _: emptying.run()  # type: ignore[attr-defined]
    # psycopg forgets its prepared statements at a rollback, with which nearly every test ends: a
    # quarter of the processor time went into planning the same statements again. No test changes
    # what a statement means; PostgreSQL itself plans anew what a changed table needs.
    PrepareManager.clear = lambda _: False  # type: ignore[method-assign]


def pytest_sessionstart() -> None:
    gc.disable()  # what is read from here on stays to the end, as all of Django does


def pytest_collection(session: pytest.Session) -> None:
    # There is no public way; where pytest keeps them elsewhere they are made as before.
    for names in getattr(session._fixturemanager, "_node_autousenames", {}).values():
        names[:] = [name for name in names if name not in UNUSED]


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """pytest-django's; nobody may be connected when it drops the database."""
    yield
    emptying.close()


@pytest.fixture(scope="session")
def mail_server() -> Iterator[tuple[Sink, int]]:
    """A real SMTP server and its port, for all tests of a process: `sink` empties it for each."""
    with run_sink() as running:
        yield running


@pytest.fixture(autouse=True)
def _health_is_read_for_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test changes the desk and looks at it within the second for which a page may be late."""
    monkeypatch.setattr("cases.queries.health.LATELY_S", 0.0)


@pytest.fixture
def steady_health(_health_is_read_for_each_page: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a walk through many pages of a desk that stays as it is: read once, as in production."""
    monkeypatch.setattr("cases.queries.health._lately", None)
    monkeypatch.setattr("cases.queries.health.LATELY_S", 600.0)


@pytest.fixture(autouse=True)
def _clock_follows_the_system() -> Iterator[None]:
    """A test that moves the desk's clock leaves it moved for nobody else."""
    yield
    Path(settings.SANDBOX_CLOCK_FILE).unlink(missing_ok=True)
