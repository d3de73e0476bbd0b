"""`manage.py load_example`: three companies, their customers, and ten weeks of their cases."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Customer, User
from cases.models import Case, Event
from config import clock
from config.sandbox.example.build import build_world
from config.sandbox.example.play import play_stories
from config.sandbox.example.stories import STORIES, STRAYS
from config.sandbox.example.wipe import wipe_everything
from config.sandbox.post.sink import Sink
from notifications.models import Email, Inbound
from notifications.wake import silence

DAYS = 76  # how far back the story begins
POLICIES_BEFORE = timedelta(days=400)
SAY_EVERY = 0.1


class Command(BaseCommand):
    help = (
        "Fill an empty sandbox: companies, customers, staff (password “lastcall”) and cases in "
        "every state, played with the real actions and real mail over a moved clock."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fresh", action="store_true", help="Forget everything first. The sandbox alone."
        )

    def handle(self, *, fresh: bool, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("This is no sandbox: nothing is loaded, nothing is forgotten.")
        if fresh:
            wipe_everything()
            clock.reset()
        elif Customer.objects.exists() or User.objects.exists():
            self.stdout.write("There is data already; nothing was loaded. See --fresh.")
            return
        started = time.monotonic()
        try:
            self.load()
        except BaseException:
            clock.reset()
            wipe_everything()  # half an example would keep the next start from loading it
            raise
        self.stdout.write(f"{self.count()}; {time.monotonic() - started:.0f} s")

    def load(self) -> None:
        """Play everything, from some weeks ago until now, and let the clock be true again."""
        now = datetime.now(UTC)
        self.said = 0.0
        with silence(), quiet_logs(), Sink("127.0.0.1", 0) as sink, mail_goes_to(sink):
            build_world(now=now, published_at=now - POLICIES_BEFORE)
            clock.move_to(now - timedelta(days=DAYS))
            play_stories(stories=STORIES, strays=STRAYS, now=now, tell=self.tell)
        clock.reset()

    def tell(self, share: float) -> None:
        if share >= self.said + SAY_EVERY or share >= 1 > self.said:
            self.said = share
            self.stdout.write(f"{clock.now():%d %b %Y}: {self.count()}")
            self.stdout.flush()

    def count(self) -> str:
        return (
            f"{Case.objects.count()} cases, {Event.objects.count()} events, "
            f"{Email.objects.count()} emails out, {Inbound.objects.count()} in"
        )


@contextmanager
def quiet_logs() -> Iterator[None]:
    """What is said of every mail on the way would drown the progress."""
    levels = {name: logging.getLogger(name).level for name in ("notifications", "cases")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


@contextmanager
def mail_goes_to(sink: Sink) -> Iterator[None]:
    """The desk of this process sends to `sink`, whatever the environment says."""
    names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL",
             "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")  # fmt: skip
    before = {name: getattr(settings, name) for name in names}
    values = ("django.core.mail.backends.smtp.EmailBackend", sink.host, sink.port, False, False)
    for name, value in zip(names, (*values, "", ""), strict=True):
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
