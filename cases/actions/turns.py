"""Two batches at once: while PostgreSQL writes one, the next is claimed and decided.

They stay in order: each is decided after the one before it, and written after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


class Turns:
    """Whose turn it is to decide, and whose to write."""

    def __init__(self) -> None:
        self._deciding, self._writing = Lock(), Lock()

    @contextmanager
    def take(self) -> Iterator[Callable[[], None]]:
        """Begin a batch when the one before is decided.

        What comes back is called when this one is: it waits until the one before is written, and
        lets the next one begin. The turn ends with the block, which commits what was written.
        """
        with ExitStack() as held:
            held.enter_context(self._deciding)

            def pass_on() -> None:
                decided = held.pop_all()
                held.enter_context(self._writing)
                decided.close()

            yield pass_on


def run_twice(work: Callable[[], T]) -> tuple[T, T]:
    """Call `work` in this thread and in another one with a connection of its own."""

    def work_apart() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(work_apart)
        return work(), other.result()
