"""The outbox as people see it: what waits, what failed and why, and what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.scoping import brand_ids_of, brands_of
from notifications.models import Email, Switch, SwitchChange
from notifications.models.switch import DESTRUCTION, SENDING
from notifications.outbox.retry import GIVE_UP_AFTER

PER_PAGE = 50
LATEST_CHANGES = 6
Status = Email.Status
# The tabs: their words, and which mails stand under them.
TABS: dict[str, tuple[str, Q]] = {
    "waiting": ("Waiting", Q(status__in=[Status.QUEUED, Status.SENDING])),
    "unknown": ("Unknown fate", Q(status=Status.UNKNOWN)),
    "failed": ("Failed", Q(status=Status.FAILED)),
    "bounced": ("Came back", Q(delivery__in=["bounced", "complained"])),
    "stopped": ("Held back", Q(status=Status.STOPPED)),
    "sent": ("Sent", Q(status=Status.SENT)),
}
COUNTED = ("waiting", "unknown", "failed", "bounced", "stopped")
# What stands still until a mail of this purpose was accepted.
DEPENDS = {
    "questions": "The drop clock starts when it is accepted.",
    "reminder": "The drop keeps its interval to it.",
    "final_notice": "Closing waits until it is accepted.",
}


class UnknownFilter(ValueError):
    """A tab that does not exist: 400."""


@dataclass(frozen=True, kw_only=True)
class OutboxPage:
    """One page of one tab, newest first; `counts` of the tabs that stay small."""

    tab: str
    tabs: list[tuple[str, str, int | None]]
    mails: Sequence[Email]
    number: int
    has_next: bool


def visible_outbox(user: User) -> QuerySet[Email]:
    """Mail that leaves in the name of the user's brands."""
    if brand_ids_of(user) is None:
        return Email.objects.all()
    brands = brands_of(user)
    theirs = Q(thread__case__brand__in=brands)
    return Email.objects.filter(
        theirs | Q(thread__case=None, from_email__in=brands.values("email_from"))
    )


def read_outbox(*, user: User, tab: str, text: str = "", number: int = 1) -> OutboxPage:
    """A page of the outbox in a fixed number of queries. Raises `UnknownFilter`."""
    if tab not in TABS:
        raise UnknownFilter(f"There is no “{tab}” in the outbox.")
    seen = visible_outbox(user)
    mails = seen.filter(TABS[tab][1])
    if text:
        mails = mails.filter(
            Q(to_email__icontains=text) | Q(subject__icontains=text) | Q(to_name__icontains=text)
        )
    start = (number - 1) * PER_PAGE
    order = ("next_attempt_at", "id") if tab == "waiting" else ("-id",)
    rows = list(
        mails.select_related("thread__case__customer")
        .defer("text", "html", "headers")
        .order_by(*order)[start : start + PER_PAGE + 1]
    )
    for row in rows:
        dress(row)
    counts = count_tabs(seen)
    return OutboxPage(
        tab=tab,
        tabs=[(key, label, counts.get(key)) for key, (label, _) in TABS.items()],
        mails=rows[:PER_PAGE],
        number=number,
        has_next=len(rows) > PER_PAGE,
    )


def count_tabs(seen: QuerySet[Email]) -> dict[str, int]:
    """How many stand under each tab but *Sent*, which only grows. One query."""
    kept = seen.exclude(Q(status=Status.SENT) & ~TABS["bounced"][1])
    return kept.aggregate(**{key: Count("pk", filter=TABS[key][1]) for key in COUNTED})


def dress(email: Email) -> None:
    """Add what the page says about a mail beyond its own fields."""
    email.depends = DEPENDS.get(email.purpose, "")  # type: ignore[attr-defined]
    email.needs_decision = needs_decision(email)  # type: ignore[attr-defined]
    email.may_retry = may_retry(email)  # type: ignore[attr-defined]
    email.gives_up_at = find_deadline(email)  # type: ignore[attr-defined]


def needs_decision(email: Email) -> bool:
    """Does a person have to say whether it arrived (G5)?"""
    return email.status == Status.UNKNOWN and email.next_attempt_at is None


def may_retry(email: Email) -> bool:
    """Is sending it once more safe? Never for an irreversible notice that may have arrived."""
    waits = email.status == Status.QUEUED and email.attempts > 0
    return email.status == Status.FAILED or waits or is_harmless_repeat(email)


def is_harmless_repeat(email: Email) -> bool:
    return email.status == Status.UNKNOWN and not email.irreversible


def find_deadline(email: Email) -> datetime | None:
    """When the desk stops trying a mail that waits (THREATS 64)."""
    if email.status != Status.QUEUED or not email.attempts:
        return None
    return max(email.created_at, email.not_before or email.created_at) + GIVE_UP_AFTER


@dataclass(frozen=True, kw_only=True)
class SwitchLine:
    """A switch and what was done with it lately."""

    switch: Switch
    changes: list[SwitchChange]


def list_switches() -> list[SwitchLine]:
    """Both switches, also where nobody has ever thrown one. Two queries."""
    known = {switch.name: switch for switch in Switch.objects.all()}
    latest = list(SwitchChange.objects.all()[:LATEST_CHANGES])
    return [
        SwitchLine(
            switch=known.get(name) or Switch(name=name),
            changes=[change for change in latest if change.name == name],
        )
        for name in (SENDING, DESTRUCTION)
    ]
