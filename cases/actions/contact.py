"""Who the desk writes to: choose another contact, send again what did not arrive."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Contact
from cases.actions.base import Actor, NotPossible, change_case
from cases.actions.mail import reply_address
from cases.actions.timers import release_held
from cases.models import Case
from notifications import outbox


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
        return case


def send_again(*, case_id: int, actor: Actor, now: datetime, version: int | None = None) -> Case:
    """Send the last undelivered mail once more, to the contact as it is now (R12).

    The clock that stood still starts afresh when this mail is accepted.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="mail.reply", version=version
    ) as change:
        case = change.case
        lost = case.events.filter(kind="mail_undelivered").order_by("-sequence").first()
        if lost is None or lost.email is None or case.contact is None:
            raise NotPossible("There is no undelivered mail to send again.")
        old = lost.email
        email = outbox.queue(
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
            now=now,
        )
        if old.pk == case.asked_email_id or old.purpose == "reminder":
            # Whichever of the two it is, the waiting begins anew with this mail.
            case.ask_round += 1  # its reminders are new ones, with keys of their own
            case.asked_email, case.asked_at = email, None
            case.ask_paused_because, case.reminders_accepted = "", []
        change.record("sent_again", f"“{old.subject}” sent again to {email.to_email}.", email=email)
        change.resolve_todos(kinds=("mail_undeliverable",), resolution="sent again")
        release_held(case=case, now=now)
        return case
