"""Servers of its own that keep their word, and everything that can be done to them."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis

from config.embedded import Servers, find_free_port
from config.embedded.endpoints import DATABASE

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / ".data" / "test-template"  # a cluster to copy, which spares an initdb


@dataclass(kw_only=True)
class Place:
    """A durable PostgreSQL and a Redis; one database per year, all copies of an empty desk."""

    folder: Path
    servers: Servers
    smtp_port: int
    database: str = DATABASE

    def url_of(self, database: str) -> str:
        return self.servers.endpoints.database_url.removesuffix(DATABASE) + database

    def connect(self, database: str = "") -> psycopg.Connection[tuple[Any, ...]]:
        """As the server's owner: what checks and breaks is not the desk's own role."""
        endpoints = self.servers.endpoints
        account = f"postgres:{endpoints.admin_password}"
        where = f"127.0.0.1:{endpoints.postgres_port}/{database or self.database}"
        return psycopg.connect(f"postgres://{account}@{where}", autocommit=True)

    def renew(self, name: str) -> None:
        """Begin with an empty desk; Django's connections lead there from now on."""
        from django.conf import settings
        from django.db import connection

        connection.close()
        self.database = name
        with self.connect("postgres") as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE} OWNER {DATABASE}".encode())
        settings.DATABASES["default"]["NAME"] = name
        connection.settings_dict["NAME"] = name
        settings.EPOCH_FILE = self.folder / f"{name}.epoch"
        Path(settings.SANDBOX_CLOCK_FILE).unlink(missing_ok=True)

    def crash_postgres(self) -> None:
        """Stop PostgreSQL as a power cut would, and start it again."""
        process = self.servers.postgres.process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        self.servers.postgres.start(self.servers.endpoints)

    def flush_redis(self) -> None:
        with redis.Redis.from_url(self.servers.endpoints.redis_url) as client:
            client.flushall()

    def end(self) -> None:
        self.servers.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def open_place() -> Iterator[Place]:
    """Start the servers, set Django up on them, make the tables; forget everything afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lastcall-soak-"))
    folder.chmod(0o755)  # the servers may run as another user
    servers = Servers.copy_template(TEMPLATE, folder / "servers", durable=True)
    # Processes die here, the machine does not: what PostgreSQL gave to the system's hands is safe,
    # and waiting for the disk would be most of the time.
    with (servers.postgres.data / "postgresql.auto.conf").open("a") as settings:
        settings.write("fsync = off\nfull_page_writes = off\nmax_wal_size = '4GB'\n")
    place = Place(folder=folder, servers=servers, smtp_port=find_free_port())
    try:
        endpoints = servers.start()
        os.environ.update(
            LASTCALL_ENV_FILE=os.devnull,
            DJANGO_SETTINGS_MODULE="config.settings",
            DEBUG="1", SANDBOX="1",  # the clock can be moved in the sandbox alone
            SECRET_KEY=secrets.token_hex(), LOG_LEVEL="CRITICAL",
            FUSE_AT_ONCE="100000000",  # a jump of the clock makes much due at once, on purpose
            DATABASE_URL=endpoints.database_url, REDIS_URL=endpoints.redis_url,
            LASTCALL_DATA=str(folder / "data"), MEDIA_ROOT=str(folder / "media"),
            SANDBOX_CLOCK_FILE=str(folder / "clock"), AUTHSERV_ID="mx.lastcall.example",
            EMAIL_URL=f"smtp://127.0.0.1:{place.smtp_port}",
        )  # fmt: skip
        set_up_django()
        yield place
    finally:
        place.end()


def set_up_django() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.DEBUG = False  # it would keep every query
