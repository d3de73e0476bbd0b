"""Starts the desk in order, looks after it, and stops it in order."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.embedded import EmbeddedFailed, Servers
from config.ports import Ports
from config.run import database
from config.run.child import ROOT, Child, GaveUp, how
from config.run.console import say
from config.run.place import CannotRun, choose_ports, make_env_file, take_lock
from config.run.processes import address, make_desk, make_imap_door, make_sink

READY_S = 60.0
TICK_S = 0.25
MAILBOX_S = 5.0  # how soon a mailbox that was just set up is read
EXAMPLE_BEGUN = "example-begun"


class Stopped(Exception):
    """Somebody asked us to stop while we were still starting."""


def wants_example() -> bool:
    """Return whether a new sandbox is filled: yes, unless EXAMPLE_DATA says no."""
    return env.read_bool("EXAMPLE_DATA", default=True) and database.has_command("load_example")


class Supervisor:
    """One run of the desk, from its first line to its last."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.servers: Servers | None = None
        self.asked_to_stop = threading.Event()
        self.started = time.monotonic()
        self.looks_for_mailbox_at: float | None = 0.0

    def run(self) -> int:
        """Run until somebody stops it; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)
        try:
            self._start()
            while not self.asked_to_stop.wait(TICK_S):
                self._look_after()
                self._open_imap_door()
        except Stopped:
            pass
        except (CannotRun, EmbeddedFailed, GaveUp, ImproperlyConfigured) as problem:
            say(f"\n{problem}\n")
            return 1
        finally:
            self._stop()
        return 0

    def _start(self) -> None:
        env_file = Path(os.environ.get("LASTCALL_ENV_FILE") or ROOT / ".env")
        if make_env_file(env_file):
            say(f"{env_file.name} made: this machine is a sandbox (DEBUG and SANDBOX on)")
        env.load_file(env_file)
        data_dir = env.read_path("LASTCALL_DATA", default=ROOT / ".data")
        host = env.read_text("HOST", default="127.0.0.1")
        self.lock = take_lock(data_dir)
        ports = choose_ports(data_dir, host=host)
        self._start_servers(data_dir)
        self._forget_half_an_example(data_dir)
        self._prepare_database(ports, data_dir=data_dir)
        for child in make_desk(ports, host=host):
            self._start_child(child)
        self._wait_until_ready(*self.children)
        self._greet(host, ports)

    def _start_servers(self, data_dir: Path) -> None:
        """Start those that no variable replaces."""
        self.servers = Servers(
            data_dir=data_dir, with_postgres=not os.environ.get("DATABASE_URL"),
            with_redis=not os.environ.get("REDIS_URL"),
            say=lambda text: say(text, name="database"),
        )  # fmt: skip
        if self.servers.with_postgres or self.servers.with_redis:
            endpoints = self.servers.start()
            if self.servers.with_postgres:
                say(f"PostgreSQL on 127.0.0.1:{endpoints.postgres_port}", name="database")
            if self.servers.with_redis:
                say(f"Redis on 127.0.0.1:{endpoints.redis_port}", name="redis")

    def _forget_half_an_example(self, data_dir: Path) -> None:
        """Example data that was broken off, by Ctrl-C perhaps, is played from its beginning."""
        begun = data_dir / EXAMPLE_BEGUN
        if not begun.exists():
            return
        if self.servers is None or not self.servers.with_postgres:
            raise CannotRun(
                "the example data was broken off the last time. Empty the database that "
                f"DATABASE_URL names, remove {begun}, and start again."
            )
        say("the example data was broken off the last time; beginning anew", name="database")
        self.servers.postgres.empty_database(self.servers.endpoints)
        (data_dir / "clock").unlink(missing_ok=True)
        begun.unlink()

    def _prepare_database(self, ports: Ports, *, data_dir: Path) -> None:
        database.set_up_django()
        from django.conf import settings

        database.migrate()
        self._go_on()
        if not settings.DEBUG:
            database.collect_static()
        sink = make_sink(ports)
        if sink is not None:
            self._start_child(sink)
        if settings.SANDBOX and wants_example() and database.is_empty():
            if sink is not None:
                self._wait_until_ready(sink)
            (data_dir / EXAMPLE_BEGUN).touch()
            database.load_example(go_on=self._go_on)
            (data_dir / EXAMPLE_BEGUN).unlink()
        self.sign_ins = database.list_sign_ins()
        database.disconnect()

    def _start_child(self, child: Child) -> None:
        self._go_on()
        child.start()
        self.children.append(child)

    def _wait_until_ready(self, *children: Child) -> None:
        limit = time.monotonic() + READY_S
        waiting = list(children)
        while waiting:
            self._go_on()
            self._look_after(patiently=False)
            waiting = [child for child in waiting if not child.ready()]
            if waiting and time.monotonic() > limit:
                names = ", ".join(child.name for child in waiting)
                raise CannotRun(f"not ready after {READY_S:.0f} s: {names}; see their lines above")
            time.sleep(0.1)

    def _look_after(self, *, patiently: bool = True) -> None:
        """A process of the desk is started again: all that matters is in the database.

        Without its database or broker there is nothing to go on with, so the whole run ends.
        """
        for child in self.children:
            child.look_after(patiently=patiently)
        for server in (self.servers.postgres, self.servers.redis) if self.servers else ():
            if server.process is not None and (code := server.process.poll()) is not None:
                name = type(server).__name__
                server.process = None
                raise CannotRun(f"{name} {how(code)}. Its last lines:\n{server.read_log_end(8)}")

    def _open_imap_door(self) -> None:
        """Start it as soon as a mailbox is set up: most desks have none."""
        if self.looks_for_mailbox_at is None or time.monotonic() < self.looks_for_mailbox_at:
            return
        self.looks_for_mailbox_at = time.monotonic() + MAILBOX_S
        if database.has_mailbox():
            self.looks_for_mailbox_at = None
            self._start_child(make_imap_door())

    def _greet(self, host: str, ports: Ports) -> None:
        seconds = time.monotonic() - self.started
        lines = ["", f"Lastcall is open after {seconds:.1f} s:  {address(host, ports.web)}", ""]
        if self.sign_ins:
            lines += ["Sign in as          with the password", *self.sign_ins, ""]
            lines[3] = "name   password   role"
        lines += ["Ctrl-C stops everything.", ""]
        say("\n".join(lines))

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.asked_to_stop.set()

    def _go_on(self) -> None:
        if self.asked_to_stop.is_set():
            raise Stopped

    def _stop(self) -> None:
        """First those that make work, then those that do it, at last what they stand on."""
        if self.children or self.servers:
            say("stopping")
        first = [child for child in self.children if child.name not in {"sink"}]
        last = [child for child in self.children if child not in first]
        for group in (first, last):
            for child in group:
                child.ask_to_stop()
            began = time.monotonic()
            for child in group:
                child.wait_or_kill(until=began + child.grace_s)
        if self.servers is not None:
            self.servers.stop()
            say("everything is stopped")
