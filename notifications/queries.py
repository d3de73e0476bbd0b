"""What screens and monitors read about mail. Every function takes a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from notifications.models import DoorHealth, Email, Inbound, Switch

PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class MailPage:
    """One page of a list, newest first. `raw` is not loaded."""

    mails: Sequence[Inbound]
    number: int
    has_next: bool


@dataclass(frozen=True, kw_only=True)
class Gauges:
    """How long the oldest of everything has been waiting; None where nothing waits (G23)."""

    oldest_inbound_at: datetime | None
    oldest_outbox_at: datetime | None
    waiting_inbound: int
    waiting_outbox: int
    unknown: int
    failed: int
    untold: int
    paused: tuple[str, ...]
    doors: dict[str, datetime | None]


def count_dispositions() -> dict[str, int]:
    """Return how many mails have each disposition. "" counts those not processed yet.

    Every disposition is named, so that the values add up to all that was received. One query.
    """
    counts = dict.fromkeys(["", *Inbound.Disposition.values], 0)
    counts.update(Inbound.objects.order_by().values_list("disposition").annotate(Count("pk")))
    return counts


def page_mail(
    *,
    disposition: str | None = None,
    text: str = "",
    number: int = 1,
    among: QuerySet[Inbound] | None = None,
) -> MailPage:
    """Return page `number` (from 1) of the mails with `disposition` that hold `text` in sender or
    subject, out of `among` (what the reader may see). One query."""
    mails = Inbound.objects.all() if among is None else among
    if disposition is not None:
        mails = mails.filter(disposition=disposition)
    if text:
        sender = Q(from_email__icontains=text) | Q(from_name__icontains=text)
        mails = mails.filter(Q(subject__icontains=text) | sender)
    start = (max(number, 1) - 1) * PER_PAGE
    rows = list(
        mails.select_related("thread", "about_email")
        .defer("raw", "text", "html", "references", "about_email__text", "about_email__html")
        .annotate(files=Count("attachments"))
        .order_by("-received_at", "-id")[start : start + PER_PAGE + 1]
    )
    return MailPage(mails=rows[:PER_PAGE], number=max(number, 1), has_next=len(rows) > PER_PAGE)


def list_outbox(*, statuses: tuple[str, ...] = ("queued", "unknown", "failed")) -> QuerySet[Email]:
    """Return the mails that wait, or that a person should know of; bodies are not loaded."""
    return Email.objects.filter(status__in=statuses).defer("text", "html").order_by("-id")


def count_statuses() -> dict[str, int]:
    """Return how many mails of the outbox are in each status. One query."""
    counts = dict.fromkeys(Email.Status.values, 0)
    counts.update(Email.objects.order_by().values_list("status").annotate(Count("pk")))
    return counts


def read_gauges(*, now: datetime) -> Gauges:
    """Return what a monitor watches. Four queries, all on small partial indexes."""
    inbound = Inbound.objects.filter(status=Inbound.Status.RECEIVED).aggregate(
        oldest=Min("received_at"), waiting=Count("pk")
    )
    due = Q(status__in=[Email.Status.QUEUED, Email.Status.SENDING])
    outbox = Email.objects.filter(
        due | Q(status__in=[Email.Status.UNKNOWN, Email.Status.FAILED]) | ~Q(news="")
    ).aggregate(
        oldest=Min("next_attempt_at", filter=due & Q(next_attempt_at__lte=now)),
        waiting=Count("pk", filter=due),
        unknown=Count("pk", filter=Q(status=Email.Status.UNKNOWN)),
        failed=Count("pk", filter=Q(status=Email.Status.FAILED)),
        untold=Count("pk", filter=~Q(news="")),
    )
    return Gauges(
        oldest_inbound_at=inbound["oldest"],
        oldest_outbox_at=outbox["oldest"],
        waiting_inbound=inbound["waiting"],
        waiting_outbox=outbox["waiting"],
        unknown=outbox["unknown"],
        failed=outbox["failed"],
        untold=outbox["untold"],
        paused=tuple(Switch.objects.filter(paused=True).values_list("name", flat=True)),
        doors=dict(DoorHealth.objects.values_list("door", "last_ok_at")),
    )
