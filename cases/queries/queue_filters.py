"""What the queue can be asked for: its address, read strictly and written again (THREATS 52)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q

from accounts.models import User
from accounts.roles import Role
from accounts.scoping import brand_ids_of
from cases.domain.queue import (
    COLUMNS,
    DEFAULT_COLUMNS,
    DUE,
    ORDERS,
    SORTS,
    TABS,
    WHOSE,
    Cursor,
    is_cursor,
)
from cases.domain.states import State, Turn


class UnknownFilter(ValueError):
    """A tab, owner, column, order or page that was not offered: 400, never a guess."""


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What this user can choose from: brands and colleagues, as (value, label)."""

    brands: Sequence[tuple[int, str]]
    owners: Sequence[tuple[int, str]]
    seen: Sequence[int] | None  # the ids of the user's brands; None means all of them


@dataclass(frozen=True, kw_only=True)
class Filters:
    """One view of the queue, as its address says it. Empty means not filtered."""

    tab: Turn = Turn.US
    whose: str = "all"
    brand: int | None = None
    owner: str = ""  # "nobody", or a user's id
    state: str = ""
    due: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""

    @property
    def order(self) -> str:
        """The order in use: the chosen one, else the tab's own."""
        return self.sort or ORDERS[self.tab]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.brand or self.owner or self.state or self.due)

    @property
    def cursor(self) -> Cursor | None:
        text = self.after or self.before
        return Cursor.read(text, backwards=bool(self.before)) if text else None

    def address(self, **changes: Any) -> str:
        """The query string of this view with some changes; a new view begins at its first page."""
        if not {"after", "before"} & set(changes):
            changes |= {"after": "", "before": ""}
        if changes.get("tab", self.tab) != self.tab:
            changes = {"state": "", "sort": "", **changes}  # another tab has other states
        other = replace(self, **changes)
        parts = {
            "tab": other.tab.value,
            "whose": other.whose,
            "brand": other.brand,
            "owner": other.owner,
            "state": other.state,
            "due": other.due,
            "sort": other.sort,
            "columns": ".".join(other.columns),
            "after": other.after,
            "before": other.before,
        }
        return urlencode({name: value for name, value in parts.items() if value})


BRANDS = """
SELECT id, name FROM accounts_brand WHERE %s::bigint[] IS NULL OR id = ANY(%s::bigint[])
ORDER BY name
"""
KEYS = frozenset(Filters.__dataclass_fields__)


def read_offers(user: User) -> Offers:
    """Three queries, whatever the number of cases."""
    seen = brand_ids_of(user)
    return Offers(
        brands=list_brands(seen),
        owners=[(u.pk, u.display_name) for u in find_people(seen)],
        seen=seen,
    )


def list_brands(seen: Sequence[int] | None) -> list[tuple[int, str]]:
    """The brands by name, as (id, name); None means all of them."""
    with connection.cursor() as cursor:
        wanted = None if seen is None else list(seen)
        cursor.execute(BRANDS, [wanted, wanted])
        return cursor.fetchall()


def list_colleagues(user: User) -> list[User]:
    """Active staff who see a brand that this user sees: whom a case can be given to."""
    return find_people(brand_ids_of(user))


def find_people(seen: Sequence[int] | None) -> list[User]:
    """Active staff who see one of these brands; None means all of them."""
    return list(User.objects.raw(*write_people(None if seen is None else tuple(seen))))


@lru_cache(maxsize=256)
def write_people(seen: tuple[int, ...] | None) -> tuple[str, tuple[Any, ...]]:
    """The statement of `find_people` and its values, kept: every page of the queue asks it."""
    people = User.objects.filter(is_active=True).exclude(role=Role.AUDITOR)
    if seen is not None:
        unbound = Q(brands=None, teams__brands=None)
        shared = Q(brands__in=seen) | Q(teams__brands__in=seen)
        people = people.filter(unbound | shared).distinct()
    return people.order_by("first_name", "last_name", "username").query.sql_with_params()


def read_filters(params: Mapping[str, str], *, offers: Offers) -> Filters:
    """Read an address. Raises `UnknownFilter` for anything that is not offered."""
    unknown = set(params) - KEYS
    if unknown:
        raise UnknownFilter(f"The queue knows no filter “{sorted(unknown)[0][:40]}”.")
    given = {name: value for name, value in params.items() if value}
    columns = tuple(given.get("columns", "").split(".")) if given.get("columns") else ()
    filters = Filters(
        tab=Turn(pick(given, "tab", [t.value for t in TABS]) or Turn.US),
        whose=pick(given, "whose", WHOSE) or "all",
        brand=int(pick(given, "brand", [str(pk) for pk, _ in offers.brands]) or 0) or None,
        owner=pick(given, "owner", ["nobody", *(str(pk) for pk, _ in offers.owners)]),
        state=pick(given, "state", [s.value for s in State]),
        due=pick(given, "due", DUE),
        sort=pick(given, "sort", SORTS),
        columns=tuple(name for name in COLUMNS if name in columns),
        after=given.get("after", ""),
        before=given.get("before", ""),
    )
    check_columns(columns)
    for cursor in filter(None, (filters.after, filters.before)):
        if not is_cursor(cursor):
            raise UnknownFilter("There is no such page of the queue.")
    return filters


def check_columns(columns: Sequence[str]) -> None:
    """Raise `UnknownFilter` for a column that is not offered, or one twice."""
    if set(columns) - set(COLUMNS) or len(set(columns)) != len(columns):
        raise UnknownFilter("The queue has no such column.")


def pick(given: Mapping[str, str], name: str, offered: Any) -> str:
    """The value, which must be one of the offered ones."""
    value = given.get(name, "")
    if value and value not in set(offered):
        raise UnknownFilter(f"The queue has no {name} “{value[:40]}”.")
    return value


def read_columns(text: str) -> tuple[str, ...]:
    """The columns that a person chose, from a cookie: what is not offered is passed over."""
    chosen = set(text.split("."))
    return tuple(name for name in COLUMNS if name in chosen) or DEFAULT_COLUMNS
