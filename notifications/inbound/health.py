"""Whether the doors are open: a heartbeat per door, read by whoever must not act blindly (G12).

A door is in use from its first heartbeat (or, a mailbox, from being switched on) until it is
retired. While one is shut, mail that came in time may still be outside, so nothing that cannot be
undone happens. It all resumes by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, DurationField, ExpressionWrapper, F, Q, When
from django.db.models.functions import Now

from notifications.models import DoorHealth, Inbound

log = logging.getLogger(__name__)

MAX_AGE = timedelta(seconds=60)  # of a heartbeat, in real time
# A mail server that found the door shut tries again after minutes, at most after about an hour.
LEAST_CATCH_UP, MOST_CATCH_UP = timedelta(minutes=5), timedelta(minutes=70)
MOST_BACKLOG = 500
OLDEST_BACKLOG = timedelta(minutes=15)
Kind = DoorHealth.Kind


@dataclass(frozen=True, kw_only=True)
class Door:
    """A door as it stands. `silence` is how long it has been silent, in real time; None: always.

    `last_ok_at` is the desk's instant up to which nothing that came is missing.
    """

    name: str
    kind: str
    is_open: bool
    silence: timedelta | None
    catching_up: bool
    last_ok_at: datetime | None
    last_error: str
    last_error_at: datetime | None

    @property
    def label(self) -> str:
        """Such as "LMTP door", "mailbox support" or "webhook of postmark"."""
        kind, _, name = self.name.partition(":")
        named = {"imap": "mailbox", "esp": "webhook of"}.get(kind)
        return f"{named} {name}" if named else f"{self.name.upper()} door"

    @property
    def advice(self) -> str:
        """What to do while it is shut."""
        if self.kind == Kind.PULL:
            return (
                self.last_error
                or "Is manage.py receive_imap running? The admin's mailboxes have a test button."
            )
        return (
            "Is manage.py receive_smtp running? Mail servers outside keep the mail and try again."
        )


@dataclass(frozen=True, kw_only=True)
class Risk:
    """Why mail that came in time may not be here. `late`: it will seem to have come later."""

    words: str
    late: bool


def note_door_ok(*, door: str, now: datetime, kind: str = Kind.PUSH) -> None:
    """Note that `door` takes mail and can store it, and has all that came until `now` (UTC).

    After a silence it counts as open, and its mail as still on its way for a while.
    """
    outage = ExpressionWrapper(Now() - F("beat_at"), output_field=DurationField())
    was_shut = Q(beat_at__lt=Now() - MAX_AGE)
    known = DoorHealth.objects.filter(door=door).update(
        kind=kind,
        last_ok_at=now,
        beat_at=Now(),
        reopened_at=Case(When(was_shut, then=Now()), default=F("reopened_at")),
        outage=Case(When(was_shut, then=outage), default=F("outage")),
    )
    if not known:
        DoorHealth.objects.get_or_create(
            door=door, defaults={"kind": kind, "last_ok_at": now, "beat_at": Now()}
        )


def note_door_alive(*, door: str) -> None:
    """Note that a door works, though it has not caught up yet."""
    DoorHealth.objects.filter(door=door).update(beat_at=Now())


def note_door_error(*, door: str, error: str, now: datetime, kind: str = Kind.PUSH) -> None:
    """Note what went wrong at `door`, without calling it shut: the heartbeat decides that."""
    DoorHealth.objects.update_or_create(
        door=door,
        defaults={"last_error": error.replace("\x00", "")[:500], "last_error_at": now},
        create_defaults={
            "kind": kind,
            "last_error": error.replace("\x00", "")[:500],
            "last_error_at": now,
        },
    )


def announce_door(*, door: str, kind: str) -> None:
    """Put a door into use: until its first heartbeat it counts as shut."""
    DoorHealth.objects.get_or_create(door=door, defaults={"kind": kind})


def retire_door(*, door: str) -> bool:
    """Take a door out of use; say whether there was one."""
    return bool(DoorHealth.objects.filter(door=door).delete()[0])


def retire_shut_door(*, door: str, by: str) -> bool:
    """Take a door that listens and is shut out of use, as `by` says. A mailbox is switched off
    where it is set up instead. False: it is open, or no such door."""
    for one in list_doors():
        if one.name == door and one.kind == Kind.PUSH and not one.is_open:
            log.warning("the door %s was taken out of use by user %s", door, by)
            return retire_door(door=door)
    return False


def list_doors() -> list[Door]:
    """Return every door in use, by name. One query."""
    rows = DoorHealth.objects.annotate(
        silence=ExpressionWrapper(Now() - F("beat_at"), output_field=DurationField()),
        back_for=ExpressionWrapper(Now() - F("reopened_at"), output_field=DurationField()),
    )
    return [_describe(row) for row in rows.order_by("door")]


def _describe(row: DoorHealth) -> Door:
    silence: timedelta | None = row.silence  # type: ignore[attr-defined]
    back_for: timedelta | None = row.back_for  # type: ignore[attr-defined]
    passive = row.kind == Kind.PASSIVE
    is_open = passive or (silence is not None and silence <= MAX_AGE)
    return Door(
        name=row.door,
        kind=row.kind,
        is_open=is_open,
        silence=None if passive else silence,
        catching_up=row.kind == Kind.PUSH
        and is_open
        and back_for is not None
        and back_for < _choose_catch_up(row.outage),
        last_ok_at=row.last_ok_at,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
    )


def _choose_catch_up(outage: timedelta | None) -> timedelta:
    """How long the mail servers outside may take to come again, in real time."""
    if not settings.DOOR_CATCH_UP:
        return timedelta(0)
    return min(max(outage or timedelta(0), LEAST_CATCH_UP), MOST_CATCH_UP)


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What is known of mail that may still be outside or unread, as it was looked at once."""

    doors: Sequence[Door]
    backlog: str

    def find_risk(self, deadline: datetime) -> Risk | None:
        """Return why mail received by `deadline` (UTC) may be missing or unread, or None."""
        for door in self.doors:
            if not door.is_open:
                return Risk(words=f"the {door.label} is shut: {SHUT}", late=door.kind == Kind.PUSH)
            if door.catching_up:
                words = f"the {door.label} was shut until a moment ago: {SHUT}"
                return Risk(words=words, late=True)
            if door.kind == Kind.PULL and (door.last_ok_at is None or door.last_ok_at < deadline):
                words = f"the {door.label} has not been read up to the deadline yet"
                return Risk(words=words, late=False)
        return Risk(words=self.backlog, late=False) if self.backlog else None


