"""The supervisors' numbers, and the cases behind each of them.

Every number is counted over the same queryset that lists its cases (`select_cases`), so the two
cannot disagree. The number of queries is fixed; the period bounds what is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case as If
from django.db.models import (
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models import Count as CountOf
from django.db.models.functions import Lead

from accounts.models import User
from cases.domain.reports import ENTERS, PROMISE_DAYS, Count, Why
from cases.domain.states import ENDED, OPEN, State, Turn
from cases.models import Case, Event, QueueCount
from cases.queries.queue import visible_cases
from cases.queries.queue_filters import Offers
from cases.queries.report_filters import Slice

MOST_LISTED = 500
MOST_EXPORTED = 10_000
BILLING = State.AWAITING_FINAL_BILL.value


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line of a table or picture: what it is, how many, and the cases behind it."""

    label: str
    number: int
    query: str
    of: int = 0  # where a share is meant

    @property
    def share(self) -> int:
        return round(100 * self.number / self.of) if self.of else 0


@dataclass(frozen=True, kw_only=True)
class Stay:
    """How long cases stayed in a state: the middle one of them, and nine of ten."""

    state: State
    number: int
    median: timedelta
    most: timedelta
    query: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A stream of the flow, from one node to the next."""

    source: str
    target: str
    number: int
    query: str


def select_cases(*, user: User, chosen: Slice, now: datetime) -> QuerySet[Case]:
    """The cases of a slice, as far as this user may see them."""
    cases = visible_cases(user)
    if chosen.brand:
        cases = cases.filter(brand=chosen.brand)
    cases = SELECT[chosen.count](cases, chosen, now)
    if chosen.policy:
        cases = cases.filter(policy_version__policy=chosen.policy)
    if chosen.asked:
        cases = cases.filter(asked_at__isnull=chosen.asked == "no")
    if chosen.reason:
        cases = cases.filter(reason="" if chosen.reason == "-" else chosen.reason)
    return cases


def select_opened(cases: QuerySet[Case], chosen: Slice, now: datetime) -> QuerySet[Case]:
    # All the turns are named so that the index on (turn, received_at) serves.
    found = cases.filter(turn__in=list(Turn), received_at__gte=chosen.since(now))
    return found.filter(state=chosen.state) if chosen.state else found


def select_promised(cases: QuerySet[Case], chosen: Slice, now: datetime) -> QuerySet[Case]:
    first = now.date()
    scheduled = cases.filter(state=State.SCHEDULED, effective_on__gte=first)
    if chosen.on:
        return scheduled.filter(effective_on=chosen.on)
    return scheduled.filter(effective_on__lte=first + timedelta(days=PROMISE_DAYS))


def select_dropped(cases: QuerySet[Case], chosen: Slice, now: datetime) -> QuerySet[Case]:
    found = with_event(cases, ["dropped"], chosen, now)
    return found.annotate(why=WHY).filter(why=chosen.why) if chosen.why else found


def select_restored(cases: QuerySet[Case], chosen: Slice, now: datetime) -> QuerySet[Case]:
    return with_event(cases, ["restored"], chosen, now)


def select_failed(cases: QuerySet[Case], chosen: Slice, now: datetime) -> QuerySet[Case]:
    return with_event(cases, ["item_failed"], chosen, now)


def select_stayed(cases: QuerySet[Case], chosen: Slice, now: datetime) -> QuerySet[Case]:
    kinds = [kind for kind, state in ENTERS.items() if state == chosen.state or not chosen.state]
    return with_event(cases, kinds, chosen, now)


def with_event(
    cases: QuerySet[Case], kinds: list[str], chosen: Slice, now: datetime
) -> QuerySet[Case]:
    """The cases to which one of these things happened in the period."""
    events = Event.objects.filter(kind__in=kinds, at__gte=chosen.since(now))
    return cases.filter(pk__in=events.values("case"))


SELECT = {
    Count.OPENED: select_opened,
    Count.PROMISED: select_promised,
    Count.DROPPED: select_dropped,
    Count.RESTORED: select_restored,
    Count.FAILED: select_failed,
    Count.STAYED: select_stayed,
}


def happened(*kinds: str) -> Exists:
    return Exists(Event.objects.filter(case=OuterRef("pk"), kind__in=kinds))


WHY = If(
    When(happened("answers_read", "answered"), then=Value(Why.PARTIAL.value)),
    When(happened("automatic_mail"), then=Value(Why.MACHINE.value)),
    default=Value(Why.SILENCE.value),
    output_field=CharField(),
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything on the supervisors' page."""

    chosen: Slice
    opened: int
    flow: list[Link]
    reasons: list[Bar]
    stays: list[Stay]
    drops: list[Bar]
    restored: Bar
    promises: list[Bar]
    failed: list[Bar]
    load: list[Bar]

    @property
    def promised(self) -> int:
        return sum(bar.number for bar in self.promises)

    @property
    def dropped(self) -> int:
        return sum(bar.number for bar in self.drops)

    @property
    def failing(self) -> int:
        return sum(bar.number for bar in self.failed)


