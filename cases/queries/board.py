"""The execution board: what providers were asked, what they said, and who has to move.

The number of queries is fixed, whatever the board holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts import provisioning
from accounts.models import ManualTask, User
from cases.domain.states import State
from cases.models import Case, CaseItem, Outcome
from cases.models.item import OPEN_ORDERS
from cases.queries.queue import visible_cases
from cases.queries.queue_filters import UnknownFilter
from notifications.models import Switch
from notifications.models.switch import DESTRUCTION

PAGE = 20
ROWS = 12  # of one case on the board; its own page shows them all
SHOWS = (("all", "Everything"), ("person", "Waiting for a person"), ("late", "Late"))
FINISHED = (Outcome.DEACTIVATED, Outcome.ENDED, Outcome.RESTORED, Outcome.LOST, Outcome.KEPT)
ASK_AFTER_FAILURES = 3
SOON = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item on its way, with the words that say who moves next."""

    case_item: CaseItem
    is_manual: bool
    is_paused: bool = False

    @property
    def waits_for(self) -> str:
        """Who has to move: customer or agent, a person at the desk, the provider, or nobody."""
        item = self.case_item
        if item.outcome == Outcome.STOPPED:
            return "an agent or the customer"
        if self.is_paused:
            return "a supervisor: ending services is paused"
        if self.is_manual:
            return "a person at the desk"
        if item.failures >= ASK_AFTER_FAILURES:
            return "an agent"
        if item.outcome == Outcome.FAILED:
            return "the next attempt"
        return "the provider" if item.attempts else "the desk, in a moment"

    @property
    def tone(self) -> str:
        if self.case_item.outcome in (Outcome.FAILED, Outcome.STOPPED):
            return "us"
        return "them" if self.is_manual else "cal"

    @property
    def can_mark_done(self) -> bool:
        """Where only the customer ends services no agent says that one has ended (R43)."""
        may_end = self.case_item.case.rules.agent_may_execute
        return may_end and not self.is_manual and self.case_item.outcome != Outcome.STOPPED


@dataclass(frozen=True, kw_only=True)
class BoardCase:
    """One case on the board. `seconds_left` counts to the promise, below zero when it is broken."""

    case: Case
    rows: Sequence[Row]
    counts: Counter[str]
    now: datetime

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def finished(self) -> int:
        return sum(self.counts[outcome] for outcome in FINISHED)

    @property
    def failed(self) -> int:
        return self.counts[Outcome.FAILED] + self.counts[Outcome.STOPPED]

    @property
    def retriable(self) -> int:
        """How many may be asked for again at once."""
        return sum(self.counts[outcome] for outcome in OPEN_ORDERS)

    @property
    def open(self) -> int:
        return self.retriable

    @property
    def more(self) -> int:
        """How many open ones are not shown here."""
        return max(0, self.open - len(self.rows))

    @property
    def seconds_left(self) -> int | None:
        due_at = self.case.execution_due_at
        return None if due_at is None else int((due_at - self.now).total_seconds())

    @property
    def is_late(self) -> bool:
        return self.seconds_left is not None and self.seconds_left < 0

    @property
    def is_moving(self) -> bool:
        """Can anything change without a person, so that looking again soon is worth it?"""
        soon = self.now + SOON
        nexts = [row.case_item.next_attempt_at for row in self.rows]
        return any(at is not None and at < soon for at in nexts)


@dataclass(frozen=True, kw_only=True)
class Board:
    """One page of the board."""

    show: str
    page: Page
    cases: Sequence[BoardCase]

    @property
    def is_moving(self) -> bool:
        return any(case.is_moving for case in self.cases)


def read_board(*, user: User, show: str, page: int, now: datetime) -> Board:
    """The page that this user asked for: late ones first, then the oldest. Raises `UnknownFilter`.

    Ten queries at most, whatever the page holds.
    """
    if show not in {key for key, _ in SHOWS}:
        raise UnknownFilter(f"There is no board “{show}”.")
    cases = choose_cases(visible_cases(user), show, now=now)
    ordered = cases.order_by(F("execution_due_at").asc(nulls_last=True), "state_since", "id")
    found = Paginator(ordered, PAGE).get_page(page)
    return Board(show=show, page=found, cases=gather(list(found.object_list), now=now))


def choose_cases(cases: QuerySet[Case], show: str, *, now: datetime) -> QuerySet[Case]:
    """Those with something on its way, narrowed to what waits for a person or is late."""
    items = CaseItem.objects.filter(case=OuterRef("pk"), outcome__in=OPEN_ORDERS)
    chosen = cases.filter(Exists(items)).select_related(
        "customer", "brand", "owner", "policy_version"
    )
    if show == "late":
        return chosen.filter(state=State.EXECUTING, execution_due_at__lt=now)
    if show == "person":
        ticks = ManualTask.objects.filter(item=OuterRef("item"), done_at=None)
        stuck = Q(outcome=Outcome.STOPPED) | Q(failures__gte=ASK_AFTER_FAILURES) | Exists(ticks)
        return chosen.filter(Exists(items.filter(stuck)))
    return chosen


def read_case_board(*, case: Case, now: datetime) -> BoardCase | None:
    """The board of one case with every open item, or None when nothing is on its way."""
    counts = Counter(item.outcome for item in case.items.all())
    if not any(counts[outcome] for outcome in OPEN_ORDERS):
        return None
    [found] = gather([case], now=now, most=None)
    return found


def gather(cases: Sequence[Case], *, now: datetime, most: int | None = ROWS) -> list[BoardCase]:
    """The rows and counts of these cases, in three queries."""
    ids = [case.pk for case in cases]
    counts: dict[int, Counter[str]] = {pk: Counter() for pk in ids}
    grouped = CaseItem.objects.filter(case__in=ids).values_list("case", "outcome").order_by()
    for case_id, outcome, number in grouped.annotate(n=Count("pk")):
        counts[case_id][outcome] += number
    rows = find_rows(ids, most=most)
    by_id = {case.pk: case for case in cases}
    shown: dict[int, list[Row]] = {pk: [] for pk in ids}
    paused = Switch.is_paused(DESTRUCTION)
    for item in rows:
        item.case = by_id[item.case_id]
        is_manual = provisioning.waits_for(item.item) == "person"
        is_paused = paused and item.outcome != Outcome.REACTIVATING
        row = Row(case_item=item, is_manual=is_manual, is_paused=is_paused)
        shown[item.case_id].append(row)
    return [
        BoardCase(case=case, rows=shown[case.pk], counts=counts[case.pk], now=now) for case in cases
    ]


def find_rows(case_ids: Iterable[int], *, most: int | None) -> QuerySet[CaseItem]:
    """The open items, what failed first; at most so many of each case."""
    trouble = Q(outcome__in=(Outcome.FAILED, Outcome.STOPPED))
    items = (
        CaseItem.objects.filter(case__in=case_ids, outcome__in=OPEN_ORDERS)
        .select_related("item__customer__brand", "item__location")
        .annotate(in_trouble=trouble)
        .order_by("-in_trouble", "id")
    )
    if most is None:
        return items
    place = Window(RowNumber(), partition_by="case_id", order_by=["-in_trouble", "id"])
    return items.annotate(place=place).filter(place__lte=most)
