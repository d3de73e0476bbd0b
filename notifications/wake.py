"""Best-effort wake-ups for the background workers.

PostgreSQL holds the truth and the sweeps find everything that is due; a wake-up only makes it
sooner. So a wake-up may be lost, and may never hold anybody up: a thread of its own publishes
them, and a broker that is gone or hangs costs the caller nothing (G8, G19).
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from functools import partial
from typing import Any

from django.db import transaction

log = logging.getLogger(__name__)

CAPACITY = 1000
REST_S = 5.0  # after a failed publication, silence for so long


def wake(task: Any, *args: int) -> None:
    """After the current transaction commits, ask the workers to run Celery task `task(*args)`."""
    transaction.on_commit(partial(_submit, task, args), robust=True)


def _submit(task: Any, args: tuple[int, ...]) -> None:
    if task.app.conf.task_always_eager:
        task.apply(args)
        return
    _publisher().submit(task, args)


class Publisher:
    """One daemon thread that hands wake-ups to the broker, and drops them while it is away."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._waiting: queue.Queue[tuple[Any, tuple[int, ...]]] = queue.Queue(CAPACITY)
        self._resting_until = 0.0
        threading.Thread(target=self._run, name="wake", daemon=True).start()

    def submit(self, task: Any, args: tuple[int, ...]) -> None:
        try:
            self._waiting.put_nowait((task, args))
        except queue.Full:
            log.info("wake-up dropped: too many are waiting", extra={"task": task.name})

    def _run(self) -> None:
        while True:
            task, args = self._waiting.get()
            if time.monotonic() < self._resting_until:
                continue
            try:
                task.apply_async(args, retry=False, ignore_result=True)
            except Exception as error:
                self._resting_until = time.monotonic() + REST_S
                log.warning("wake-up lost, the sweep will do it: %s", type(error).__name__)


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