def read_report(*, user: User, chosen: Slice, offers: Offers, now: datetime) -> Report:
    """All numbers of the page: nine queries, whatever the number of cases."""

    def select(count: Count, state: str = "") -> QuerySet[Case]:
        chosen = replace(plain, count=count, state=state)
        return select_cases(user=user, chosen=chosen, now=now).order_by()

    plain = Slice(days=chosen.days, brand=chosen.brand)
    flow, opened = count_flow(select(Count.OPENED), plain)
    return Report(
        chosen=plain,
        opened=opened,
        flow=flow,
        reasons=count_reasons(select(Count.OPENED), plain),
        stays=measure_stays(select(Count.STAYED), plain, now),
        drops=count_drops(select(Count.DROPPED), plain),
        restored=count_restores(select(Count.RESTORED), select(Count.STAYED, "in_grace"), plain),
        promises=count_promises(select(Count.PROMISED), plain),
        failed=count_failures(select(Count.FAILED), plain),
        load=count_load(plain, offers),
    )


def count_flow(cases: QuerySet[Case], chosen: Slice) -> tuple[list[Link], int]:
    """From each policy, by the way of the call, to where the cases stand now."""
    rows = (
        cases.annotate(asked=Q(asked_at__isnull=False))
        .values_list("policy_version__policy", "policy_version__policy__name", "asked", "state")
        .annotate(n=CountOf("pk"))
    )
    first: dict[tuple[str, str], Link] = {}
    second: dict[tuple[str, str], Link] = {}
    for policy, name, was_asked, state, n in rows:
        asked = "yes" if was_asked else "no"
        add_link(first, name, asked, n, chosen.address(policy=policy, asked=asked))
        add_link(second, asked, state, n, chosen.address(asked=asked, state=state))
    return [*first.values(), *second.values()], sum(link.number for link in first.values())


def add_link(
    links: dict[tuple[str, str], Link], source: str, target: str, number: int, query: str
) -> None:
    known = links.get((source, target))
    number += known.number if known else 0
    links[source, target] = Link(source=source, target=target, number=number, query=query)


def count_reasons(cases: QuerySet[Case], chosen: Slice) -> list[Bar]:
    rows = cases.values_list("reason").annotate(n=CountOf("pk")).order_by("-n", "reason")
    found = list(rows)
    total = sum(n for _, n in found)
    return [
        Bar(
            label=reason or "No reason given",
            number=n,
            of=total,
            query=chosen.address(reason=reason or "-"),
        )
        for reason, n in found
    ]