def look_outside(*, now: datetime) -> Outside:
    """Look at the doors and the mail that waits, at `now` (UTC). Two queries.

    Ask before anything that cannot be undone (G12). A desk without any door in use takes no mail,
    so that none can be missing.
    """
    return Outside(doors=list_doors(), backlog=find_backlog(now=now))


SHUT = "mail that came in time may still be outside"


def find_backlog(*, now: datetime) -> str:
    """Say that too much mail waits to be read, or ""; one query on the small index of such mail."""
    waiting = list(
        Inbound.objects.filter(status=Inbound.Status.RECEIVED)
        .order_by("received_at", "id")
        .values_list("received_at", flat=True)[: MOST_BACKLOG + 1]
    )
    if len(waiting) > MOST_BACKLOG:
        return f"more than {MOST_BACKLOG} received mails wait to be read"
    if waiting and waiting[0] < now - OLDEST_BACKLOG:
        minutes = OLDEST_BACKLOG // timedelta(minutes=1)
        return f"received mail has been waiting to be read for more than {minutes} minutes"
    return ""


def door_is_healthy(*, door: str | None = None) -> bool:
    """Say whether every door (or the one named) is open. A desk without any is not."""
    doors = [one for one in list_doors() if door in (None, one.name)]
    return bool(doors) and all(one.is_open for one in doors)
