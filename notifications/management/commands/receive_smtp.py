"""Run the mail door: LMTP and SMTP on loopback, behind the machine's mail server."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection

from config import clock
from notifications.inbound.doors.lmtp import Door, Limits
from notifications.inbound.health import note_door_ok

log = logging.getLogger(__name__)

HEARTBEAT_S = 5.0
DRAIN_S = 25.0
WAIT_S = 1.0  # between two looks for a database that is away
DURABLE = {"fsync": {"on"}, "synchronous_commit": {"on", "remote_write", "remote_apply", "local"}}


class Command(BaseCommand):
    help = (
        "Takes mail by LMTP and SMTP: stores the raw bytes, commits, then says 250. "
        "Listen on loopback only; the machine's mail server stands in front."
    )
    requires_system_checks: list[str] = []  # a third of its start; the worker examines the desk

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.DOOR_HOST)
        parser.add_argument("--lmtp-port", type=int, default=settings.DOOR_LMTP_PORT)
        parser.add_argument("--smtp-port", type=int, default=settings.DOOR_SMTP_PORT)
        parser.add_argument("--max-size", type=int, default=Limits.size, help="in bytes")
        parser.add_argument("--max-connections", type=int, default=Limits.connections)
        parser.add_argument(
            "--not-durable",
            action="store_true",
            help="start even where PostgreSQL may lose what it committed (tests)",
        )

    def handle(self, **options: Any) -> None:
        if not options["not_durable"]:
            check_durability()
        connection.close()
        limits = Limits(size=options["max_size"], connections=options["max_connections"])
        doors = [
            Door(channel="lmtp", host=options["host"], port=options["lmtp_port"], limits=limits),
            Door(channel="smtp", host=options["host"], port=options["smtp_port"], limits=limits),
        ]
        try:
            asyncio.run(serve(doors))
        except OSError as error:
            raise CommandError(f"The mail door cannot listen: {error}") from error


def check_durability() -> None:
    """Refuse to say 250 over a database that may lose a commit in a crash (G1).

    A database that is away is waited for: whoever starts a door may start PostgreSQL beside it.
    """
    while (found := read_durability()) is None:
        time.sleep(WAIT_S)
    for name, value in found.items():
        if value not in DURABLE[name]:
            raise CommandError(
                f"PostgreSQL runs with {name} = {value}: a mail that was acknowledged could "
                "be lost. Set it to on, or start with --not-durable."
            )


def read_durability() -> dict[str, str] | None:
    """What PostgreSQL says of the settings that matter, or None while it is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(DURABLE)]
            )
            return dict(cursor.fetchall())
    except (DatabaseError, InterfaceError) as error:
        words = str(error).partition("\n")[0]
        log.warning("the mail door waits for the database (%s: %s)", type(error).__name__, words)
        connection.close()
        return None


async def serve(doors: list[Door]) -> None:
    """Listen at every door until SIGTERM or SIGINT, then drain."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    for door in doors:
        await door.start()
        log.info("%s listens on %s:%s", door.channel.upper(), door.host, door.port)
    beat = asyncio.create_task(keep_beating(doors))
    await stopping.wait()
    log.info("the mail door closes")
    beat.cancel()
    await asyncio.gather(*(door.stop(DRAIN_S) for door in doors))


async def keep_beating(doors: list[Door]) -> None:
    """Every few seconds note that each door is open and can write to the database (G12)."""
    while True:
        for door in doors:
            try:
                await door.threads.run(partial(beat, door.channel))
            except Exception as error:
                log.warning("no heartbeat: the database is away (%s)", type(error).__name__)
        await asyncio.sleep(HEARTBEAT_S)


def beat(channel: str) -> None:
    note_door_ok(door=channel, now=clock.now())