def measure_stays(cases: QuerySet[Case], chosen: Slice, now: datetime) -> list[Stay]:
    """How long cases have been in the states that they entered in the period, until now."""
    entered = (
        Event.objects.filter(kind__in=list(ENTERS), case__in=cases.values("pk"))
        .annotate(
            state=If(
                When(kind="executed", case__final_bill__isnull=False, then=Value(BILLING)),
                *(When(kind=kind, then=Value(state.value)) for kind, state in ENTERS.items()),
                output_field=CharField(),
            ),
            left_at=Window(Lead("at"), partition_by=F("case"), order_by=F("sequence").asc()),
        )
        .filter(at__gte=chosen.since(now))
    )
    # A window may be filtered but not grouped: its rows are read, bounded by the period.
    spans: dict[str, list[timedelta]] = {}
    who: dict[str, set[int]] = {}
    for state, case_id, at, left_at in entered.values_list("state", "case", "at", "left_at"):
        spans.setdefault(state, []).append((left_at or now) - at)
        who.setdefault(state, set()).add(case_id)
    return [
        Stay(
            state=state,
            number=len(who[state]),
            median=pick_share(found, 0.5),
            most=pick_share(found, 0.9),
            query=chosen.address(count=Count.STAYED, state=state.value),
        )
        for state in State
        if state not in ENDED and (found := sorted(spans.get(state.value, [])))
    ]


def pick_share(ordered: list[timedelta], share: float) -> timedelta:
    """The value below which this share of the ordered values lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def count_drops(cases: QuerySet[Case], chosen: Slice) -> list[Bar]:
    found = dict(cases.annotate(why=WHY).values_list("why").annotate(n=CountOf("pk")))
    return [
        Bar(
            label=why.label,
            number=found.get(why.value, 0),
            of=sum(found.values()),
            query=chosen.address(count=Count.DROPPED, why=why.value),
        )
        for why in Why
    ]


def count_restores(restored: QuerySet[Case], done: QuerySet[Case], chosen: Slice) -> Bar:
    return Bar(
        label="Restored",
        number=restored.count(),
        of=done.count(),
        query=chosen.address(count=Count.RESTORED),
    )


def count_promises(cases: QuerySet[Case], chosen: Slice) -> list[Bar]:
    rows = cases.values_list("effective_on").annotate(n=CountOf("pk")).order_by("effective_on")
    return [
        Bar(
            label=day.isoformat(),
            number=n,
            query=chosen.address(count=Count.PROMISED, on=day.isoformat()),
        )
        for day, n in rows
    ]


def count_failures(cases: QuerySet[Case], chosen: Slice) -> list[Bar]:
    rows = cases.values_list("brand", "brand__name").annotate(n=CountOf("pk")).order_by("-n")
    return [
        Bar(label=name, number=n, query=chosen.address(count=Count.FAILED, brand=brand))
        for brand, name, n in rows
    ]


def count_load(chosen: Slice, offers: Offers) -> list[Bar]:
    """Open cases of each colleague; the query is the queue's."""
    sums = QueueCount.objects.filter(state__in=[s.value for s in OPEN])
    brands = [chosen.brand] if chosen.brand else offers.seen
    if brands is not None:
        sums = sums.filter(brand__in=brands)
    held = dict(sums.values_list("owner").annotate(n=Sum("cases")))
    people = [*offers.owners, (None, "Nobody")]
    bars = [
        Bar(label=name, number=held.get(pk) or 0, query=f"whose=all&owner={pk or 'nobody'}")
        for pk, name in people
    ]
    return sorted((b for b in bars if b.number), key=lambda b: -b.number)


def list_days(*, now: datetime) -> tuple[date, date]:
    """The first and last day of the promises' calendar."""
    return now.date(), now.date() + timedelta(days=PROMISE_DAYS)


def list_rows(cases: QuerySet[Case], *, most: int) -> list[Case]:
    """The cases of a slice for a list or a file, the newest first."""
    found = cases.select_related("customer", "brand", "owner", "policy_version__policy")
    return list(found.order_by("-received_at", "-pk")[:most])


def to_cells(case: Case) -> list[Any]:
    """One case as a line of a file."""
    return [
        case.number, case.customer.name, case.customer.account_number, case.brand.name,
        case.policy_version.policy.name, case.status.label, case.reason,
        case.owner.display_name if case.owner else "", case.received_at, case.asked_at,
        case.confirmed_at, case.effective_on, case.executed_at, case.ended_at,
    ]  # fmt: skip


HEAD = [
    "Case", "Customer", "Account", "Brand", "Policy", "State", "Reason", "Owner", "Called (UTC)",
    "Asked (UTC)", "Confirmed (UTC)", "Promised", "Executed (UTC)", "Ended (UTC)",
]  # fmt: skip
