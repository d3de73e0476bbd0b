"""The promised date as a calendar entry, with the mail that promises, moves or takes it back.

RFC 5545 and 5546: one UID per case for ever; each promise is the next SEQUENCE, so that a calendar
replaces what it holds; METHOD:CANCEL takes it out again. PUBLISH, not REQUEST: nobody is invited
and no answer is asked for.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from cases.models import Case
from notifications.outbox.files import OutgoingFile

PRODUCT = "-//Lastcall//Service cancellations//EN"
REMIND_BEFORE = timedelta(days=1)


def make_calendar_file(
    case: Case, *, on: date, sequence: int, now: datetime, cancelled: bool = False
) -> OutgoingFile:
    """The day on which services end, as a whole day of the customer's calendar (R5).

    A whole day has no zone (RFC 5545, 3.3.4): it is that date wherever the customer is, which is
    how the promise is meant. `sequence` counts the promises from 0.
    """
    method = "CANCEL" if cancelled else "PUBLISH"
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(make_entry(case, on, sequence, now, cancelled=cancelled))
    return OutgoingFile(
        name="cancellation.ics",
        content=calendar.to_ical(),
        content_type=f"text/calendar; method={method}",  # the charset comes with the mail
    )


def make_entry(case: Case, on: date, sequence: int, now: datetime, *, cancelled: bool) -> Event:
    entry = Event()
    entry.add("uid", make_uid(case))
    entry.add("dtstamp", now)
    entry.add("sequence", sequence)
    entry.add("dtstart", on)
    entry.add("dtend", on + timedelta(days=1))  # exclusive
    entry.add("summary", f"{case.brand.name}: services end ({case.number})")
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    entry.add("description", f"Case {case.number}. Reply to our email to change or withdraw it.")
    entry.add("organizer", f"mailto:{case.brand.email_from}")
    if not cancelled:
        entry.add_component(make_reminder(case))
    return entry


def make_reminder(case: Case) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{case.brand.name}: services end tomorrow")
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm


def make_uid(case: Case) -> str:
    """Globally unique and never another: the case's number at the brand's own domain."""
    return f"case-{case.number}@{case.brand.reply_domain}"
