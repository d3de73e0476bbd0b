"""Who the desk writes to: choose another contact, send again what did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Contact
from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.information import open_questions, pause_asking
from cases.actions.mail import queue_mail, reply_address
from cases.actions.timers import release_held
from cases.domain.states import State
from cases.models import Case
from notifications import outbox
from notifications.models import Email
from notifications.outbox.files import repeat_files

REMIND_APART = timedelta(days=1)


def choose_contact(
    *, case_id: int, contact: Contact, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Write to another contact of the customer from now on. Verification starts afresh."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", version=version
    ) as change:
        case = change.case
        if contact.customer_id != case.customer_id or contact.removed_at is not None:
            raise NotPossible("This contact does not belong to the customer.")
        if contact.pk == case.contact_id:
            raise NotPossible(f"The desk writes to {contact.name} already.")
        case.contact, case.verified_at = contact, None
        change.record("contact_chosen", f"The desk writes to {contact.name}, {contact.email}.")
        if case.status is State.AWAITING_CUSTOMER:
            pause_asking(change, because=f"{contact.name} has not been asked yet")
            change.raise_todo(
                "mail_undeliverable",
                f"{contact.name} has not been asked yet: the clock stands still.",
                answers=["send_again", "note_told"],
            )
        return case


def send_again(*, case_id: int, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """Send the last undelivered mail once more, to the contact as it is now (R12).

    While we wait for answers that is the open questions, and the clock starts afresh when their
    mail is accepted.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="mail.reply", version=version
    ) as change:
        case = change.case
        if case.status is State.AWAITING_CUSTOMER and case.ask_paused_because:
            email = ask_afresh(change)
        else:
            email = repeat_lost(change)
        change.record(
            "sent_again", f"“{email.subject}” sent again to {email.to_email}.", email=email
        )
        change.resolve_todos(kinds=("mail_undeliverable",), resolution="sent again")
        release_held(case=case, now=now)
        return case


def note_told(*, case_id: int, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """They have the questions, by phone or letter: the drop clock starts afresh from `now` (R12).

    Raises `NotPossible` where no clock stands still.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.ask", version=version
    ) as change:
        case = change.case
        if case.status is not State.AWAITING_CUSTOMER or not case.ask_paused_because:
            raise NotPossible("The drop clock is running already, or not needed any more.")
        case.start_asking(email=case.asked_email)
        case.asked_at = now
        change.record(
            "asked_otherwise",
            f"{actor.name} made sure that they have the questions; the clock runs.",
        )
        change.resolve_todos(kinds=("mail_undeliverable",), resolution="told otherwise")
        release_held(case=case, now=now)
        return case


def ask_afresh(change: Change) -> Email:
    """The open questions as a new round, whose reminders have keys of their own (R53)."""
    case = change.case
    questions = open_questions(case)
    name = "questions" if questions else "page"  # nothing asked: the link was sent (R32)
    email = queue_mail(change, name, key=f"{name}:{case.ask_round + 1}", questions=questions)
    case.start_asking(email=email)
    return email


def repeat_lost(change: Change) -> Email:
    """The last mail that was lost, word for word."""
    case = change.case
    lost = case.events.filter(kind="mail_undelivered").order_by("-sequence").first()
    if lost is None or lost.email is None or case.contact is None:
        raise NotPossible("There is no undelivered mail to send again.")
    old = lost.email
    return outbox.queue(
        key=f"{old.key}:again:{case.version}",
        purpose=old.purpose,
        thread=case.thread,
        from_name=old.from_name,
        from_email=old.from_email,
        reply_to=reply_address(case),
        to_name=case.contact.name,
        to_email=case.contact.email,
        subject=old.subject,
        text=old.text,
        html=old.html,
        automatic=old.automatic,
        irreversible=old.irreversible,
        files=repeat_files(old),
        now=change.now,
    )


def remind_now(
    *, case_id: int, actor: Actor, now: datetime, not_before: datetime | None = None
) -> Email:
    """Remind the customer of the open questions before the policy does; the drop keeps its
    interval to this reminder, too (G14). Raises `NotPossible` where `explain_no_reminder` does.
    """
    with change_case(case_id=case_id, actor=actor, now=now, deed="case.ask") as change:
        case = change.case
        why_not = explain_no_reminder(case, now=now)
        if why_not:
            raise NotPossible(f"Not reminded: {why_not}.")
        drop, questions = change.plan().find_step("drop"), open_questions(case)
        email = queue_mail(
            change,
            "reminder" if questions else "page_reminder",
            key=f"reminder:{case.ask_round}:by_hand:{case.version}",
            questions=questions,
            drop_at=drop.at if drop else None,
            not_before=not_before,
        )
        change.record("reminded", f"{actor.name} reminded {email.to_email}.", email=email)
        return email


def explain_no_reminder(case: Case, *, now: datetime) -> str:
    """Why this customer is not reminded now, or ""."""
    if case.status is not State.AWAITING_CUSTOMER:
        return "nobody waits for an answer"
    if case.ask_paused_because:
        return "the clock stands still: their mail does not arrive"
    if case.asked_at is None:
        return "the questions are still on their way"
    if now - max([case.asked_at, *case.reminders_accepted]) < REMIND_APART:
        return "they were asked less than a day ago"
    return ""
