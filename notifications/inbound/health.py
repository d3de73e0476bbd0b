"""Whether the doors are open: a heartbeat per door, read by whoever must not act blindly (G12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from notifications.models import DoorHealth

MAX_AGE = timedelta(seconds=60)


def note_door_ok(*, door: str, now: datetime) -> None:
    """Note that `door` takes mail and can store it, at `now` (UTC)."""
    DoorHealth.objects.update_or_create(door=door, defaults={"last_ok_at": now})


def note_door_error(*, door: str, error: str, now: datetime) -> None:
    """Note what went wrong at `door`, without calling it closed: the heartbeat decides that."""
    DoorHealth.objects.update_or_create(
        door=door,
        defaults={"last_error": error.replace("\x00", "")[:500], "last_error_at": now},
    )


def door_is_healthy(
    *, now: datetime, max_age: timedelta = MAX_AGE, door: str | None = None
) -> bool:
    """Say whether every door (or the one named) was open within `max_age` before `now` (UTC).

    A desk where no door has ever opened is not healthy: it cannot have received anything.
    """
    doors = DoorHealth.objects.all() if door is None else DoorHealth.objects.filter(door=door)
    seen = list(doors.values_list("last_ok_at", flat=True))
    return bool(seen) and all(at is not None and now - at <= max_age for at in seen)
