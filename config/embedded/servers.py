"""Both servers together: prepared, started and stopped as one."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.account import Account, EmbeddedFailed, choose_home
from config.embedded.endpoints import Endpoints, read_endpoints, save_endpoints
from config.embedded.postgres import Postgres
from config.embedded.redis import Redis
from config.embedded.template import migrate_template

PORT_IS_TAKEN = ("address already in use", "could not bind", "could not create any tcp")


def _say_nothing(text: str) -> None:
    del text


@dataclass(kw_only=True)
class Servers:
    """PostgreSQL and Redis of one data folder. Either can be left out when a URL names another."""

    data_dir: Path
    durable: bool = True
    with_postgres: bool = True
    with_redis: bool = True
    say: Callable[[str], None] = _say_nothing
    endpoints: Endpoints = field(init=False)
    postgres: Postgres = field(init=False)
    redis: Redis = field(init=False)

    def __post_init__(self) -> None:
        account = Account.choose()
        home = choose_home(self.data_dir, account)
        self.endpoints = read_endpoints(self.data_dir) or Endpoints()
        self.postgres = Postgres(folder=home, account=account, durable=self.durable)
        self.redis = Redis(folder=home, account=account)

    @classmethod
    def make_throwaway(cls, template: Path) -> Servers:
        """Return fast servers in a temporary folder, for one test run."""
        folder = Path(tempfile.mkdtemp(prefix="lastcall-test-"))
        folder.chmod(0o755)
        return cls.copy_template(template, folder, durable=False)

    @classmethod
    def copy_template(cls, template: Path, folder: Path, *, durable: bool = True) -> Servers:
        """Return servers in `folder` that need no initdb and no migration: `template` keeps a
        cluster to copy.

        Passwords are the template's, ports are new ones.
        """
        template.mkdir(parents=True, exist_ok=True)
        with (template / "lock").open("w") as lock:  # two test runs may begin at once
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = cls(data_dir=template, durable=False, with_redis=False)
            save_endpoints(template, made.endpoints)
            migrate_template(made)
        save_endpoints(folder, made.endpoints.with_new_ports())
        servers = cls(data_dir=folder, durable=durable)
        shutil.copytree(made.postgres.data, servers.postgres.data)
        for path in (servers.postgres.data, *servers.postgres.data.rglob("*")):
            servers.postgres.account.own(path)
        servers.postgres.note_made()
        return servers

    def start(self) -> Endpoints:
        """Start what is wanted and return where it listens. Raises EmbeddedFailed.

        The ports of the last time are kept, unless somebody else has taken one meanwhile.
        """
        for attempt in range(4):
            save_endpoints(self.data_dir, self.endpoints)
            try:
                self._start_once()
            except EmbeddedFailed as problem:
                self.stop()
                taken = any(phrase in str(problem).lower() for phrase in PORT_IS_TAKEN)
                if not taken or attempt == 3:
                    raise
                self.say("a port of ours was taken meanwhile; choosing others")
                self.endpoints = self.endpoints.with_new_ports()
            except BaseException:
                self.stop()
                raise
            else:
                break
        return self.endpoints

    def _start_once(self) -> None:
        if self.with_postgres:
            if not self.postgres.is_made():
                self.say("making a new PostgreSQL cluster (a few seconds, once)")
            self.postgres.start(self.endpoints)
        if self.with_redis:
            self.redis.start(self.endpoints)

    def stop(self) -> None:
        """Stop both, Redis first: it may be lost, PostgreSQL may not."""
        self.redis.stop()
        self.postgres.stop()

    def remove(self) -> None:
        """Stop both and forget their data. For throwaway servers."""
        self.stop()
        shutil.rmtree(self.postgres.folder, ignore_errors=True)
        shutil.rmtree(self.data_dir, ignore_errors=True)
