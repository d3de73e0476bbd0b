"""Notice that this database is a restored backup, before it sends or destroys anything (G24).

A database cannot know that it is old: everything in it is consistent. So the desk keeps a mark
outside, a small file beside every sender's (EPOCH_FILE), and a number in the database that it
raises every few seconds while it works, always before the mark. A database whose number is lower
than the mark's, or that is of another lineage, or that has worked while there is no mark, has
lost what happened since. Then both pause switches act until an administrator has looked.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from notifications.models import Epoch, Switch
from notifications.models.switch import RESTORED

log = logging.getLogger(__name__)

STEP_S = 10  # a backup that is younger than this cannot be told from a crash
READ = """
SELECT id, lineage, number, advanced_at < now() - make_interval(secs => %s),
       EXISTS (SELECT FROM notifications_switch WHERE name = %s AND paused)
  FROM notifications_epoch ORDER BY id DESC LIMIT 1
"""
ADVANCE = """
UPDATE notifications_epoch SET number = number + 1, advanced_at = now()
 WHERE id = %s AND advanced_at < now() - make_interval(secs => %s) RETURNING number
"""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What stands outside the database. `at` is the desk's instant (UTC) when it was written."""

    lineage: uuid.UUID
    number: int
    at: str


_seen: tuple[tuple[str, int, int], Mark] | None = None


@dataclass(frozen=True, kw_only=True)
class Stand:
    """What the database says of itself; `is_due`: it should take a step; `is_held`: it waits for a
    person already."""

    pk: int
    lineage: uuid.UUID
    number: int
    is_due: bool
    is_held: bool


def hold_if_restored(*, now: datetime) -> bool:
    """Ask before each claim of work that has effects outside: True means take none.

    Compares the database with the mark; when they disagree both switches act. One query, and a
    write every ten seconds. Call it outside any transaction.

    What disagrees is looked at twice: between mark and database another process may have begun
    the database's first life.
    """
    stand, words = compare()
    if words:
        stand, words = compare()
    if stand is None:
        begin(now=now)
        return False
    if words:
        hold(words, now=now)
    if words or stand.is_held:
        return True
    if stand.is_due:
        advance(stand, now=now)
    return False


def compare() -> tuple[Stand | None, str]:
    """The database's stand, and why it disagrees with the mark; "" when it does not, or is held.

    The mark is read first: another process may take a step between the two, and the database is
    always ahead of the mark, so that what is read later can only be further.
    """
    mark = read_mark()
    stand = read_stand()
    if stand is None or stand.is_held:
        return stand, ""
    return stand, find_disagreement(stand, mark)


def read_stand() -> Stand | None:
    """What the database remembers; None before the desk has ever worked. One query."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [STEP_S, RESTORED])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, lineage, number, is_due, is_held = row
    return Stand(pk=pk, lineage=lineage, number=number, is_due=is_due, is_held=is_held)


def find_disagreement(stand: Stand, mark: Mark | None) -> str:
    """Why this database is not the one that the desk last worked with; "" when it is."""
    if mark is None:
        return "" if stand.number == 0 else "There is no mark outside the database: is this a copy?"
    if mark.lineage != stand.lineage:
        return "The mark outside belongs to another database, or to a later life of this one."
    if stand.number < mark.number:
        return f"The database is older than the desk was at {mark.at}."
    return ""


def begin(*, now: datetime, by: str = "", reason: str = "") -> None:
    """Begin a new life: with the desk's first work, or when a person accepts a restored backup."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE notifications_epoch IN SHARE ROW EXCLUSIVE MODE")
        last = Epoch.objects.first()
        if last is not None and not by:
            return  # another process was first
        epoch = Epoch.objects.create(
            number=0 if last is None else last.number + 1,
            advanced_at=Now(), begun_at=now, begun_by=by[:150], reason=reason[:300],
        )  # fmt: skip
        Path(settings.EPOCH_FILE).unlink(missing_ok=True)
        mark = Mark(lineage=epoch.lineage, number=epoch.number, at=say(now))
        transaction.on_commit(lambda: write_mark(mark))


def advance(stand: Stand, *, now: datetime) -> None:
    """Take a step: first the database, then the mark, so that a crash between them is no alarm."""
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE, [stand.pk, STEP_S])
        row = cursor.fetchone()
    if row is not None:
        mark = Mark(lineage=stand.lineage, number=row[0], at=say(now))
        transaction.on_commit(lambda: write_mark(mark))


def hold(words: str, *, now: datetime) -> None:
    """Let both switches act until a person has looked."""
    with transaction.atomic():
        switch, _ = Switch.objects.update_or_create(
            name=RESTORED,
            defaults={"paused": True, "reason": words[:300], "by": "The desk", "at": now},
        )
        switch.write_down()
    log.error("restored backup: nothing is sent or destroyed until a person says so. %s", words)


def read_mark() -> Mark | None:
    """The mark as it stands in the file; None when there is none that can be read."""
    global _seen
    path = Path(settings.EPOCH_FILE)
    try:
        found_at = path.stat()
        key = (str(path), found_at.st_ino, found_at.st_mtime_ns)
        if _seen is None or _seen[0] != key:
            found = json.loads(path.read_text())
            mark = Mark(
                lineage=uuid.UUID(found["lineage"]), number=int(found["number"]), at=found["at"]
            )
            _seen = (key, mark)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return _seen[1]


def write_mark(mark: Mark) -> None:
    """Write it at once and to the disk. A place that takes no writing is logged: `doctor` tells."""
    path = Path(settings.EPOCH_FILE)
    text = json.dumps({"lineage": str(mark.lineage), "number": mark.number, "at": mark.at})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as draft:
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
        os.replace(draft.name, path)
    except OSError as error:
        log.error("the mark outside the database cannot be written: %s", error)


def say(now: datetime) -> str:
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"
