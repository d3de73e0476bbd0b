"""The queue: cases by whose turn it is. The number of queries is fixed, whatever the page holds.

A page is read along an index from where the last one ended, and its numbers are sums that the
database keeps: it costs the same among a million cases as among ten thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet, Sum

from accounts.models import User
from accounts.scoping import brand_ids_of, scope
from cases.domain.queue import DUE, SORTS, TABS, write_cursor
from cases.domain.states import Turn
from cases.models import Case, QueueCount, Timer
from cases.models.timer import LIVE
from cases.queries.case_rows import (
    CaseRow,
    Condition,
    of_brands,
    one_of,
    read_case_rows,
    write_where,
)
from cases.queries.queue_filters import Filters, Offers

PAGE = 50
MOST_COUNTED = 1000  # a number that must be counted is counted so far


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One page of the queue, with the counts of every tab and where the pages beside it begin."""

    filters: Filters
    rows: list[CaseRow]
    counts: dict[str, int]
    after: str = ""
    before: str = ""

    @property
    def tabs(self) -> list[tuple[Turn, str, int]]:
        return [(turn, turn.label, self.counts.get(turn, 0)) for turn in TABS]


def visible_cases(user: User) -> QuerySet[Case]:
    """The cases that this user may see: those of their brands. One query for the brands."""
    return scope(Case.objects.all(), user=user, path="brand")


def read_queue(*, user: User, filters: Filters, offers: Offers, now: datetime) -> Queue:
    """The page that this user asked for: two queries, three for a team."""
    owners = read_owners(user, filters)
    narrowed = narrow(filters, offers=offers, owners=owners)
    due: list[Condition] = []
    if filters.due:
        due = [("c.due_order <= %s", now + DUE[filters.due])]
    turn: Condition = ("c.turn = %s", filters.tab.value)
    rows, more = read_page([*narrowed, turn, *due], filters)
    first, last = (mark(rows[0], filters), mark(rows[-1], filters)) if rows else ("", "")
    has_after = more if not filters.before else True
    has_before = more if filters.before else bool(filters.after)
    return Queue(
        filters=filters,
        rows=rows,
        counts=count_due(narrowed + due) if due else count_tabs(narrowed),
        after=last if has_after else "",
        before=first if has_before else "",
    )


def read_owners(user: User, filters: Filters) -> list[int] | None:
    """Whose cases are asked for, by id; None for everybody's."""
    if filters.whose == "mine":
        return [user.pk]
    if filters.whose == "team":
        mates = User.objects.filter(teams__members=user).values_list("pk", flat=True)
        return sorted({user.pk, *mates})
    return None


def narrow(filters: Filters, *, offers: Offers, owners: list[int] | None) -> list[Condition]:
    """What both the cases and their sums are narrowed by: the scope first (THREATS 50)."""
    found = of_brands([filters.brand] if filters.brand else offers.seen)
    if owners is not None:
        found.append(one_of("c.owner_id", owners))
    if filters.owner == "nobody":
        found.append(("c.owner_id IS NULL", ()))
    elif filters.owner:
        found.append(("c.owner_id = %s", int(filters.owner)))
    if filters.state:
        found.append(("c.state = %s", filters.state))
    return found


def count_tabs(narrowed: list[Condition]) -> dict[str, int]:
    """How many cases each tab holds: sums that the database keeps. One query."""
    where, values = write_where(narrowed)
    sql = f"SELECT c.turn, sum(c.cases) FROM cases_queuecount c{where} GROUP BY c.turn"  # noqa: S608 - our own conditions
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {turn: int(n) for turn, n in cursor.fetchall() if n}


def count_due(narrowed: list[Condition]) -> dict[str, int]:
    """The same of what is due: counted, up to a thousand each. One query."""
    counts, values = [], []
    for turn in TABS:
        where, given = write_where([*narrowed, ("c.turn = %s", turn.value)])
        some = f"SELECT FROM cases_case c{where} LIMIT {MOST_COUNTED}"
        counts.append(f"(SELECT count(*) FROM ({some}) AS counted)")  # noqa: S608 - the same
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", values)
        return dict(zip(TABS, cursor.fetchone(), strict=True))


def read_page(conditions: list[Condition], filters: Filters) -> tuple[list[CaseRow], bool]:
    """The rows of one page in the chosen order, and whether there are more that way."""
    field, descending = SORTS[filters.order], filters.order.startswith("-")
    cursor = filters.cursor
    backwards = cursor is not None and cursor.backwards
    falling = descending != backwards
    if cursor:  # PostgreSQL enters its index there
        beyond = f"(c.{field}, c.id) {'<' if falling else '>'} (%s, %s)"
        conditions = [*conditions, (beyond, (cursor.at, cursor.id))]
    way = "DESC" if falling else "ASC"
    order = f"c.{field} {way}, c.id {way}"
    rows = read_case_rows(conditions, order=order, limit=PAGE + 1)
    page, more = rows[:PAGE], len(rows) > PAGE
    return (page[::-1] if backwards else page), more


def mark(case: CaseRow, filters: Filters) -> str:
    return write_cursor(getattr(case, SORTS[filters.order]), case.pk)


def count_needs_us(*, user: User) -> QuerySet[QueueCount, int]:
    """The number beside *Queue* in the sidebar, the same as on its first tab: one row, or none."""
    seen = brand_ids_of(user)
    sums = QueueCount.objects.filter(turn=Turn.US)
    if seen is not None:
        sums = sums.filter(brand__in=seen)
    return sums.order_by().values("turn").values_list(Sum("cases"))


def find_overdue(*, now: datetime, limit: int = 50) -> list[Timer]:
    """Timers that should have fired and did not: for the health line."""
    return list(Timer.objects.filter(LIVE, check_at__lt=now).order_by("check_at")[:limit])
