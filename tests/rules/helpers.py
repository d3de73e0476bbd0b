"""Shared by the rules' tests: instants, mail that machines write, and what a case amounts to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from cases.models import Case
from cases.models.timer import LIVE
from notifications import inbound
from notifications.models import Email, Inbound
from tests.cases.build import Desk

CHICAGO = ZoneInfo("America/Chicago")
SECOND = timedelta(seconds=1)


def chicago(*parts: int) -> datetime:
    """A wall time in Chicago, as the UTC instant."""
    return datetime(*parts, tzinfo=CHICAGO).astimezone(UTC)  # type: ignore[arg-type]


# Two questions, and when a case that asks them is dropped: day 14, at the hour of asking.
USERS = {"key": "users", "text": "Who used these services?"}
PORTING = {"key": "porting", "text": "Do you keep your numbers elsewhere?", "kind": "yes_no"}
DROP_DUE = chicago(2026, 10, 5, 10)

# A confirmed case's way out: done, the first instant after the last day of grace (20 November),
# and the purge, for mail that is on its way gets a minute.
DONE = chicago(2026, 10, 21, 0, 1)
SOME_DAYS_LATER = chicago(2026, 10, 25, 12)
END = chicago(2026, 11, 21)
PURGED = END + timedelta(minutes=1)
COME_BACK = "Please restore our services."
UNCLEAR = "We are not sure yet. Maybe keep one of them?"


def in_grace(desk: Desk, at: datetime | None = None, **opening: Any) -> Case:
    """A case whose services are down and may come back."""
    case = desk.confirm(desk.open(**opening))
    desk.go_to(at or SOME_DAYS_LATER)
    case = desk.read(case)
    assert case.state == "in_grace"
    return case


def bounce(desk: Desk, email: Email, *, status: str = "5.1.1", action: str = "failed") -> Inbound:
    """The report of a mail server about `email`, as it comes to its return path."""
    raw = f"""From: Mail Delivery System <mailer-daemon@mx.example.com>
To: {email.return_path}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{desk.now.timestamp()}.{Inbound.objects.count()}@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {email.to_email}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: text/rfc822-headers

From: {email.from_email}
To: {email.to_email}
Subject: {email.subject}
Message-ID: {email.message_id}

--b--
"""
    return store(desk, raw, recipient=email.return_path, envelope_from="")


def store(desk: Desk, raw: str, *, recipient: str, envelope_from: str) -> Inbound:
    """Bytes as they come to the door, then whatever the desk makes of them."""
    stored = inbound.store(
        channel="test",
        recipient=recipient,
        envelope_from=envelope_from,
        raw=raw.replace("\n", "\r\n").encode(),
        now=desk.now,
    )
    desk.run()
    stored.refresh_from_db()
    return stored


def leap(desk: Desk, *, days: float) -> None:
    """Let time pass in one go. A held timer is looked at every five minutes: too many to walk."""
    desk.now += timedelta(days=days)
    desk.run()


def bring_to(desk: Desk, stage: str) -> Case:
    """A case of the desk in this state."""
    if stage in ("awaiting_customer", "dropped"):
        case = desk.ask(desk.open())
        if stage == "dropped":
            desk.pass_days(15)
    else:
        case = desk.confirm(desk.open())
        days = {"scheduled": 5, "in_grace": 35, "closed": 70}[stage]
        desk.pass_days(days)
    case = desk.read(case)
    assert case.state == stage
    return case


def live_timers(case: Case) -> dict[str, datetime]:
    return dict(case.timers.filter(LIVE).values_list("kind", "due_at"))


def item_states(case: Case) -> list[str]:
    return list(case.items.order_by("item_id").values_list("item__status", flat=True))


def outcomes(case: Case) -> list[str]:
    return list(case.items.order_by("item_id").values_list("outcome", flat=True))


def open_todos(case: Case) -> list[str]:
    return list(case.todos.filter(resolved_at=None).values_list("kind", flat=True))


def purposes(case: Case) -> list[str]:
    """What was accepted for delivery, in order."""
    found = case.thread.emails.filter(accepted_at__isnull=False).order_by("accepted_at", "id")
    return list(found.values_list("purpose", flat=True))


TOLD = {
    "version",
    "last_sequence",
    "last_hash",
    "turn",
}  # the history may grow, the case may not change


def snapshot(desk: Desk, case: Case) -> dict[str, Any]:
    """Everything that a case promises and does, but not its history."""
    row = Case.objects.filter(pk=case.pk).values().get()
    return {
        **{name: value for name, value in row.items() if name not in TOLD},
        "timers": sorted(case.timers.values_list("kind", "due_at", "fired_at", "cancelled_at")),
        "items": list(case.items.order_by("pk").values()),
        "promises": list(case.promises.order_by("number").values()),
        "questions": list(case.questions.order_by("pk").values()),
        "services": list(desk.customer.items.order_by("pk").values()),
        "bills": list(desk.customer.bills.order_by("pk").values()),
    }


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run calls in threads of their own that start together; their results or exceptions."""
    gate = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            results[index] = call()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, call)) for index, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
