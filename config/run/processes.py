"""The processes that make up a running desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from django.conf import settings

from config.ports import Ports
from config.run.child import Child, answers, listens
from config.run.database import has_command, manage

PYTHON = sys.executable


def make_sink(ports: Ports) -> Child | None:
    """The sandbox's SMTP server, where all mail of the desk ends."""
    if not settings.SANDBOX or not has_command("mail_sink"):
        return None
    return Child(
        name="sink", command=manage("mail_sink"),
        is_ready=lambda: listens(settings.SINK_HOST, ports.sink),
    )  # fmt: skip


def make_desk(ports: Ports, *, host: str) -> Iterator[Child]:
    """Web server, worker, beat and mail door, in the order in which they start."""
    celery = [PYTHON, "-m", "celery", "-A", "config", "--quiet"]
    yield Child(
        name="web",
        command=[
            PYTHON, "-m", "granian", "--interface", "wsgi", "--host", host,
            "--port", str(ports.web), "--http", "1", "--no-ws", "--workers", "1",
            "--blocking-threads", "4", "--workers-kill-timeout", "5", "--log-level", "warning",
            "config.wsgi:application",
        ],
        environment={"DATABASE_MAX_AGE_S": "60"},
        is_ready=lambda: answers(f"{address(host, ports.web)}/readyz"),
    )  # fmt: skip
    yield Child(
        name="worker",
        command=[
            *celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle",
            "--loglevel", "INFO",
        ],
        # In a sandbox root is a usual user; a real desk's worker has a user of its own.
        environment={"PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
        ready_line="ready.",
    )  # fmt: skip
    yield Child(
        name="beat",
        command=[*celery, "beat", "--pidfile=", "--loglevel", "WARNING"],
        environment={"CELERY_SKIP_CHECKS": "1"},  # the worker's start makes them
        grace_s=5,
    )
    if has_command("receive_smtp"):
        yield Child(
            name="door", command=manage("receive_smtp"),
            is_ready=lambda: listens(settings.DOOR_HOST, ports.lmtp),
        )  # fmt: skip


def make_imap_door() -> Child:
    """Reads the mailboxes that are set up in the admin. It follows changes by itself."""
    return Child(name="imap", command=manage("receive_imap"), grace_s=30)


def address(host: str, port: int) -> str:
    """Return the address that a browser on this machine opens."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - a comparison
    return f"http://{shown}:{port}"
