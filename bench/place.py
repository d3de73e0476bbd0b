"""Where the benchmarks run: servers of their own, processes of the desk's own code."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.processes import ROOT, Child, Door, Worker
from config.embedded import Servers, find_free_port
from config.embedded.endpoints import DATABASE

TEMPLATE = ROOT / ".data" / "test-template"  # a cluster to copy, which spares an initdb
# As one would set it for a large desk.
LARGE = {"shared_buffers": "1GB", "max_wal_size": "8GB", "checkpoint_timeout": "15min"}


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much is measured: `seconds` per figure, more or less, on desks of so many cases."""

    seconds: float
    is_quick: bool

    @property
    def small(self) -> int:
        return 1_000 if self.is_quick else 10_000

    @property
    def large(self) -> int:
        return 10_000 if self.is_quick else 1_100_000  # nine of ten have a live timer

    @property
    def processes(self) -> tuple[int, ...]:
        """With how many processes at once a thing is measured."""
        return (1,) if self.is_quick else (1, 2)

    @property
    def sizes(self) -> tuple[str, ...]:
        """With which mails (`mails.SIZES`)."""
        return ("6 KB",) if self.is_quick else ("6 KB", "200 KB")


@dataclass(frozen=True, kw_only=True)
class Past:
    """A database of its own with so many cases, and what its tables hold."""

    environment: dict[str, str]  # what a child needs to work on it
    cases: int
    counts: dict[str, int]

    @property
    def size(self) -> str:
        """Such as "1,000,000 cases"."""
        return f"{self.cases:,} cases"

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.environment["DATABASE_URL"], autocommit=True)


