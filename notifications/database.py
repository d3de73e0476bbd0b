"""Live through a restart of PostgreSQL (G20); read what it answers quickly."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup
from psycopg.abc import Buffer
from psycopg.types.datetime import TimestamptzLoader

T = TypeVar("T")
MOST_STATEMENTS = 500  # that one connection keeps prepared
LONGEST_WAIT_S = 30.0
PAUSE_S = 0.5


@ForeignKey.register_lookup  # which has none of a field's by itself
@Field.register_lookup
class Among(Lookup):
    """`pk__among=numbers`: as `in`, with all of them in one array.

    A statement with two hundred parameters is taken apart in Python, and planned, each time anew;
    this one is prepared, however many there are.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        left, values = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.rel_db_type(connection)
        return f"{left} = ANY(%s::{kind}[])", [*values, list(self.rhs)]


class InstantLoader(TimestamptzLoader):
    """Reads an instant as PostgreSQL writes it in a session whose zone is UTC: "… 12:00:00+00".

    A tenth of what Django's own loader costs; a page reads hundreds, a batch of timers thousands.
    """

    timezone = UTC  # Django asks for it, to see whether this loader fits the connection

    def load(self, data: Buffer) -> datetime:
        try:
            return datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return super().load(data)  # which says what is wrong with it


def remember_statements(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Called for each new connection: pages and actions know more than psycopg's hundred."""
    connection.connection.prepared_max = MOST_STATEMENTS


def read_instants_quickly(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Called for each new connection."""
    if connection.timezone == UTC:
        connection.connection.adapters.register_loader("timestamptz", InstantLoader)


def reconnect_after(error: Exception) -> bool:
    """Drop a broken connection so that the next query opens a new one; say whether it was that."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    if not connection.in_atomic_block:
        connection.close()
    return True


def insist(write: Callable[[], T]) -> T:
    """Call `write` until the database takes it, for half a minute at most; return its answer.

    For a fact that only we know, such as a server's 250. Raises the last error.
    """
    deadline = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            reconnect_after(error)
            time.sleep(PAUSE_S)


@contextlib.contextmanager
def commit_lazily() -> Iterator[None]:
    """Let commits return before they are on the disk, for work that is found again by itself.

    A crash of PostgreSQL may undo the last half second of such work as if it had not been begun:
    never in part, and never anything that others built on, since whatever they commit carries it
    to the disk too. Not for promises: what somebody was told must be on the disk before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        # A connection that broke meanwhile is gone, and its setting with it.
        with contextlib.suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
