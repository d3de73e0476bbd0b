"""Instants come out of the database as Django's own way would read them."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.utils import DataError

from notifications.database import InstantLoader

pytestmark = pytest.mark.django_db


def read(expression: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}")
        return cursor.fetchone()[0]


def test_an_instant_is_read_in_utc_whatever_zone_it_was_written_in() -> None:
    assert read("'2026-07-01 00:30:00.5+02'::timestamptz") == datetime(
        2026, 6, 30, 22, 30, 0, 500_000, tzinfo=UTC
    )
    assert read("'9999-12-31 00:00:00+00'::timestamptz") == datetime(9999, 12, 31, tzinfo=UTC)
    found = read("array['2026-07-01 12:00:00+00'::timestamptz]")
    assert found == [datetime(2026, 7, 1, 12, tzinfo=UTC)]
    assert found[0].tzinfo is UTC


def test_what_python_cannot_hold_is_refused_in_words() -> None:
    with pytest.raises(DataError, match=r"too (large|small)"):
        read("'infinity'::timestamptz")


def test_every_connection_reads_that_way() -> None:
    connection.ensure_connection()
    oid = connection.connection.adapters.types["timestamptz"].oid
    assert connection.connection.adapters.get_loader(oid, 0) is InstantLoader