@dataclass(kw_only=True)
class Place:
    """A durable PostgreSQL and a Redis with the desk's tables, and a folder for files."""

    folder: Path
    servers: Servers
    scale: Scale
    _children: list[Child | Door | Worker] = field(default_factory=list)
    _pasts: dict[int, Past] = field(default_factory=dict)
    _played: dict[str, int] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.servers.endpoints.database_url

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.database_url, autocommit=True)

    def empty(self, *tables: str) -> None:
        """Forget the rows of these tables, and let no leftover work disturb what comes next."""
        with self.connect_as_admin() as connection:
            # The history's own triggers stand aside: nothing here is anybody's history.
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {', '.join(tables)} CASCADE".encode())
            connection.execute("CHECKPOINT")

    def connect_as_admin(self) -> psycopg.Connection[tuple[Any, ...]]:
        """As the cluster's superuser, for what the desk's own role may not do."""
        return psycopg.connect(self._make_admin_url(DATABASE), autocommit=True)

    def prepare(self) -> None:
        """Keep an empty desk to copy."""
        with self._connect_outside() as connection:
            connection.execute(f"CREATE DATABASE bare TEMPLATE {DATABASE}".encode())

    def open_past(self, cases: int) -> Past:
        """A desk with so many cases, in a database of its own; built when first asked for."""
        if cases not in self._pasts:
            with self._building():
                self._played = self._played or self._play_past()
                self._pasts[cases] = self._build_past(cases, self._played)
        return self._pasts[cases]

    def open_largest_past(self) -> Past:
        """The largest desk that is there already; else a small one."""
        return self.open_past(max(self._pasts, default=self.scale.small))

    @contextmanager
    def _building(self) -> Iterator[None]:
        """A server that would forget everything at a crash, and is quick; then the old one."""
        self._restart(durable=False)
        yield
        self._restart(durable=True)
        os.sync()  # or the next row would be measured while all this goes to the disk

    def _restart(self, *, durable: bool) -> None:
        from django.db import connection as own

        own.close()
        postgres = self.servers.postgres
        postgres.stop()
        postgres.durable = durable
        postgres.start(self.servers.endpoints)

    def _play_past(self) -> dict[str, int]:
        """Play the cases that are copied; return the last row of each table that is."""
        environment = self._copy_database("bare", "played")
        sink, address = self.start_sink()
        child = self.start("play_past", EMAIL_URL=address, **environment)
        last: dict[str, int] = child.read_result()["last"]
        for one in (child, sink):
            one.stop()
        return last

    def _build_past(self, cases: int, played: dict[str, int]) -> Past:
        database = f"past_{cases}"
        environment = self._copy_database("played", database)
        print(f"building a desk of {cases:,} cases", file=sys.stderr, flush=True)
        url = self._make_admin_url(database)
        child = self.start("build_past", cases, json.dumps(played), ADMIN_URL=url)
        counts = child.read_result()["counts"]
        child.stop()
        return Past(environment=environment, cases=cases, counts=counts)

    def _copy_database(self, source: str, database: str) -> dict[str, str]:
        """Copy a database that nobody is in; return what a child needs to work on the copy."""
        with self._connect_outside() as connection:
            connection.execute(
                f"CREATE DATABASE {database} TEMPLATE {source} OWNER {DATABASE}".encode()
            )
        mark = self.folder / f"{database}.epoch"
        if (self.folder / f"{source}.epoch").exists():
            shutil.copy(self.folder / f"{source}.epoch", mark)
        # Else it would seem to be a backup of another one, and everything would be held.
        url = self.database_url.removesuffix(DATABASE) + database
        return {"DATABASE_URL": url, "EPOCH_FILE": str(mark)}

    def _connect_outside(self) -> psycopg.Connection[tuple[Any, ...]]:
        """As the superuser, in no desk's database."""
        return psycopg.connect(self._make_admin_url("postgres"), autocommit=True)

    def start_sink(self) -> tuple[Child, str]:
        """A mail server that takes everything, and its EMAIL_URL."""
        port = find_free_port()
        sink = self.start("smtp_sink", port)
        sink.wait_until_ready()
        sink.go()
        return sink, f"smtp://127.0.0.1:{port}"

    def _make_admin_url(self, database: str) -> str:
        endpoints = self.servers.endpoints
        account = f"postgres:{endpoints.admin_password}"
        return f"postgres://{account}@127.0.0.1:{endpoints.postgres_port}/{database}"

    def empty_all(self) -> None:
        """Forget every row of the desk's."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND"
                " tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"
            ).fetchall()
        self.empty(*(name for (name,) in rows))

    def start(self, module: str, *arguments: object, **environment: str) -> Child:
        """Start a child of `bench.children`, or a command of manage.py, that is ready to go."""
        child = Child(f"bench.children.{module}", [str(one) for one in arguments], environment)
        self._children.append(child)
        return child

    def start_door(self) -> Door:
        """Start the mail door as its users do, and wait until it takes connections."""
        door = Door()
        self._children.append(door)
        return door

    def start_worker(self) -> Worker:
        """Start a Celery worker as the desk's own, and wait until it answers."""
        worker = Worker()
        self._children.append(worker)
        return worker

    def run_together(self, children: Sequence[Child]) -> list[dict[str, Any]]:
        """Let children that are ready begin at once; return what each has to tell."""
        for child in children:
            child.wait_until_ready()
        for child in children:
            child.go()
        return [child.read_result() for child in children]

    def stop_children(self) -> None:
        """End whatever a row left running: it would disturb the next one."""
        while self._children:
            self._children.pop().stop()

    def end(self) -> None:
        self.stop_children()
        self.servers.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def open_place(scale: Scale) -> Iterator[Place]:
    """Start the servers, set Django up on them; forget everything afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lastcall-bench-"))
    folder.chmod(0o755)  # the servers may run as another user
    servers = Servers.copy_template(TEMPLATE, folder / "servers", durable=True)
    servers.postgres.settings = {} if scale.is_quick else LARGE
    place = Place(folder=folder, servers=servers, scale=scale)
    try:
        endpoints = servers.start()
        os.environ.update(
            LASTCALL_ENV_FILE=os.devnull,
            DJANGO_SETTINGS_MODULE="config.settings",
            # As in production: DEBUG keeps every query, the sandbox slows the clock.
            DEBUG="0", SANDBOX="0", SECRET_KEY=secrets.token_hex(), ALLOWED_HOSTS="localhost",
            LOG_LEVEL="ERROR", AUTHSERV_ID="mx.lastcall.example",
            FUSE_AT_ONCE="100000000",  # so much is due at once on purpose
            DATABASE_URL=endpoints.database_url, REDIS_URL=endpoints.redis_url,
            LASTCALL_DATA=str(folder / "data"), MEDIA_ROOT=str(folder / "media"),
            STATIC_ROOT=str(folder / "static"),
            EMAIL_URL=f"smtp://127.0.0.1:{find_free_port()}",
        )  # fmt: skip
        _collect_files()
        place.prepare()
        yield place
    finally:
        place.end()


def _collect_files() -> None:
    """Set Django up, and collect the files that pages name."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
