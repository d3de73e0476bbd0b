"""`manage.py mail_sink`: the customers' mail server of the sandbox."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from config import clock
from config.sandbox.post.bounces import send_due_bounces
from config.sandbox.post.sink import Sink

LOOK_EVERY_S = 1.0


class Command(BaseCommand):
    help = "Take every mail that the desk sends and show it in the sandbox's mailbox page."
    requires_system_checks: list[str] = []  # a third of its start; the worker examines the desk

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.SINK_HOST)
        parser.add_argument("--port", type=int, default=settings.SINK_PORT)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        sink = Sink(host, port)
        try:
            sink.start()
        except OSError as error:
            raise CommandError(f"The mail sink cannot listen on {host}:{port}: {error}") from error
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write(f"mail sink on {host}:{sink.port}; every mail ends here")
        self.stdout.flush()
        try:
            while not stop.wait(LOOK_EVERY_S):
                self.send_bounces()
        finally:
            sink.stop()

    def send_bounces(self) -> None:
        """Reports that are due; a database or a door that is away is tried again."""
        close_old_connections()
        try:
            send_due_bounces(now=clock.now())
        except Exception as error:
            self.stderr.write(f"bounces wait: {type(error).__name__}: {error}")
