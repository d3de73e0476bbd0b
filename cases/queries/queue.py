"""The queue: cases by whose turn it is. The number of queries is fixed, whatever the page holds.

A page is read along an index from where the last one ended, and its numbers are sums that the
database keeps: it costs the same among a million cases as among ten thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import IntegerField, Q, QuerySet, Sum, TextField
from django.db.models.expressions import RawSQL

from accounts.models import User
from accounts.scoping import brand_ids_of, scope
from cases.domain.queue import DUE, SORTS, TABS, Cursor, write_cursor
from cases.domain.states import Turn
from cases.models import Case, QueueCount, Timer
from cases.models.timer import LIVE
from cases.queries.queue_filters import Filters, Offers

PAGE = 50
MOST_COUNTED = 1000  # a number that must be counted is counted so far


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One page of the queue, with the counts of every tab and where the pages beside it begin."""

    filters: Filters
    rows: list[Case]
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
    cases = Case.objects.filter(narrowed, turn=filters.tab)
    if filters.due:
        cases = cases.filter(due_order__lte=now + DUE[filters.due])
    rows, more = read_page(decorate(cases), filters)
    first, last = (mark(rows[0], filters), mark(rows[-1], filters)) if rows else ("", "")
    has_after = more if not filters.before else True
    has_before = more if filters.before else bool(filters.after)
    return Queue(
        filters=filters,
        rows=rows,
        counts=count_tabs(narrowed, filters=filters, now=now),
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


def narrow(filters: Filters, *, offers: Offers, owners: list[int] | None) -> Q:
    """What both the cases and their sums are narrowed by: the scope first (THREATS 50)."""
    found = Q()
    brands = offers.seen
    if filters.brand:
        found &= Q(brand=filters.brand)
    elif brands is not None:
        found &= Q(brand=brands[0]) if len(brands) == 1 else Q(brand__in=brands)
    if owners is not None:
        found &= Q(owner=owners[0]) if len(owners) == 1 else Q(owner__in=owners)
    if filters.owner:
        found &= Q(owner=None) if filters.owner == "nobody" else Q(owner=int(filters.owner))
    if filters.state:
        found &= Q(state=filters.state)
    return found


def count_tabs(narrowed: Q, *, filters: Filters, now: datetime) -> dict[str, int]:
    """How many cases each tab holds. With a date they are counted, up to a thousand each."""
    if not filters.due:
        sums = QueueCount.objects.filter(narrowed).order_by().values_list("turn")
        return {turn: n for turn, n in sums.annotate(n=Sum("cases")) if n}
    due = Case.objects.filter(narrowed, due_order__lte=now + DUE[filters.due]).order_by()
    return {turn: due.filter(turn=turn)[:MOST_COUNTED].count() for turn in TABS}


def read_page(cases: QuerySet[Case], filters: Filters) -> tuple[list[Case], bool]:
    """The rows of one page in the chosen order, and whether there are more that way."""
    field, descending = SORTS[filters.order], filters.order.startswith("-")
    cursor = filters.cursor
    backwards = cursor is not None and cursor.backwards
    falling = descending != backwards
    if cursor:
        cases = cases.filter(stands_beyond(field, cursor, falling=falling))
    sign = "-" if falling else ""
    rows = list(cases.order_by(f"{sign}{field}", f"{sign}id")[: PAGE + 1])
    page, more = rows[:PAGE], len(rows) > PAGE
    return (page[::-1] if backwards else page), more


def stands_beyond(field: str, cursor: Cursor, *, falling: bool) -> Q:
    """(field, id) beyond the cursor's, written so that PostgreSQL enters its index there."""
    sign = "lt" if falling else "gt"
    same = Q(**{field: cursor.at, f"id__{sign}": cursor.id})
    return Q(**{f"{field}__{sign}e": cursor.at}) & (Q(**{f"{field}__{sign}": cursor.at}) | same)


def mark(case: Case, filters: Filters) -> str:
    return write_cursor(getattr(case, SORTS[filters.order]), case.pk)


def decorate(cases: QuerySet[Case]) -> QuerySet[Case]:
    """What a row shows beside the case itself, in the same query; of the case only what it shows.

    Written in SQL: Django would take longer to write it than PostgreSQL to answer it.
    """
    return cases.select_related("customer", "owner", "brand").only(*SHOWN).annotate(**BESIDE)


SHOWN = (
    "number", "turn", "state", "state_since", "received_at", "due_at", "due_order",
    "effective_on", "grace_ends_at", "ask_paused_because", "whole_account", "reason",
    "customer__name", "customer__timezone", "brand__name",
    "owner__username", "owner__first_name", "owner__last_name",
)  # fmt: skip
BESIDE = {
    name: RawSQL(sql, (), output_field=TextField() if "LIMIT" in sql else IntegerField())  # noqa: S611 - all of it stands here
    for name, sql in {
        "next_kind": "SELECT kind FROM cases_timer WHERE case_id = cases_case.id"
        " AND fired_at IS NULL AND cancelled_at IS NULL ORDER BY due_at LIMIT 1",
        "held": "SELECT held_because FROM cases_timer WHERE case_id = cases_case.id"
        " AND fired_at IS NULL AND cancelled_at IS NULL AND held_because <> ''"
        " ORDER BY due_at LIMIT 1",
        "todo_reason": "SELECT reason FROM cases_todo WHERE case_id = cases_case.id"
        " AND resolved_at IS NULL ORDER BY created_at LIMIT 1",
        "items_count": "SELECT count(*) FROM cases_caseitem WHERE case_id = cases_case.id",
        "failed_count": "SELECT count(*) FROM cases_caseitem WHERE case_id = cases_case.id"
        " AND outcome IN ('failed', 'stopped')",
        "open_questions": "SELECT count(*) FROM cases_question WHERE case_id = cases_case.id"
        " AND answered_at IS NULL AND withdrawn_at IS NULL",
    }.items()
}


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
