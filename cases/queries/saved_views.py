"""The named views that a person is offered: their own, and what colleagues share."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from cases.models import SavedView
from cases.models.rows import read_rows
from cases.queries.queue_filters import Filters

MOST = 100  # in the menu; nobody reads further
VIEWS = """
SELECT id, name, query, shared, owner_id, created_at FROM cases_savedview
WHERE owner_id = %s OR shared ORDER BY name, id LIMIT %s
"""


@dataclass(frozen=True, kw_only=True)
class ViewLine:
    """A view in the menu: `mine` may be changed, `current` is the one that is open."""

    view: SavedView
    mine: bool
    current: bool


def list_views(*, user: User, filters: Filters) -> list[ViewLine]:
    """The person's own views first. One query; another where colleagues share some."""
    found = list(SavedView.objects.raw(VIEWS, [user.pk, MOST]))
    others = {view.owner_id for view in found} - {user.pk}
    owners = {user.pk: user} | {one.pk: one for one in read_rows(User, "id", others)}
    for view in found:
        view.owner = owners[view.owner_id]
    address = filters.address(columns=())
    lines = [
        ViewLine(view=v, mine=v.owner_id == user.pk, current=strip_columns(v.query) == address)
        for v in found
    ]
    return sorted(lines, key=lambda line: not line.mine)


def strip_columns(query: str) -> str:
    return "&".join(part for part in query.split("&") if not part.startswith("columns="))
