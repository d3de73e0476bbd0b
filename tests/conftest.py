"""What every test gets: cheap passwords, a clock that stands where the system's does."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis
from psycopg._preparing import PrepareManager

# HYPOTHESIS_PROFILE=long tries forty times as many examples, for a night.
hypothesis.register_profile("long", max_examples=4000, deadline=None)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
# What migrating writes; every test finds it.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def pytest_configure() -> None:
    # Real hashing costs a tenth of a second per user; the tests make thousands.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Django's flush empties eighty tables and makes every permission anew: a quarter of a second.
    TransactionTestCase._fixture_teardown = empty_what_was_filled  # type: ignore[attr-defined]
    # psycopg forgets its prepared statements at a rollback, with which nearly every test ends: a
    # quarter of the processor time went into planning the same statements again. No test changes
    # what a statement means; PostgreSQL itself plans anew what a changed table needs.
    PrepareManager.clear = lambda _: False  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    # Thousands of tests and all of Django stay to the end: nobody looks through them for garbage.
    gc.collect()
    gc.freeze()


def empty_what_was_filled(_: TransactionTestCase) -> None:
    """After a test with transactions of its own: empty the tables that have rows.

    Deleting few rows takes a tenth of what truncating takes, which makes every index anew. Foreign
    keys are looked at when the transaction ends, so that no order is needed; the desk's own
    triggers stand aside, since history and evidence let nobody delete them.
    """
    tables = sorted(set(connection.introspection.table_names()) - KEPT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in tables)
        )
        filled = {row[0] for row in cursor.fetchall()}
        if not filled:
            return
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
        )
        guarded = sorted(filled & {row[0] for row in cursor.fetchall()})
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        deletions = ", ".join(f"of_{table} AS (DELETE FROM {table})" for table in sorted(filled))
        cursor.execute(f"WITH {deletions} SELECT")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture(autouse=True)
def _health_is_read_for_each_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test changes the desk and looks at it within the second for which a page may be late."""
    monkeypatch.setattr("cases.queries.health.LATELY_S", 0.0)


@pytest.fixture(autouse=True)
def _clock_follows_the_system() -> Iterator[None]:
    """A test that moves the desk's clock leaves it moved for nobody else."""
    yield
    Path(settings.SANDBOX_CLOCK_FILE).unlink(missing_ok=True)
