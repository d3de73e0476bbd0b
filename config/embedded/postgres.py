"""One embedded PostgreSQL: its data folder, its process, its role and database."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded.account import Account, EmbeddedFailed, find_postgres
from config.embedded.endpoints import DATABASE, FILE, Endpoints

START_S = 60.0
STOP_S = 20.0
COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "lc_messages": "C",
}
# A throwaway cluster may forget everything when the machine stops; ours may not.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10min",
}


@dataclass(kw_only=True)
class Postgres:
    """A cluster in `folder`. `durable` False is for tests: fast, and lost with the machine."""

    folder: Path
    account: Account
    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)  # beside and instead of ours
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def is_made(self) -> bool:
        """Return whether the cluster was made completely; half a cluster is made again."""
        return (self.folder / "postgres-is-made").exists()

    def make(self, endpoints: Endpoints) -> None:
        """Make the cluster with initdb; some seconds, once."""
        if self.is_made():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        self.account.make_folder(self.data)
        with tempfile.NamedTemporaryFile("w", prefix="lastcall-", suffix=".pw") as secret:
            secret.write(endpoints.admin_password)
            secret.flush()
            self.account.own(Path(secret.name))
            answer = self.account.run(
                [self._program("initdb"), "-D", str(self.data), "-U", "postgres", "-E", "UTF8",
                 "--locale=C", "--auth=scram-sha-256", f"--pwfile={secret.name}",
                 *([] if self.durable else ["--no-sync"])],
                timeout=120,
            )  # fmt: skip
        if answer.returncode:
            raise EmbeddedFailed(f"initdb failed:\n{answer.stdout}{answer.stderr}")
        self.note_made()

    def note_made(self) -> None:
        """Say that the cluster in `data` is whole."""
        (self.folder / "postgres-is-made").touch()

    def forget_made(self) -> None:
        """Have the cluster made anew at the next start."""
        (self.folder / "postgres-is-made").unlink(missing_ok=True)

    def start(self, endpoints: Endpoints) -> None:
        """Start it, wait until it answers, and see to the role and the database.

        Raises EmbeddedFailed with the end of its log. A server that an earlier, dead supervisor
        left behind is stopped first; a stale pid file PostgreSQL sees through by itself.
        """
        self.make(endpoints)
        self.stop_leftover()
        settings = COMMON | {"port": str(endpoints.postgres_port)}
        settings |= self.settings
        settings |= {} if self.durable else THROWAWAY
        command = [self._program("postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self.process = self.account.start(command, log=log, death_signal=signal.SIGINT)
        self._wait_until_ready(endpoints)
        self._make_role_and_database(endpoints)

    def stop(self) -> None:
        """Stop it in order: sessions are ended, everything committed is kept."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_S)

    def stop_leftover(self) -> None:
        """Stop a server that still runs on this folder though nobody watches it."""
        if not (self.data / "postmaster.pid").exists():
            return
        command = [self._program("pg_ctl"), "stop", "-D", str(self.data), "-m", "fast", "-w"]
        answer = self.account.run([*command, "-t", "30"], timeout=40)
        if answer.returncode and "is PostgreSQL running" not in answer.stderr + answer.stdout:
            quick = [self._program("pg_ctl"), "stop", "-D", str(self.data), "-m", "immediate"]
            self.account.run(quick, timeout=40)

    def _program(self, name: str) -> str:
        return str(find_postgres(self.account) / name)

    def _wait_until_ready(self, endpoints: Endpoints) -> None:
        assert self.process is not None
        limit = time.monotonic() + START_S
        while True:
            if self.process.poll() is not None:
                raise EmbeddedFailed(f"PostgreSQL did not start:\n{self.read_log_end()}")
            try:
                _connect(endpoints, database="postgres").close()
            except psycopg.OperationalError as problem:
                if "password authentication failed" in str(problem):
                    self.stop()
                    raise EmbeddedFailed(
                        f"the PostgreSQL in {self.data} has other passwords than {FILE}. "
                        f"Bring that file back, or remove the data folder to begin anew."
                    ) from None
                if time.monotonic() > limit:
                    self.stop()
                    text = f"PostgreSQL does not answer after {START_S:.0f} s"
                    raise EmbeddedFailed(f"{text}:\n{self.read_log_end()}") from None
                time.sleep(0.05)
            else:
                return

    def _make_role_and_database(self, endpoints: Endpoints) -> None:
        """The application gets a role of its own: it owns its database and is no superuser."""
        role, password = sql.Identifier(DATABASE), sql.Literal(endpoints.postgres_password)
        with _connect(endpoints, database="postgres") as connection:
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s"):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(role, password)
                )
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s"):
                connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(role))

    def empty_database(self, endpoints: Endpoints) -> None:
        """Drop the application's database with all that is in it and make a new one."""
        with _connect(endpoints, database="postgres") as connection:
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        self._make_role_and_database(endpoints)

    def read_log_end(self, lines: int = 15) -> str:
        """Return the last lines of the server's log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return f"(no log in {os.fspath(self.log)})"


def _connect(endpoints: Endpoints, *, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1", port=endpoints.postgres_port, user="postgres", dbname=database,
        password=endpoints.admin_password, connect_timeout=3, autocommit=True,
    )  # fmt: skip


def _exists(connection: psycopg.Connection, query: str) -> bool:
    return connection.execute(query.encode(), [DATABASE]).fetchone() is not None
