"""The named views that a person is offered: their own, and what colleagues share."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from cases.models import SavedView
from cases.queries.queue_filters import Filters

MOST = 100  # in the menu; nobody reads further


@dataclass(frozen=True, kw_only=True)
class ViewLine:
    """A view in the menu: `mine` may be changed, `current` is the one that is open."""

    view: SavedView
    mine: bool
    current: bool


def list_views(*, user: User, filters: Filters) -> list[ViewLine]:
    """One query. The person's own views first."""
    found = SavedView.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner")
    address = filters.address(columns=())
    lines = [
        ViewLine(view=v, mine=v.owner_id == user.pk, current=strip_columns(v.query) == address)
        for v in found[:MOST]
    ]
    return sorted(lines, key=lambda line: not line.mine)


def strip_columns(query: str) -> str:
    return "&".join(part for part in query.split("&") if not part.startswith("columns="))
