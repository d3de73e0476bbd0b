"""Which threads somebody acts on: their mail is filed one by one and told, all other together."""

from __future__ import annotations

from collections.abc import Callable, Collection

ThreadCheck = Callable[[Collection[int]], Collection[int]]
_checks: list[ThreadCheck] = []


def register_thread_check(check: ThreadCheck) -> None:
    """Have `check(ids)` asked which of these threads `inbound_processed` is to be sent for.

    Registering twice counts once.
    """
    if check not in _checks:
        _checks.append(check)


def find_claimed(thread_ids: Collection[int]) -> set[int]:
    """Return those of these threads that somebody acts on: one query of each who registered."""
    return {one for check in _checks for one in check(thread_ids)} if thread_ids else set()
