"""What an email means for a case: the one place that listens to `notifications` and `accounts`.

Every receiver runs inside the transaction that records the fact, so a case and its mail never
disagree (G4).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import Contact
from accounts.signals import address_changed
from cases.actions import acceptance, address_notice, information, mail, mailroom, replies
from cases.actions.base import DESK, Change, change_case
from cases.models import Case
from config import clock
from notifications import inbound as mail_in
from notifications import outbox, signals
from notifications.models import Email, Inbound

ASKING = (*acceptance.ASKS, *acceptance.REMINDS)
LOCK = "SELECT id FROM cases_case WHERE thread_id = ANY(%s) ORDER BY id FOR UPDATE"


def connect() -> None:
    """Wire the receivers and the four questions that `notifications` has for us."""
    signals.inbound_processed.connect(file_inbound, dispatch_uid="cases.file_inbound")
    signals.inbound_quarantined.connect(note_quarantined, dispatch_uid="cases.note_quarantined")
    signals.emails_recording.connect(lock_cases_of, dispatch_uid="cases.lock_cases_of")
    signals.emails_accepted.connect(note_accepted, dispatch_uid="cases.note_accepted")
    signals.email_failed.connect(note_failed, dispatch_uid="cases.note_failed")
    signals.email_unknown.connect(note_unknown, dispatch_uid="cases.note_unknown")
    signals.email_bounced.connect(note_bounced, dispatch_uid="cases.note_bounced")
    address_changed.connect(warn_old_address, dispatch_uid="cases.warn_old_address")
    outbox.register_before_send(mail.check_recipients)
    mail_in.register_mailbox_check(mail.check_mailbox)
    mail_in.register_domain_check(mail.check_domain)
    mail_in.register_thread_check(find_threads_of_cases)


def warn_old_address(*, contact: Contact, before: str, now: datetime, **_: Any) -> None:
    address_notice.warn_old_address(contact=contact, before=before, now=now)


def find_case(thread_id: int | None) -> Case | None:
    return Case.objects.filter(thread_id=thread_id).first() if thread_id else None


def find_threads_of_cases(thread_ids: Collection[int]) -> list[int]:
    """Those of these threads that have a case: their mail changes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT thread_id FROM cases_case WHERE thread_id = ANY(%s)", [[*thread_ids]]
        )
        return [thread_id for (thread_id,) in cursor.fetchall()]


def find_case_id(thread_id: int | None) -> int | None:
    """The same for whoever locks the case next: asked for every mail, so nothing more is read."""
    if thread_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case WHERE thread_id = %s", [thread_id])
        row = cursor.fetchone()
    return row[0] if row else None


def file_inbound(*, inbound: Inbound, **_: Any) -> None:
    """File one processed mail: a person's answer acts, everything else is only told (R11)."""
    case_id = find_case_id(inbound.thread_id)
    if case_id is None:
        return
    now = inbound.processed_at or clock.now()
    if inbound.kind == "human":
        replies.take_reply(case_id=case_id, inbound=inbound, now=now)
        if inbound.disposition != Inbound.Disposition.QUARANTINED:
            inbound.disposition = Inbound.Disposition.ANSWER
            inbound.save(update_fields=["disposition"])
        return
    with change_case(case_id=case_id, actor=DESK, now=now) as change:
        change.record(
            "automatic_mail",
            f"{inbound.get_kind_display().capitalize()} from "
            f"{inbound.from_email or inbound.envelope_from or 'a mail server'}: changes nothing.",
            inbound=inbound,
            evidence=inbound.evidence,
        )


def note_quarantined(*, inbound: Inbound, **_: Any) -> None:
    """A mail to a case lies in quarantine: somebody who works on the case is asked (G3)."""
    case = find_case(inbound.thread_id)
    if case is None:
        return
    now = inbound.processed_at or clock.now()
    with change_case(case_id=case.pk, actor=DESK, now=now) as change:
        change.quiet = True
        mailroom.ask_about_quarantine(change, inbound)


def lock_cases_of(*, emails: Sequence[Email], **_: Any) -> None:
    """Take the cases' locks before a row of the outbox is locked: case → timer → outbox."""
    threads = [email.thread_id for email in emails if email.thread_id]
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [threads])


def note_accepted(*, emails: Sequence[Email], **_: Any) -> None:
    """Mails left: the clocks that wait for them start."""
    acceptance.note_accepted(emails)


def note_failed(*, email: Email, **_: Any) -> None:
    note_undelivered(email, why=f"it was refused: {email.error}")


def note_unknown(*, email: Email, **_: Any) -> None:
    note_undelivered(email, why="the receiving server fell silent; it may have it or not")


def note_bounced(*, email: Email, inbound: Inbound | None = None, **_: Any) -> None:
    note_undelivered(email, why="it came back", inbound=inbound)


def note_undelivered(email: Email, *, why: str, inbound: Inbound | None = None) -> None:
    """A mail did not arrive: stop the clock that depends on it and ask a person (R12, G12)."""
    case = find_case(email.thread_id)
    if case is None:
        return
    now = (inbound and inbound.processed_at) or email.delivery_at or clock.now()
    with change_case(case_id=case.pk, actor=DESK, now=now) as change:
        change.record(
            "mail_undelivered",
            f"“{email.subject}” did not reach {email.to_email}: {why}.",
            email=email,
            inbound=inbound,
        )
        stop_clock(change, email, why)
        change.raise_todo(
            "mail_undeliverable",
            f"Mail to {email.to_email} does not arrive: {why}."[:300],
            answers=["send_again", "choose_contact", *offer_end(email)],
        )


def offer_end(email: Email) -> list[str]:
    """How else the question of an undelivered mail can end. Where a clock waits for the mail it
    is not dismissed: nobody would ever look at the case again (R12, R27)."""
    if email.purpose in ASKING:
        return ["note_told"]
    return [] if email.purpose == "final_notice" else ["dismiss"]


def stop_clock(change: Change, email: Email, why: str) -> None:
    case = change.case
    if email.purpose in ASKING:
        information.pause_asking(change, because=f"{information.LOST}{email.to_email} {why}")
    elif email.purpose == "final_notice":
        case.final_notice_at = None
