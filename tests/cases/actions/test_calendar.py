"""The calendar entry: with the promise, moved with it, taken out with it."""

from __future__ import annotations

import email
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from cases.actions import confirmation
from cases.models import Case
from notifications.models import Email
from notifications.outbox.message import build_message
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db


def read_entry(mail: Email) -> tuple[str, Any]:
    """Method and event, out of the mail as it goes over the wire."""
    wire = email.message_from_bytes(build_message(mail, now=mail.created_at).message().as_bytes())
    [part] = [p for p in wire.walk() if p.get_content_type() == "text/calendar"]
    assert part.get_filename() == "cancellation.ics"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["method"]
    [event] = calendar.walk("VEVENT")
    return calendar["method"], event


def facts(event: Any) -> tuple[str, int, date, str]:
    return str(event["uid"]), event["sequence"], event["dtstart"].dt, str(event["status"])


def entry_of(desk: Desk, case: Case, purpose: str) -> tuple[str, Any]:
    return read_entry(desk.mails(case, purpose)[-1])


@pytest.mark.rule("R19")
def test_the_entry_follows_the_promise() -> None:
    desk = Desk()
    case = desk.do(confirmation.confirm, desk.open())
    uid = f"case-{case.number}@{desk.brand.reply_domain}"
    method, event = entry_of(desk, case, "confirmation")
    assert method == "PUBLISH"
    assert facts(event) == (uid, 0, date(2026, 10, 21), "CONFIRMED")
    assert event["dtend"].dt == date(2026, 10, 22)
    assert str(event["organizer"]) == f"mailto:{desk.brand.email_from}"

    later = date(2026, 11, 30)
    case = desk.do(confirmation.reschedule, case, wished_on=later, reason="they asked")
    method, moved = entry_of(desk, case, "confirmation")
    assert (method, facts(moved)) == ("PUBLISH", (uid, 1, later, "CONFIRMED"))

    case = desk.do(confirmation.withdraw, case)
    method, gone = entry_of(desk, case, "withdrawn")
    assert (method, facts(gone)) == ("CANCEL", (uid, 2, later, "CANCELLED"))
    assert not gone.walk("VALARM")


@pytest.mark.rule("R5")
def test_the_day_is_the_customers_wherever_the_desk_is() -> None:
    desk = Desk(timezone="Pacific/Auckland")
    desk.now += timedelta(hours=-1)  # the next day there already
    case = desk.do(confirmation.confirm, desk.open())
    _, event = entry_of(desk, case, "confirmation")
    assert event["dtstart"].dt == case.effective_on == date(2026, 10, 22)


def test_what_was_never_promised_leaves_no_entry() -> None:
    desk = Desk()
    case = desk.do(confirmation.withdraw, desk.open())
    assert not desk.mails(case, "withdrawn")[-1].has_files


def test_the_words_of_an_entry_cannot_break_out_of_it() -> None:
    desk = Desk()
    desk.brand.name = "Acme; Inc,\\ BEGIN:VALARM"
    desk.brand.save()
    case = desk.do(confirmation.confirm, desk.open())
    _, event = entry_of(desk, case, "confirmation")
    assert str(event["summary"]) == f"{desk.brand.name}: services end ({case.number})"
    assert len(event.walk("VALARM")) == 1
