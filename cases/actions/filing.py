"""Give a received mail that belongs to no case yet to one: by hand, or as a case's beginning.

The mail's row is locked first and its case after it, in the order in which mail is processed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.roles import may
from cases.actions import replies
from cases.actions.base import Actor, NotAllowed, NotPossible, change_case, check_actor
from cases.models import Case
from notifications.models import Inbound

DEED = "mail.file"
Fate = Inbound.Disposition
LOOSE = (Fate.UNMATCHED, Fate.HANDLED, Fate.NOT_CUSTOMER, Fate.SPAM)


def file_mail(*, inbound_id: int, case_id: int, actor: Actor, now: datetime) -> Case:
    """File a person's mail to a case: it counts with the trust that it has.

    Raises `NotPossible` for a mail that has a case already, or that nobody wrote.
    """
    with transaction.atomic():
        case = Case.objects.select_related("thread").get(pk=case_id)
        check_actor(actor, deed=DEED, case=case)
        mail = claim(inbound_id, case, actor, note="filed by hand")
        return replies.take_reply(case_id=case.pk, inbound=mail, now=now)


def open_from_mail(*, inbound_id: int, case_id: int, actor: Actor, now: datetime) -> Case:
    """Keep the mail that a new case was opened from with that case. It is read already: it asks
    nobody anything and answers no question."""
    with transaction.atomic():
        case = Case.objects.select_related("thread").get(pk=case_id)
        mail = claim(inbound_id, case, actor, note="the case was opened from it")
        with change_case(case_id=case_id, actor=actor, now=now, deed=DEED) as change:
            change.record(
                "mail_received",
                f"{mail.from_name or mail.from_email or 'Somebody'} wrote: “{mail.subject}”.",
                inbound=mail,
                level=int(replies.read_level(change.case, mail)),
            )
            return change.case


def claim(inbound_id: int, case: Case, actor: Actor, *, note: str) -> Inbound:
    """Give a loose mail to a case, under its lock."""
    if actor.user is None or not may(actor.user, DEED):
        raise NotAllowed("Your role does not allow this. A supervisor can help.")
    mail = Inbound.objects.select_for_update().defer("raw").get(pk=inbound_id)
    if mail.disposition not in LOOSE or mail.kind != Inbound.Kind.HUMAN:
        raise NotPossible("Only a person's mail that belongs to no case yet can be filed.")
    mail.thread_id, mail.disposition, mail.disposition_note = case.thread_id, Fate.ANSWER, note
    mail.handled_by = actor.user.pk
    mail.save(update_fields=["thread", "disposition", "disposition_note", "handled_by"])
    return mail
