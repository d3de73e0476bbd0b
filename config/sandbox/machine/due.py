"""What will happen next by itself: timers, mail on its way, providers to be asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet

from cases.actions.orders import ASK_AFTER_FAILURES
from cases.actions.timers import LOOK_AGAIN, SETTLE
from cases.models import Case, CaseItem, Timer, Todo
from cases.models.item import PROVISIONING, Outcome
from cases.models.timer import LIVE
from config.sandbox.models import SandboxMail
from notifications.models import Email, Inbound

TIMER_WORDS = {
    "reminder": "the reminder goes out",
    "drop": "the case is dropped unless they answer",
    "execute": "the services are deactivated",
    "final_notice": "the final notice goes out",
    "close": "grace ends and the case closes",
}
GROUPED = 40  # rows looked at for each thing that is told
WAITING_MAIL = [Email.Status.QUEUED, Email.Status.UNKNOWN]
# When a bounded hold has ended, its timers are looked at this much later at the latest.
LOOK = LOOK_AGAIN + timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that will happen at `at` (UTC), and to which case."""

    at: datetime
    what: str
    case_number: str = ""
    customer: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One kind of thing that happens by itself: its rows, each with its instant `at`, in words."""

    rows: QuerySet[Any]
    joins: tuple[str, ...]
    describe: Callable[[Any], tuple[str, Case | None]]
    describe_many: Callable[[int], str] | None = None
    stubborn: Q | None = None  # rows that happen again and again

    def find_group(self, row: Any) -> tuple[Any, ...]:
        """What is told as one thing."""
        if self.describe_many is None:
            return (row.pk,)
        return (row.at.replace(microsecond=0), row.case_id)

    def tell(self, rows: Iterable[Any]) -> Iterator[Due]:
        """Say what is due; rows of one case within one second are told together."""
        for _, group in groupby(rows, key=self.find_group):
            first, *others = group
            what, case = self.describe(first)
            if others and self.describe_many:
                what = self.describe_many(1 + len(others))
            yield Due(
                at=first.at,
                what=what,
                case_number=case.number if case else "",
                customer=case.customer.name if case else "",
            )


def has_work(*, now: datetime) -> bool:
    """Whether the sweep would find anything due at `now` (UTC). One query."""
    return unite(
        Timer.objects.filter(LIVE, check_at__lte=now),
        Email.objects.filter(status__in=WAITING_MAIL, next_attempt_at__lte=now),
        CaseItem.objects.filter(next_attempt_at__lte=now, outcome__in=PROVISIONING),
        Inbound.objects.filter(status=Inbound.Status.RECEIVED),
        SandboxMail.objects.filter(bounce=SandboxMail.Bounce.DUE, bounce_due_at__lte=now),
    ).exists()


def is_busy(*, now: datetime) -> bool:
    """Whether a process has something in its hands right now. One query.

    Mail that is sent, told of, read or sent back, or an item whose provider has not said a word
    yet. What follows from mail that was accepted begins only when its case has been told.
    """
    return unite(
        Email.objects.filter(status=Email.Status.SENDING),
        Email.objects.exclude(news=Email.News.NOTHING),
        CaseItem.objects.filter(
            outcome__in=[Outcome.DEACTIVATING, Outcome.REACTIVATING, Outcome.PURGING],
            next_attempt_at__gt=now,
            attempts=1,
            answered_at=None,
            detail="",
        ),
        Inbound.objects.filter(status=Inbound.Status.RECEIVED),
        SandboxMail.objects.filter(bounce=SandboxMail.Bounce.DUE, bounce_due_at__lte=now),
    ).exists()


def unite(*rows: QuerySet[Any]) -> QuerySet[Any]:
    """At most one id of each, in one query."""
    first, *others = [one.order_by().values_list("pk")[:1] for one in rows]
    return first.union(*others, all=True)


def find_next_instant(*, after: datetime) -> datetime | None:
    """When anything at all is due later than `after` (UTC), or None. One query."""
    first, *others = [s.rows.order_by("at").values_list("at")[:1] for s in list_sources(after)]
    return min((row[0] for row in first.union(*others, all=True)), default=None)


def find_next(*, after: datetime) -> Due | None:
    """What is due first later than `after` (UTC), or None when nothing is."""
    return next(iter(list_next(after=after, limit=1)), None)


def list_next(*, after: datetime, limit: int) -> list[Due]:
    """The first things worth waiting for later than `after` (UTC), as far as they are known now.

    Many services of one case at one moment are one thing. A provider that has failed so often
    that a person was asked is asked on and on, but nobody waits for it.
    """
    found = []
    for source in list_sources(after):
        rows = source.rows.select_related(*source.joins)
        if source.stubborn is not None:
            rows = rows.exclude(source.stubborn)
        found += list(source.tell(rows.order_by("at", "pk")[: limit * GROUPED]))
    return sorted(found, key=lambda due: due.at)[:limit]


def list_sources(after: datetime) -> list[Source]:
    """Everything that has an instant of its own later than `after`.

    A timer that was looked at is held, or failed: it is looked at again in every sweep, and is no
    reason to stop at every five minutes of a month. The end of a bounded hold is one.
    """
    fresh = Timer.objects.filter(LIVE, check_at__gt=after, check_at__lte=F("due_at") + SETTLE)
    held = Timer.objects.filter(LIVE).exclude(held_because="")
    release = ExpressionWrapper(F("hold_until") + LOOK, output_field=DateTimeField())
    return [
        Source(
            rows=fresh.annotate(at=F("check_at")),
            joins=("case__customer",),
            describe=describe_timer,
        ),
        Source(
            rows=Todo.objects.filter(
                resolved_at=None,
                holds=True,
                hold_until__gt=after - LOOK,
                case__in=held.values("case"),
            ).annotate(at=release),
            joins=("case__customer",),
            describe=lambda todo: ("an unanswered to-do holds the case no longer", todo.case),
        ),
        Source(
            rows=CaseItem.objects.filter(
                next_attempt_at__gt=after, outcome__in=PROVISIONING
            ).annotate(at=F("next_attempt_at")),
            joins=("case__customer", "item"),
            describe=lambda row: (f"the provider is asked again about {row.item.label}", row.case),
            describe_many=lambda count: f"the provider is asked again about {count} services",
            stubborn=Q(outcome=Outcome.FAILED, failures__gte=ASK_AFTER_FAILURES),
        ),
        Source(
            rows=Email.objects.filter(next_attempt_at__gt=after, status__in=WAITING_MAIL).annotate(
                at=F("next_attempt_at")
            ),
            joins=("thread__case__customer",),
            describe=describe_email,
        ),
        Source(
            rows=SandboxMail.objects.filter(
                bounce=SandboxMail.Bounce.DUE, bounce_due_at__gt=after
            ).annotate(at=F("bounce_due_at")),
            joins=(),
            describe=lambda mail: (f"mail to {mail.mailbox} bounces", None),
        ),
    ]


def describe_timer(timer: Timer) -> tuple[str, Case | None]:
    kind = timer.kind.rstrip("_0123456789")
    return TIMER_WORDS.get(kind, kind.replace("_", " ")), timer.case


def describe_email(email: Email) -> tuple[str, Case | None]:
    again = "is tried again" if email.attempts else "leaves"
    return f"“{email.subject}” {again}", getattr(email.thread, "case", None)
