"""The one place that reads the time. A leaf: it imports nothing of ours and all may import it.

In the sandbox the desk's clock can be moved: the offset stands in a small file that every process
(web, workers, doors) looks at, so that all of them agree. In production it is the system's clock.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

MOST_DRIFT = timedelta(seconds=5)  # between two machines that keep time
_seen: tuple[str, int, timedelta] | None = None


class ClockIsFixed(Exception):
    """The clock may be moved in the sandbox alone."""


class ClockIsWrong(Exception):
    """This machine and the database disagree on the time: nothing may be done by either (G9)."""


def now() -> datetime:
    """Return the desk's present instant, in UTC."""
    return datetime.now(UTC) + offset()


def now_if_sure() -> datetime:
    """Return the desk's present instant, for whoever fires what cannot be undone.

    The machine's clock is compared with the database's, on which all machines look: a worker that
    is a month ahead would fire a month of timers. Raises ClockIsWrong.
    """
    drift = find_drift()
    if abs(drift) > MOST_DRIFT:
        apart = timedelta(seconds=round(abs(drift).total_seconds()))
        ahead = "ahead of" if drift > timedelta(0) else "behind"
        raise ClockIsWrong(f"A worker's clock is {apart} {ahead} the database's: it does nothing")
    return now()


def find_drift() -> timedelta:
    """Return how far this machine's clock is ahead of the database's, to some milliseconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return datetime.now(UTC) - cursor.fetchone()[0]


def offset() -> timedelta:
    """Return how far the desk's clock is ahead of the system's; zero outside the sandbox."""
    global _seen
    if not settings.SANDBOX:
        return timedelta(0)
    path = Path(settings.SANDBOX_CLOCK_FILE)
    try:
        changed_at = path.stat().st_mtime_ns
    except FileNotFoundError:
        return timedelta(0)
    if _seen is None or _seen[:2] != (str(path), changed_at):
        _seen = (str(path), changed_at, timedelta(seconds=float(path.read_text() or "0")))
    return _seen[2]


def has_moved_within(lately: timedelta) -> bool:
    """Whether somebody moved the clock less than `lately` of real time ago. Sandbox alone."""
    if not settings.SANDBOX:
        return False
    try:
        moved_at = Path(settings.SANDBOX_CLOCK_FILE).stat().st_mtime
    except FileNotFoundError:
        return False
    return datetime.now(UTC).timestamp() - moved_at < lately.total_seconds()


def move_to(instant: datetime) -> timedelta:
    """Make `instant` (aware) the desk's present and return the new offset. Sandbox alone.

    Raises ClockIsFixed outside the sandbox and ValueError for an instant without a zone.
    """
    if not settings.SANDBOX:
        raise ClockIsFixed("the clock can be moved in the sandbox alone")
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    ahead = instant - datetime.now(UTC)
    path = Path(settings.SANDBOX_CLOCK_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(repr(ahead.total_seconds()))
    draft.replace(path)  # at once, so that no reader sees half a number
    return ahead


def reset() -> None:
    """Let the desk's clock follow the system's again. Sandbox alone."""
    if not settings.SANDBOX:
        raise ClockIsFixed("the clock can be moved in the sandbox alone")
    Path(settings.SANDBOX_CLOCK_FILE).unlink(missing_ok=True)
