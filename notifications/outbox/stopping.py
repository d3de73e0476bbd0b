"""A worker that is told to stop does not wait for a mail server that keeps silent (G21).

Celery waits for what its pool's processes are doing, and tells them nothing. So they read a pipe
that they were born with. Once it says so, no mail is begun, and after a moment's patience every
conversation is hung up. What that means for the mail on its way is known already: before the final
dot it waits for the next worker, after it its fate is unknown (G5).
"""

from __future__ import annotations

import os
import select
import threading
import time
import weakref
from typing import Protocol

PATIENCE_S = 5.0
CONNECT_S = 5.0  # nobody can hang up before there is a connection

_heard_at, _told_at = os.pipe()  # before the pool's processes are born, and never emptied
_told = threading.Event()
_talks: weakref.WeakSet[Talk] = weakref.WeakSet()


class Talk(Protocol):
    """A conversation with a mail server."""

    def hang_up(self) -> None:
        """Break the connection under whoever waits for it. Never raises; called by a thread."""


def tell_to_stop() -> None:
    """Tell this process's children. Safe in a signal handler."""
    os.write(_told_at, b"\0")


def listen() -> None:
    """Hear it in a child: a thread of its own waits for the word."""
    threading.Thread(target=_wait, name="stopping", daemon=True).start()


def is_told() -> bool:
    """Say whether this process has been told to stop: then nothing new is begun."""
    return _told.is_set()


def note_talk(talk: Talk) -> None:
    """Have `talk` hung up when the patience ends. It is forgotten with its last reference."""
    _talks.add(talk)


def _wait() -> None:
    select.select([_heard_at], [], [])
    _told.set()
    time.sleep(PATIENCE_S)
    for talk in list(_talks):
        talk.hang_up()
