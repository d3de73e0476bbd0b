"""What people decide about a received mail: set it aside, or have it read again.

The mail's row is locked first and its case after it, in the order in which mail is processed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.roles import may
from cases.actions.base import Actor, Change, NotAllowed, NotPossible, change_case
from cases.actions.timers import release_held
from cases.models import Case, Timer, Todo
from cases.models.timer import LIVE
from notifications import inbound as mail_in
from notifications.models import Inbound

Fate = Inbound.Disposition
OPEN = (Fate.UNMATCHED, Fate.QUARANTINED)
ASIDE = (Fate.HANDLED, Fate.NOT_CUSTOMER, Fate.SPAM)
NOBODYS = (Fate.AUTOMATIC, Fate.BOUNCE)
QUARANTINED = "mail_quarantined"  # the to-do's kind


def ask_about_quarantine(change: Change, inbound: Inbound) -> None:
    """A mail to the case lies in quarantine: a person looks (G3). The mail itself holds what
    cannot be undone if it came in time, until it is settled (G11)."""
    why = f" {inbound.problem}" if inbound.problem else ""
    change.raise_todo(
        QUARANTINED,
        f"A mail to this case could not be read safely and is held back.{why}"[:300],
        answers=["open_mail", "replay_mail", "set_mail_aside"],
        inbound=inbound,
        holds=False,
    )


def set_mail_aside(
    *, inbound_id: int, disposition: str, actor: Actor, now: datetime, note: str = ""
) -> Inbound:
    """Nothing is to be done about this mail; what it held goes on.

    `disposition` is one of ASIDE. Raises `NotPossible` for a mail that was filed.
    """
    if disposition not in ASIDE:
        raise NotPossible("A mail is set aside as handled, as not a customer's, or as spam.")
    with decide(inbound_id=inbound_id, actor=actor, now=now) as (mail, change):
        if mail.disposition not in (*OPEN, *ASIDE):
            raise NotPossible("This mail belongs to a case: deal with it there.")
        mail.disposition, mail.disposition_note = disposition, note[:500]
        mail.handled_by = actor.user.pk if actor.user else None
        mail.save(update_fields=["disposition", "disposition_note", "handled_by"])
        if change:
            words = mail.get_disposition_display().lower()
            change.record(
                "mail_set_aside", f"“{mail.subject}” was set aside: {words}.", inbound=mail
            )
        settle_todos(mail, actor=actor, now=now, resolution="set aside")
        release_cases(mail, now=now)
        return mail


def replay_mail(*, inbound_id: int, actor: Actor, now: datetime) -> Inbound:
    """Have a mail read again from its raw bytes, after a fix. Raises `NotPossible`."""
    with decide(inbound_id=inbound_id, actor=actor, now=now) as (mail, change):
        if not mail_in.replay(inbound_id=mail.pk):
            raise NotPossible(
                "Only a mail in quarantine, or an unmatched one, of which everything is here can "
                "be read again."
            )
        if change:
            change.record("mail_replayed", f"“{mail.subject}” is read again.", inbound=mail)
        settle_todos(mail, actor=actor, now=now, resolution="read again")
        return mail


def mark_human(*, inbound_id: int, actor: Actor, now: datetime) -> Inbound:
    """A person wrote what was taken for a machine's and belongs to no case: it waits to be filed.

    Raises `NotPossible` for mail of a case: that is corrected there (`corrections.mark_human`).
    """
    with decide(inbound_id=inbound_id, actor=actor, now=now) as (mail, change):
        if change:
            raise NotPossible("This mail belongs to a case: say at its line there who wrote it.")
        if mail.disposition not in NOBODYS or mail.kind == Inbound.Kind.OWN:
            raise NotPossible("It does not count as a machine's mail.")
        was, mail.kind = mail.get_kind_display(), Inbound.Kind.HUMAN
        mail.disposition, mail.disposition_note = Fate.UNMATCHED, ""
        mail.evidence = [f"No {was}: {actor.name} saw that a person wrote it.", *mail.evidence]
        mail.handled_by = actor.user.pk if actor.user else None
        mail.save(
            update_fields=["kind", "disposition", "disposition_note", "evidence", "handled_by"]
        )
        return mail


@contextmanager
def decide(
    *, inbound_id: int, actor: Actor, now: datetime, version: int | None = None
) -> Iterator[tuple[Inbound, Change | None]]:
    """Lock the mail, then its case where it has one; check that the actor may decide.

    Raises `CaseChanged` when `version` is stale.
    """
    with transaction.atomic():
        mails = Inbound.objects.select_for_update(of=("self",)).defer("raw")
        mail = mails.filter(pk=inbound_id).first()
        if mail is None:
            raise NotPossible("There is no such mail.")
        case = Case.objects.filter(thread_id=mail.thread_id).first() if mail.thread_id else None
        if case is None:
            if actor.user is None or not may(actor.user, "mail.file"):
                raise NotAllowed("Your role does not allow this. A supervisor can help.")
            yield mail, None
            return
        with change_case(
            case_id=case.pk, actor=actor, now=now, deed="mail.file", version=version
        ) as change:
            change.quiet = True
            yield mail, change


def settle_todos(mail: Inbound, *, actor: Actor, now: datetime, resolution: str) -> None:
    """The questions that this mail raised are answered."""
    Todo.objects.filter(inbound=mail, kind=QUARANTINED, resolved_at=None).update(
        resolved_at=now, resolved_by=actor.user, resolution=resolution
    )


def release_cases(mail: Inbound, *, now: datetime) -> None:
    """Look at once at what this mail may have held: its case, and its sender's other cases."""
    senders = [address for address in (mail.from_email, mail.envelope_from) if address]
    which = Q(customer__contacts__email__in=senders)
    if mail.thread_id:
        which |= Q(thread_id=mail.thread_id)
    held = Timer.objects.filter(LIVE).exclude(held_because="")
    for case in Case.objects.filter(which, pk__in=held.values("case")).distinct():
        release_held(case=case, now=now)
