"""What the frame of every page tells a person: what waits, what is new, whether they are away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from accounts.models import User
from accounts.scoping import brand_ids_of
from cases.models import Availability, Notice
from cases.queries.mailroom import list_needs_us
from cases.queries.queue import count_needs_us
from cases.queries.todos import list_todos
from cases.queries.together import Written, count, exists, value, write

MOST_UNREAD = 99  # nobody reads a larger number


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The numbers of the sidebar, unread news up to a hundred, and whether the person is away."""

    queue: int
    todos: int
    mailroom: int
    unread: int
    away: bool


def read_standing(*, user: User) -> Standing:
    """One query, on every page."""
    brands = brand_ids_of(user)
    found = write_standing(user.pk, None if brands is None else tuple(brands)).ask()
    return Standing(**{**found, "queue": found["queue"] or 0})


@lru_cache(maxsize=512)
def write_standing(user_id: int, brands: tuple[int, ...] | None) -> Written:
    """The statement for a person who sees these brands, kept: to write it takes Django longer
    than PostgreSQL to answer it."""
    user = User(pk=user_id)
    user.brand_ids = list(brands or ())  # type: ignore[attr-defined]  # as of who signed in
    return write(
        queue=value(count_needs_us(user=user)),
        todos=count(list_todos(user=user)),
        mailroom=count(list_needs_us(user=user)),
        unread=count(Notice.objects.filter(user=user, read_at=None), most=MOST_UNREAD + 1),
        away=exists(Availability.objects.filter(user=user, away_since__isnull=False)),
    )
