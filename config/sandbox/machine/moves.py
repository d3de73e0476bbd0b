"""Moves of the clock that a person asked for: one at a time, in the background, with progress."""

from __future__ import annotations

import logging
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from accounts.models import User
from config import clock
from config.sandbox.machine.due import Due, find_next
from config.sandbox.machine.travel import settle, travel_to
from config.sandbox.models import ClockMove
from config.sandbox.post.bounces import Post
from config.sandbox.post.postman import post_to_door

log = logging.getLogger(__name__)

LOST_AFTER = timedelta(seconds=30)  # real time without a sign of life
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_LOCK = zlib.crc32(b"sandbox.clock_move")


class AlreadyMoving(Exception):
    """Another move is still on its way."""


class NothingAhead(Exception):
    """Nothing is going to happen by itself."""


class UnknownMove(ValueError):
    """The clock moves by an hour, a day, a week, or to the next thing."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Where to, and how a person would say it."""

    label: str
    target_at: datetime


def choose_goal(how: str, *, now: datetime) -> Goal:
    """Return the goal of "hour", "day", "week" or "next" at `now` (UTC).

    Raises NothingAhead and UnknownMove.
    """
    if how in SPANS:
        return Goal(label=f"{'an' if how == 'hour' else 'a'} {how}", target_at=now + SPANS[how])
    if how != "next":
        raise UnknownMove(how)
    due = find_next(after=now)
    if due is None:
        raise NothingAhead("Nothing is going to happen by itself: no timer, no mail, no provider.")
    return Goal(label=f"until {due.what}", target_at=due.at)


def begin_move(*, goal: Goal, user: User | None) -> ClockMove:
    """Write down the move; somebody has to `run_move` it. Raises AlreadyMoving."""
    now = clock.now()
    try:
        with transaction.atomic():
            return ClockMove.objects.create(
                label=goal.label[:120],
                from_at=now,
                target_at=goal.target_at,
                reached_at=now,
                seen_at=datetime.now(UTC),
                asked_by=user,
            )
    except IntegrityError as error:
        raise AlreadyMoving("The clock is moving already; wait until it has arrived.") from error


def run_in_background(move_id: int) -> threading.Thread:
    """Run a move on a thread of this process; a page can wait a moment for it."""

    def run() -> None:
        try:
            run_move(move_id)
        finally:
            connection.close()

    thread = threading.Thread(target=run, name=f"clock-move-{move_id}", daemon=True)
    thread.start()
    return thread


def run_move(move_id: int, *, post: Post = post_to_door) -> None:
    """Bring a move to its end, from wherever it stands. A second runner at once does nothing."""
    with exclusive_lock() as mine:
        move = ClockMove.objects.filter(pk=move_id, status=ClockMove.Status.RUNNING).first()
        if not mine or move is None:
            return
        try:
            travel_to(move.target_at, on_step=lambda due: note_step(move_id, due), post=post)
            settle(post=post)
        except Exception as error:
            log.exception("the clock's move failed")
            finish(move_id, ClockMove.Status.FAILED, problem=f"{type(error).__name__}: {error}")
        else:
            finish(move_id, ClockMove.Status.DONE)


@contextmanager
def exclusive_lock() -> Iterator[bool]:
    """Hold PostgreSQL's lock for moves while this connection lives; False when another has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def note_step(move_id: int, due: Due) -> None:
    words = f"{due.what} · {due.customer}" if due.customer else due.what
    ClockMove.objects.filter(pk=move_id).update(
        reached_at=due.at, next_up=words[:300], steps=F("steps") + 1, seen_at=datetime.now(UTC)
    )


def finish(move_id: int, status: str, *, problem: str = "") -> None:
    ClockMove.objects.filter(pk=move_id).update(
        status=status,
        problem=problem[:500],
        next_up="",
        reached_at=clock.now(),
        seen_at=datetime.now(UTC),
    )


def find_running() -> ClockMove | None:
    """The move that is on its way, if there is one."""
    return ClockMove.objects.filter(status=ClockMove.Status.RUNNING).first()


def is_lost(move: ClockMove) -> bool:
    """Whether the process that ran it has gone, so that somebody may take it up again."""
    return move.status == ClockMove.Status.RUNNING and datetime.now(UTC) - move.seen_at > LOST_AFTER
