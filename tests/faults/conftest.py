"""Real processes on a scratch PostgreSQL that keeps its word: fsync is on, and it may be killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

from config.embedded import Servers
from config.embedded.endpoints import DATABASE
from config.ports import Ports
from config.run.processes import make_desk
from tests.config.conftest import data_dir  # noqa: F401  # a private folder

TEMPLATE = Path(settings.BASE_DIR) / ".data" / "test-template"


class Scratch:
    """A durable PostgreSQL of one's own, with the desk's tables, and processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.servers = Servers.copy_template(TEMPLATE, folder, durable=True)
        self.servers.with_redis = False
        self.servers.start()
        self._processes: list[subprocess.Popen[bytes]] = []
        self.database = DATABASE

    def renew(self) -> None:
        """Begin with empty tables: a copy of the database that was migrated once.

        The one before goes: after a crash PostgreSQL looks at every file that it has, a thousand
        for each database.
        """
        name = f"scratch_{secrets.token_hex(4)}"
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            if self.database != DATABASE:
                connection.execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
        self.database = name

    def url_of(self, database: str) -> str:
        url = urlsplit(self.servers.endpoints.database_url)
        return urlunsplit(url._replace(path=f"/{database}"))

    @property
    def admin_url(self) -> str:
        """The server's owner, in a database that no test uses."""
        endpoints = self.servers.endpoints
        where = f"127.0.0.1:{endpoints.postgres_port}/postgres"
        return f"postgres://postgres:{endpoints.admin_password}@{where}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.url_of(self.database),
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "LOG_LEVEL": "CRITICAL",
        }

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
            timeout=300,
        )

    def run_code(self, code: str, *arguments: str, **environment: str) -> str:
        """Run Python beside the desk's processes and return what it prints."""
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env={**self.environment, **environment},
            cwd=settings.BASE_DIR,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=120,
        ).stdout

    def serve(self, port: int, **environment: str) -> subprocess.Popen[bytes]:
        """The web server of `make run`."""
        web = next(make_desk(Ports(web=port), host="127.0.0.1"))
        return self.spawn(*web.command[1:], **{**web.environment, **environment})

    def spawn(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *command],
            env={**self.environment, **environment},
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill it with its children: a web server's workers would outlive it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def crash_postgres(self) -> None:
        """Stop PostgreSQL as a power cut would, and start it again."""
        process = self.servers.postgres.process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        self.servers.postgres.start(self.servers.endpoints)

    def remove(self) -> None:
        """Stop the server and forget everything; there is nothing to be written for another day."""
        process = self.servers.postgres.process
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait(30)
        self.servers.remove()

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement, waiting for the server while it restarts."""
        with psycopg.connect(self.url_of(self.database), autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def kill_all(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture(scope="session")
def scratch_server() -> Iterator[Scratch]:
    folder = Path(tempfile.mkdtemp(prefix="lastcall-faults-"))
    folder.chmod(0o755)
    scratch = Scratch(folder)
    try:
        yield scratch
    finally:
        scratch.remove()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def scratch(scratch_server: Scratch) -> Iterator[Scratch]:
    """The same server with a database of the test's own; its processes end with the test."""
    scratch_server.renew()
    yield scratch_server
    scratch_server.kill_all()


@pytest.fixture
def wait_until() -> Callable[..., None]:
    def wait(condition: Callable[[], Any], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.05)

    return wait
