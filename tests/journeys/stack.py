"""The desk as it really runs: every process of `make run`, over servers and a data folder of its
own, and beside it the test's own connection to that database.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.db import DEFAULT_DB_ALIAS, connections

from config.embedded import Servers, find_free_port, read_endpoints
from config.embedded.account import die_with_parent
from config.ports import Ports, save_ports

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "LASTCALL_CHROMIUM")
OPEN = "Ctrl-C stops everything"
SWEEP_S = 2
T = TypeVar("T")


class NotOpened(Exception):
    """The desk did not come up. The text holds its last lines."""


@dataclass(kw_only=True)
class Stack:
    """One running desk with its own PostgreSQL and Redis: durable ones, or the door stays shut."""

    patience_s: float = 120.0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lastcall-journeys-"))
        self.folder.chmod(0o755)  # the servers may run as another user
        self.data = self.folder / "data"
        self.log = self.folder / "run.log"
        self.clock_file = self.data / "clock"
        web, lmtp, smtp, sink = (find_free_port() for _ in range(4))
        self.ports = Ports(web=web, lmtp=lmtp, smtp=smtp, sink=sink)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports.web}"

    # -- its life ---------------------------------------------------------------------------
    def start(self) -> None:
        """Start everything and wait until the supervisor says that it is open."""
        self.servers = Servers.copy_template(ROOT / ".data" / "test-template", self.data)
        save_ports(self.data, self.ports)
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {
            "LASTCALL_ENV_FILE": str(self.folder / ".env"),
            "LASTCALL_DATA": str(self.data),
            "EXAMPLE_DATA": "0",
            "SWEEP_SECONDS": str(SWEEP_S),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.run"], cwd=ROOT, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip
        until = time.monotonic() + self.patience_s
        while OPEN not in self.read_log():
            if self.process.poll() is not None or time.monotonic() > until:
                raise NotOpened(f"the desk did not open:\n{self.read_log_end(30)}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Forget everything. The servers are stopped in order, the desk itself is ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.kill_desk(self.process.pid)
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.process.kill()  # its children go with it: they die with their parent
                self.process.wait(timeout=10)
        if hasattr(self, "servers"):
            shutil.rmtree(self.servers.postgres.folder, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill_desk(self, supervisor: int) -> None:
        """End web server, worker, beat and doors, each with all of its group."""
        children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
        for child in children:
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if command.startswith(sys.executable.encode()):
                with suppress(ProcessLookupError):
                    os.killpg(int(child), signal.SIGKILL)

    def read_log(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def read_log_end(self, lines: int) -> str:
        return "\n".join(self.read_log().splitlines()[-lines:])

    # -- what a test sees of it -------------------------------------------------------------
    @contextmanager
    def use_database(self) -> Iterator[None]:
        """Let the models of this test read and write the stack's database."""
        before = connections[DEFAULT_DB_ALIAS]
        endpoints = read_endpoints(self.data)
        assert endpoints is not None
        url = urlsplit(endpoints.database_url)
        values: dict[str, Any] = {
            **before.settings_dict, "HOST": url.hostname, "PORT": url.port,
            "NAME": url.path.strip("/"), "USER": url.username, "PASSWORD": url.password,
        }  # fmt: skip
        mine = type(before)(values, DEFAULT_DB_ALIAS)
        connections[DEFAULT_DB_ALIAS] = mine
        try:
            yield
        finally:
            mine.close()
            connections[DEFAULT_DB_ALIAS] = before

    def now(self) -> datetime:
        """The desk's present, UTC."""
        try:
            ahead = float(self.clock_file.read_text())
        except FileNotFoundError:
            ahead = 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def move_clock(self, instant: datetime) -> None:
        """Make `instant` the present and do nothing else: worker and beat find what is due."""
        assert instant > self.now(), "time runs forward"
        draft = self.clock_file.with_name("clock.test")
        draft.write_text(repr((instant - datetime.now(UTC)).total_seconds()))
        draft.replace(self.clock_file)

    def wait_for(self, look: Callable[[], T | None], what: str, *, seconds: float = 60.0) -> T:
        """Look again and again until there is something; fail with the desk's last lines."""
        until = time.monotonic() + seconds
        while not (found := look()):
            if time.monotonic() > until:
                raise AssertionError(f"never came: {what}\n{self.read_log_end(25)}")
            time.sleep(0.1)
        return found
