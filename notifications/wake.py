"""Best-effort wake-ups for the background workers.

PostgreSQL holds the truth and the sweeps find everything that is due; a wake-up only makes it
sooner. So a wake-up may be lost, and may never hold anybody up: a thread of its own publishes
them, and a broker that is gone or hangs costs the caller nothing (G8, G19). Equal wake-ups in
quick succession are one: a sweep does all that waits.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)

CAPACITY = 1000
REST_S = 5.0  # after a failed publication, silence for so long
SPACING_S = 0.2  # between two equal wake-ups
Wakeup = tuple[Any, tuple[int, ...]]


def wake(task: Any, *args: int) -> None:
    """After the current transaction commits, ask the workers to run Celery task `task(*args)`."""
    transaction.on_commit(partial(wake_now, task, *args), robust=True)


def wake_now(task: Any, *args: int) -> None:
    """The same for work that is committed already. Never waits."""
    if not _silent:
        _publisher().submit(task, args)


_silent = False


@contextmanager
def silence() -> Iterator[None]:
    """Wake nobody from this process: who sweeps by itself finds everything anyway."""
    global _silent
    _silent = True
    try:
        yield
    finally:
        _silent = False


class Publisher:
    """One daemon thread that hands wake-ups to the broker, and drops them while it is away."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._waiting: queue.Queue[Wakeup] = queue.Queue(CAPACITY)
        self._queued: set[tuple[str, tuple[int, ...]]] = set()
        self._published_at: dict[str, float] = {}
        self._resting_until = 0.0
        threading.Thread(target=self._run, name="wake", daemon=True).start()

    def submit(self, task: Any, args: tuple[int, ...]) -> None:
        if (task.name, args) in self._queued:
            return
        try:
            self._waiting.put_nowait((task, args))
        except queue.Full:
            log.info("wake-up dropped: too many are waiting", extra={"task": task.name})
        else:
            self._queued.add((task.name, args))

    def _run(self) -> None:
        while True:
            task, args = self._waiting.get()
            if not args:
                self._space_out(task.name)
            # From here on an equal wake-up is a new one: its work may be missed by this one.
            self._queued.discard((task.name, args))
            if time.monotonic() < self._resting_until:
                continue
            try:
                task.apply_async(args, retry=False, ignore_result=True)
            except Exception as error:
                self._resting_until = time.monotonic() + REST_S
                log.warning("wake-up lost, the sweep will do it: %s", type(error).__name__)

    def _space_out(self, name: str) -> None:
        """Wait a moment when the same sweep was woken just now."""
        pause = self._published_at.get(name, 0.0) + SPACING_S - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        self._published_at[name] = time.monotonic()


_current: Publisher | None = None
_guard = threading.Lock()


def _publisher() -> Publisher:
    """Return this process's publisher. A forked child starts its own: threads do not survive."""
    global _current
    with _guard:
        if _current is None or _current.pid != os.getpid():
            _current = Publisher()
        return _current


def _reset_guard() -> None:
    global _guard
    _guard = threading.Lock()


os.register_at_fork(after_in_child=_reset_guard)
