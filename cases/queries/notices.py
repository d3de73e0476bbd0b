"""The news of one person: the newest few for the bell, pages for the list."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from accounts.models import User
from accounts.scoping import scope
from cases.models import Notice

MOST_UNREAD = 99  # nobody reads a larger number


def list_notices(*, user: User) -> QuerySet[Notice]:
    """Newest first; what this person may not see any more is gone (THREATS 50)."""
    mine = Notice.objects.filter(user=user).select_related("case__customer", "by")
    return scope(mine, user=user, path="case__brand").order_by("-created_at", "-id")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How many news somebody has not read, up to a hundred, and whether they are away."""

    unread: int
    away: bool


def read_standing(*, user: User) -> Standing:
    """One query, on every page."""
    some = Notice.objects.filter(user=OuterRef("pk"), read_at=None).order_by()[: MOST_UNREAD + 1]
    rows = User.objects.filter(pk=user.pk).values_list(
        ArraySubquery(some.values("pk")), "availability__away_since"
    )
    unread, away_since = rows.get()
    return Standing(unread=len(unread), away=away_since is not None)
