"""A restored backup sends and destroys nothing until a person says so (G24), and it is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

from config.embedded import find_free_port
from config.embedded.account import find_postgres
from config.embedded.endpoints import replace
from config.embedded.postgres import Postgres
from tests.notifications.sink import Sink, parse, run_sink

pytestmark = pytest.mark.slow

ROOT = Path(settings.BASE_DIR)
# A desk with one cancellation promised, a quarter of an hour before its date.
BUILD = """
import django; django.setup()
from datetime import timedelta
from config import clock
from tests import factories
from tests.cases.build import CALL, Desk
clock.move_to(CALL)
desk = Desk()
factories.make_user(role="administrator", username="ada")
case = desk.confirm(desk.open())
due = case.timers.get(kind="execute").check_at
clock.move_to(due - timedelta(minutes=15))
from cases.sweep import sweep_until_quiet
sweep_until_quiet(read_clock=clock.now)
"""
AN_HOUR = """
import django; django.setup()
from datetime import timedelta
from config import clock
clock.move_to(clock.now() + timedelta(hours=1))
from cases.sweep import sweep_until_quiet
sweep_until_quiet(read_clock=clock.now)
"""
SWEEP = """
import django; django.setup()
from config import clock
from cases.sweep import sweep_until_quiet
sweep_until_quiet(read_clock=clock.now)
"""
STEPS = "UPDATE notifications_epoch SET advanced_at = advanced_at - interval '1 hour'"
PAUSED = "SELECT reason FROM notifications_switch WHERE name = 'restored' AND paused"


class Backup:
    """The backup of the scratch server, started beside it on a port of its own."""

    def __init__(self, scratch, folder: Path) -> None:
        servers = scratch.servers
        programs = find_postgres(servers.postgres.account)
        self.endpoints = replace(servers.endpoints, postgres_port=find_free_port())
        given = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(servers.endpoints.postgres_port),
            "PGUSER": "postgres",
            "PGPASSWORD": servers.endpoints.admin_password,
        }
        made = subprocess.run(
            [ROOT / "docs" / "deploy" / "backup.sh", folder],
            env=given, check=True, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        home = Path(made.stdout.strip())
        self.postgres = Postgres(folder=home, account=servers.postgres.account)
        for path in (home, self.postgres.data, *self.postgres.data.rglob("*")):
            self.postgres.account.own(path)
        self.postgres.note_made()
        url = urlsplit(scratch.url_of(scratch.database))
        place = f"{url.netloc.rpartition(':')[0]}:{self.endpoints.postgres_port}"
        self.url = urlunsplit(url._replace(netloc=place))


@pytest.fixture
def backup_folder(data_dir: Path) -> Path:
    data_dir.mkdir(exist_ok=True)
    data_dir.chmod(0o755)
    return data_dir


@pytest.mark.guarantee("G24")
def test_a_base_backup_of_an_hour_ago_waits_for_a_person(scratch, backup_folder: Path) -> None:
    """Red when `hold_if_restored` is not asked, or never finds a disagreement: the services end a
    second time and the customer is told again."""
    with run_sink(Sink()) as (sink, port):
        given = {
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "EPOCH_FILE": str(backup_folder / "epoch"),
            "SANDBOX_CLOCK_FILE": str(backup_folder / "clock"),
        }

        def run(*words: str, **more: str) -> int:
            return scratch.spawn(*words, **{**given, **more}).wait(120)

        assert run("-c", BUILD) == 0
        backup = Backup(scratch, backup_folder)
        scratch.query(STEPS)
        assert run("-c", AN_HOUR) == 0
        told = [str(parse(envelope)["Subject"]) for envelope in sink.seen]
        ended = [subject for subject in told if "cancelled" in subject]
        assert len(ended) == 1

        backup.postgres.start(backup.endpoints)
        try:
            restored = {"DATABASE_URL": backup.url}
            assert run("-c", SWEEP, **restored) == 0
            assert len(sink.seen) == len(told)
            ask = on(backup.url)
            assert ask("SELECT state FROM cases_case") == [("scheduled",)]
            assert "older than the desk was" in ask(PAUSED)[0][0]
            answer = ("manage.py", "resume_after_restore", "--user", "ada", "--reason", "Compared")
            assert run(*answer, **restored) == 0
            assert run("-c", SWEEP, **restored) == 0
            assert ask("SELECT state FROM cases_case") == [("in_grace",)]
            assert len(sink.seen) == len(told) + 1  # a person said so, knowing of the first
        finally:
            backup.postgres.stop()


def on(url: str) -> Callable[[str], list[tuple]]:
    """What runs a statement on the restored database."""

    def query(statement: str) -> list[tuple]:
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(statement).fetchall()

    return query


def test_the_drill_finds_a_backup_whole_and_what_is_missing(scratch, backup_folder: Path) -> None:
    """The drill of docs/operations.md, on a dump this time: restored, then read through."""
    given = {"EMAIL_URL": "memory://", "SANDBOX_CLOCK_FILE": str(backup_folder / "clock")}
    assert scratch.spawn("-c", BUILD, **given).wait(120) == 0
    programs = find_postgres(scratch.servers.postgres.account)
    live = scratch.url_of(scratch.database)
    dump = backup_folder / "desk.dump"
    subprocess.run([programs / "pg_dump", "-Fc", "-f", dump, live], check=True, timeout=120)
    scratch.query(f"CREATE DATABASE {scratch.database}_back")
    restored = scratch.url_of(f"{scratch.database}_back")
    subprocess.run(
        [programs / "pg_restore", "--no-owner", "-d", restored, dump], check=True, timeout=120
    )

    def drill() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [ROOT / "docs" / "deploy" / "drill.sh"], cwd=ROOT, capture_output=True, text=True,
            env={**scratch.environment, "DATABASE_URL": restored, "PYTHON": sys.executable},
            timeout=120,
        )  # fmt: skip

    whole = drill()
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "migrations: all are applied" in whole.stdout
    on(restored)(
        "DELETE FROM django_migrations WHERE app = 'cases' AND name LIKE '0003%' RETURNING id"
    )
    assert (drill().returncode, drill().stdout.split(":")[0]) == (1, "migrations are missing")
