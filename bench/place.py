"""Where the benchmarks run: servers of their own, processes of the desk's own code."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from config.embedded import Servers, find_free_port
from config.embedded.account import die_with_parent
from config.embedded.endpoints import DATABASE

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / ".data" / "test-template"  # a cluster to copy, which spares an initdb
LONGEST_START_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much is measured: `seconds` per figure, more or less, on desks of so many cases."""

    seconds: float
    is_quick: bool

    @property
    def small(self) -> int:
        return 2_000 if self.is_quick else 10_000

    @property
    def large(self) -> int:
        return 20_000 if self.is_quick else 1_100_000  # nine of ten have a live timer


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
        """Keep an empty desk to copy, and settings of a server that is meant for a large one."""
        with self._connect_outside() as connection:
            connection.execute(f"CREATE DATABASE bare TEMPLATE {DATABASE}".encode())
            connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
            connection.execute("ALTER SYSTEM SET checkpoint_timeout = '15min'")
            connection.execute("SELECT pg_reload_conf()")

    def open_past(self, cases: int) -> Past:
        """A desk with so many cases, in a database of its own; built when first asked for."""
        if cases not in self._pasts:
            with self._building():
                self._played = self._played or self._play_past()
                self._pasts[cases] = self._build_past(cases, self._played)
        return self._pasts[cases]

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

    def end(self) -> None:
        for child in self._children:
            child.stop()
        self.servers.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


class Child:
    """A process that says `ready`, waits for a line, works, and prints one line of JSON."""

    def __init__(self, module: str, arguments: list[str], environment: dict[str, str]) -> None:
        self.name = module
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env={**os.environ, **environment}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent,
        )  # fmt: skip
        self._is_ready = False

    def wait_until_ready(self) -> None:
        if not self._is_ready:
            self._read()
            self._is_ready = True

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def read_result(self) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(self._read())
        return result

    def stop(self) -> None:
        """End it in order, or not; a child that serves is told by SIGTERM."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()}")
        return line


class Door:
    """A running `manage.py receive_smtp`."""

    def __init__(self) -> None:
        self.port, other = find_free_port(), find_free_port()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "receive_smtp",
             "--lmtp-port", str(self.port), "--smtp-port", str(other)],
            cwd=ROOT, preexec_fn=die_with_parent,
        )  # fmt: skip
        deadline = time.monotonic() + LONGEST_START_S
        while not _is_open(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the mail door does not open")
            time.sleep(0.05)

    def read_cpu_seconds(self) -> float:
        """What it has used of the processors so far (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)


class Worker:
    """A running `celery worker`, which knows the instant provider too."""

    def __init__(self) -> None:
        from config.celery import app

        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2",
             "--without-gossip", "--without-mingle", "-I", "bench.provider",
             "--loglevel", "ERROR"],
            cwd=ROOT, preexec_fn=die_with_parent, stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONWARNINGS": "ignore:You.re running the worker"},
        )  # fmt: skip
        deadline = time.monotonic() + LONGEST_START_S
        while not app.control.ping(timeout=0.5):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError("the worker does not answer")

    def stop(self) -> None:
        """End it at once: what it was doing is only measured."""
        for _ in range(2):  # a second SIGQUIT does not wait for what runs
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGQUIT)
                time.sleep(0.5)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)


def _is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def open_place(scale: Scale) -> Iterator[Place]:
    """Start the servers, set Django up on them, make the tables; forget everything afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lastcall-bench-"))
    folder.chmod(0o755)  # the servers may run as another user
    servers = Servers.copy_template(TEMPLATE, folder / "servers", durable=True)
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
        _make_tables()
        place.prepare()
        yield place
    finally:
        place.end()


def _make_tables() -> None:
    """The tables, and the files that pages name."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    connection.close()
