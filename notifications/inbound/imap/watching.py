"""Watch a mailbox for ever: IDLE, or looking again and again; after an outage, catch up (G12)."""

from __future__ import annotations

import logging
import random
import threading
import time
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from imapclient import IMAPClient

from config import clock
from notifications.inbound.health import note_door_error, note_door_ok
from notifications.inbound.imap.connection import TROUBLE, CannotRead, explain, sign_in
from notifications.inbound.imap.reading import Reader
from notifications.models import DoorHealth, Mailbox

log = logging.getLogger(__name__)

LOOK_EVERY_S = 20.0  # also under IDLE: proof that the connection still lives
SLICE_S = 0.5  # how soon a stop is noticed
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0


class Watcher(threading.Thread):
    """One thread for one mailbox. `changed_at` is the version of its settings that it uses."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name=mailbox.door, daemon=True)
        self.mailbox_id, self.changed_at = mailbox.pk, mailbox.changed_at
        self.door = mailbox.door
        self._stop_asked = threading.Event()

    def ask_to_stop(self) -> None:
        """Finish the mail at hand, then end."""
        self._stop_asked.set()

    def run(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stop_asked.is_set():
            started = time.monotonic()
            try:
                self._watch()
            except (CannotRead, *TROUBLE) as error:
                self._note_error(explain(error))
            except (DatabaseError, InterfaceError) as error:
                log.warning("%s waits for the database (%s)", self.door, type(error).__name__)
            except Exception:
                log.exception("%s failed", self.door)
                self._note_error("A fault of the desk's own; its log tells more.")
            finally:
                connection.close()
            if time.monotonic() - started > LONGEST_PAUSE_S:
                pause = FIRST_PAUSE_S  # it had worked for a while
            self._stop_asked.wait(pause * random.uniform(0.7, 1.3))  # noqa: S311 - no secret
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _watch(self) -> None:
        """Sign in and read until something goes wrong or somebody asks to stop."""
        mailbox = Mailbox.objects.get(pk=self.mailbox_id)
        with sign_in(mailbox) as client:
            reader = Reader(client, mailbox, self._stop_asked)
            while not self._stop_asked.is_set():
                # What comes while we read is not promised to be there: the time before counts.
                began = clock.now()
                trouble = reader.read()
                if self._stop_asked.is_set():
                    return
                self._note_ok(began, trouble)
                self._wait(client)

    def _wait(self, client: IMAPClient) -> None:
        if not client.has_capability("IDLE"):
            self._stop_asked.wait(LOOK_EVERY_S)
            return
        client.idle()
        deadline = time.monotonic() + LOOK_EVERY_S
        while time.monotonic() < deadline and not self._stop_asked.is_set():
            began = time.monotonic()
            if client.idle_check(timeout=SLICE_S):
                break
            if time.monotonic() - began < SLICE_S / 2:
                break  # readable, and nothing there: the server has gone
        client.idle_done()

    def _note_ok(self, at: datetime, trouble: str) -> None:
        note_door_ok(door=self.door, now=at, kind=DoorHealth.Kind.PULL)
        if trouble:
            note_door_error(door=self.door, error=trouble, now=clock.now())

    def _note_error(self, words: str) -> None:
        log.warning("%s: %s", self.door, words)
        try:
            note_door_error(door=self.door, error=words, now=clock.now(), kind=DoorHealth.Kind.PULL)
        except (DatabaseError, InterfaceError):
            log.warning("%s could not tell the database", self.door)
