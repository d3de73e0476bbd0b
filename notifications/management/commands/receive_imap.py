"""Run the IMAP door: every mailbox that is switched on in the admin, one thread each."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection

from notifications.inbound.imap.watchmen import Watchmen
from notifications.management.commands.receive_smtp import check_durability

log = logging.getLogger(__name__)

FOLLOW_EVERY_S = 3.0
PATIENCE_S = 25.0


class Command(BaseCommand):
    help = (
        "Reads the mailboxes that are set up in the admin: stores the raw bytes, commits, then "
        "marks or moves a mail. Follows changes by itself; SIGTERM stops it tidily."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--not-durable",
            action="store_true",
            help="start even where PostgreSQL may lose what it committed (tests)",
        )

    def handle(self, **options: Any) -> None:
        if not options["not_durable"]:
            check_durability()
        stopping = threading.Event()

        def note_signal(_number: int, _frame: FrameType | None) -> None:
            stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, note_signal)
        watchmen = Watchmen()
        while not stopping.is_set():
            follow(watchmen)
            stopping.wait(FOLLOW_EVERY_S)
        log.info("the IMAP door closes")
        if not watchmen.stop(PATIENCE_S):
            raise CommandError("A server did not let go in time; nothing is lost by that.")


def follow(watchmen: Watchmen) -> None:
    """Look at what is set up; a database that is away is looked at again."""
    try:
        watchmen.follow()
    except (DatabaseError, InterfaceError) as error:
        log.warning("the mailboxes cannot be looked up (%s)", type(error).__name__)
    finally:
        connection.close()
