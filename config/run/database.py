"""The database brought up to date, and the sandbox's example data, before the desk opens."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import DatabaseError, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from config.run.child import ROOT, Child
from config.run.console import say
from config.run.place import CannotRun

EXAMPLE_PASSWORD = "lastcall"  # noqa: S105 - printed at every start, valid in the sandbox alone
EXAMPLE_USERS = ("mara", "sam", "ada", "otto")


class Printer:
    """A file for Django's commands whose lines go to the console."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pending = ""

    def write(self, text: str) -> None:
        self.pending += text
        *lines, self.pending = self.pending.split("\n")
        for line in lines:
            say(line.rstrip(), name=self.name)

    def flush(self) -> None:
        """Lines go out when they are whole."""


def set_up_django() -> None:
    """Read the settings; every configuration error has a text that names its variable."""
    django.setup()


def has_mailbox() -> bool:
    """Whether a mailbox is switched on in the admin. No, while the database is away."""
    from notifications.models import Mailbox

    try:
        return Mailbox.objects.filter(enabled=True).exists()
    except DatabaseError:
        return False
    finally:
        connections.close_all()


def migrate() -> None:
    """Apply what is missing, with a line each. Raises CannotRun when the database is not there."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            say(f"bringing the database up to date: {len(plan)} steps", name="database")
            call_command("migrate", interactive=False, stdout=Printer("database"), no_color=True)
    except OperationalError as problem:
        where = connection.settings_dict
        raise CannotRun(
            f"the database at {where['HOST']}:{where['PORT']} does not answer; see DATABASE_URL.\n"
            f"{problem}"
        ) from None


def has_command(name: str) -> bool:
    """Return whether some app brings this command of manage.py."""
    return name in get_commands()


def is_empty() -> bool:
    """Return whether nobody can sign in yet."""
    return not get_user_model().objects.exists()


def load_example(*, go_on: Callable[[], None]) -> None:
    """Play the example data into the empty database, with its own progress lines.

    `go_on` is asked all the time and raises when somebody wants to stop.
    """
    started = time.monotonic()
    say("playing the example data into the new database", name="example")
    child = Child(name="example", command=manage("load_example"))
    child.start()
    assert child.process is not None
    try:
        while child.process.poll() is None:
            go_on()
            time.sleep(0.1)
    finally:
        child.wait_or_kill(until=time.monotonic())
    if child.process.returncode:
        raise CannotRun("the example data could not be loaded; see the lines of 'example' above")
    say(f"example data: {time.monotonic() - started:.0f} s", name="example")


def list_sign_ins() -> list[str]:
    """Return a line per example user that exists: name, password, role."""
    if not settings.SANDBOX:
        return []
    users = {user.get_username(): user for user in get_user_model().objects.filter(
        username__in=EXAMPLE_USERS, is_active=True)}  # fmt: skip
    return [
        f"{name:<6} {EXAMPLE_PASSWORD:<10} {getattr(users[name], 'role', '')}"
        for name in EXAMPLE_USERS
        if name in users
    ]


def collect_static() -> None:
    """With DEBUG off the pages' files are served from one folder, named by their content."""
    subprocess.run([*manage("collectstatic"), "--noinput", "-v0"], cwd=ROOT, check=True)


def manage(*arguments: str) -> list[str]:
    """Return the command line of one of Django's commands."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def disconnect() -> None:
    """The supervisor itself holds no connection while the desk runs."""
    connections.close_all()
