"""As many watchers as there are mailboxes, kept in step with what the admin says."""

from __future__ import annotations

import logging
import time

from notifications.inbound.health import announce_door, retire_door
from notifications.inbound.imap.watching import Watcher
from notifications.models import DoorHealth, Mailbox

log = logging.getLogger(__name__)

MOST_MAILBOXES = 50


class Watchmen:
    """Starts, replaces and stops watchers. Every method is called from one thread."""

    def __init__(self) -> None:
        self._watchers: dict[int, Watcher] = {}
        self._leaving: list[Watcher] = []

    def follow(self) -> None:
        """Watch every mailbox that is switched on, with the settings that it has now."""
        wanted = {mailbox.pk: mailbox for mailbox in Mailbox.objects.filter(enabled=True)}
        for pk, watcher in list(self._watchers.items()):
            mailbox = wanted.get(pk)
            if mailbox is None or mailbox.changed_at != watcher.changed_at:
                watcher.ask_to_stop()
                self._leaving.append(self._watchers.pop(pk))
            elif not watcher.is_alive():
                del self._watchers[pk]
        for watcher in [one for one in self._leaving if not one.is_alive()]:
            self._leaving.remove(watcher)
            if watcher.mailbox_id not in wanted:
                retire_door(door=watcher.door)  # its last heartbeat may have come late
        busy = {one.mailbox_id for one in self._leaving}
        for pk, mailbox in wanted.items():
            if pk not in self._watchers and pk not in busy:
                self._start(mailbox)

    def stop(self, patience_s: float) -> bool:
        """Let all finish the mail at hand; say whether they did within `patience_s`."""
        self._leaving += self._watchers.values()
        self._watchers = {}
        for watcher in self._leaving:
            watcher.ask_to_stop()
        deadline = time.monotonic() + patience_s
        for watcher in self._leaving:
            watcher.join(max(0.0, deadline - time.monotonic()))
        return not any(watcher.is_alive() for watcher in self._leaving)

    def _start(self, mailbox: Mailbox) -> None:
        announce_door(door=mailbox.door, kind=DoorHealth.Kind.PULL)
        if len(self._watchers) >= MOST_MAILBOXES:
            log.error("more than %s mailboxes: %s is not read", MOST_MAILBOXES, mailbox.door)
            return
        watcher = Watcher(mailbox)
        self._watchers[mailbox.pk] = watcher
        watcher.start()
        log.info("%s is watched", mailbox.door)
