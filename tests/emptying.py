"""Empties what a test with transactions of its own has filled."""

from __future__ import annotations

import psycopg
from django.db import connection

# What migrating writes; every test finds it.
KEPT = ("django_migrations", "django_content_type", "auth_permission")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)"
GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"


class Emptying:
    """A connection of its own, kept over all tests.

    To look into eighty tables a new connection first reads all about them from the catalogue,
    which takes longer than most tests; this one knows.
    """

    def __init__(self) -> None:
        self._connection: psycopg.Connection | None = None
        self._look = ""
        self._guarded: set[str] = set()

    def run(self) -> None:
        """Empty the tables that have rows.

        Deleting few rows takes a tenth of what truncating takes, which makes every index anew.
        Foreign keys are looked at when the transaction ends, so that no order is needed; the
        desk's own triggers stand aside, since history and evidence let nobody delete them.
        """
        try:
            self._run()
        except psycopg.OperationalError:  # a test that ends connections ended this one too
            self.close()
            self._run()

    def _run(self) -> None:
        connected = self._connection or self._connect()
        with connected.transaction():
            filled = [name for (name,) in connected.execute(self._look)]
            if not filled:
                return
            guarded = [name for name in filled if name in self._guarded]
            for name in guarded:
                connected.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
            deletions = ", ".join(f"of_{name} AS (DELETE FROM {name})" for name in filled)
            connected.execute(f"WITH {deletions} SELECT")
            connected.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in guarded:
                connected.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")

    def _connect(self) -> psycopg.Connection:
        given = connection.get_connection_params()
        asked = {key: given[key] for key in ("dbname", "user", "password", "host", "port")}
        self._connection = psycopg.connect(**asked, autocommit=True)
        tables = [name for (name,) in self._connection.execute(TABLES, [list(KEPT)])]
        self._look = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in sorted(tables)
        )
        self._guarded = {name for (name,) in self._connection.execute(GUARDED)}
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
