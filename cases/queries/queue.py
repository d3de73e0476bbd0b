"""The queue: cases by whose turn it is. The number of queries is fixed, whatever the page holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.models import User
from accounts.scoping import brands_of
from cases.domain.states import Turn
from cases.models import Case, CaseItem, Question, Timer, Todo
from cases.models.timer import LIVE

PAGE = 50
TABS = (
    (Turn.US, "Needs us"),
    (Turn.CUSTOMER, "Waiting for customer"),
    (Turn.CALENDAR, "On the calendar"),
    (Turn.GRACE, "In grace"),
    (Turn.DONE, "Done"),
)
WHOSE = ("mine", "all")


class UnknownFilter(ValueError):
    """A tab, owner or sort key that is not on the list: 400, never a guess."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One page of the queue, with the counts of every tab."""

    tab: Turn
    whose: str
    page: Page
    counts: dict[str, int]


def visible_cases(user: User) -> QuerySet[Case]:
    """The cases that this user may see: those of their brands."""
    return Case.objects.filter(brand__in=brands_of(user))


def read_queue(*, user: User, tab: str, whose: str, page: int, text: str = "") -> Queue:
    """The page that this user asked for. Raises `UnknownFilter`."""
    if tab not in {t for t, _ in TABS} or whose not in WHOSE:
        raise UnknownFilter(f"There is no queue “{tab}” of “{whose}”.")
    cases = visible_cases(user)
    if whose == "mine":
        cases = cases.filter(owner=user)
    counts = dict(cases.values_list("turn").annotate(n=Count("id")).order_by())
    order = ("-state_since", "-id") if tab in (Turn.DONE, Turn.US) else ("state_since", "id")
    rows = decorate(cases.filter(turn=tab)).order_by(*order)
    paginator = Paginator(rows, PAGE)
    paginator.count = counts.get(tab, 0)  # counted already
    return Queue(tab=Turn(tab), whose=whose, page=paginator.get_page(page), counts=counts)


def decorate(cases: QuerySet[Case]) -> QuerySet[Case]:
    """What a row shows beside the case itself, in the same query."""
    timers = Timer.objects.filter(LIVE, case=OuterRef("pk")).order_by("due_at")
    todos = Todo.objects.filter(case=OuterRef("pk"), resolved_at=None).order_by("created_at")
    return cases.select_related("customer", "owner", "brand").annotate(
        next_kind=Subquery(timers.values("kind")[:1]),
        next_at=Subquery(timers.values("due_at")[:1]),
        held=Subquery(timers.exclude(held_because="").values("held_because")[:1]),
        todo_reason=Subquery(todos.values("reason")[:1]),
        items_count=count_of(CaseItem.objects.filter(case=OuterRef("pk"))),
        failed_count=count_of(
            CaseItem.objects.filter(case=OuterRef("pk"), outcome__in=["failed", "stopped"])
        ),
        open_questions=count_of(
            Question.objects.filter(case=OuterRef("pk"), answered_at=None, withdrawn_at=None)
        ),
    )


def count_of(rows: QuerySet) -> Subquery:
    counted = rows.order_by().values("case").annotate(n=Count("*")).values("n")
    return Subquery(counted)


def count_needs_us(user: User) -> int:
    """The number beside *Queue* in the sidebar: the same as on its first tab."""
    return visible_cases(user).filter(turn=Turn.US).count()


def find_overdue(*, now: datetime, limit: int = 50) -> list[Timer]:
    """Timers that should have fired and did not: for the health line."""
    return list(Timer.objects.filter(LIVE, check_at__lt=now).order_by("check_at")[:limit])
