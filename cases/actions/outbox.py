"""What people decide about mail that left, or did not: try again, say whether it arrived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.roles import may
from cases.actions.base import Actor, NotAllowed, NotPossible, change_case, check_actor, lock_case
from cases.actions.timers import release_held
from cases.models import Case
from notifications import outbox
from notifications.models import Email

DEED = "mail.reply"


def retry_mail(*, email_id: int, actor: Actor, now: datetime) -> Email:
    """Send a mail again now, with the same ids, where a second copy does no harm (G5).

    Raises `NotPossible` for one that may have arrived and must not arrive twice, and for one that
    was held back: what it would say may not be true any more.
    """
    with transaction.atomic():
        email, case = load(email_id, actor)
        if email.status == Email.Status.STOPPED:
            raise NotPossible(f"It was held back: {email.error}. Write a new one from the case.")
        if email.status == Email.Status.UNKNOWN and email.irreversible:
            raise NotPossible("It may have arrived, and must not arrive twice: decide that first.")
        settle(lambda: outbox.retry_now(email_id=email.pk, now=now))
        if case is not None:
            with change_case(case_id=case.pk, actor=actor, now=now, deed=DEED) as change:
                change.record("mail_retried", f"“{email.subject}” is sent again.", email=email)
                change.resolve_todos(kinds=("mail_undeliverable",), resolution="sent again")
                release_held(case=change.case, now=now)
        return email


def decide_unknown(*, email_id: int, arrived: bool, actor: Actor, now: datetime) -> Email:
    """A person found out whether a mail of unknown fate arrived (G5)."""
    with transaction.atomic():
        email, case = load(email_id, actor)
        settle(lambda: outbox.settle_unknown(email_id=email.pk, arrived=arrived, now=now))
        if case is not None:
            with change_case(case_id=case.pk, actor=actor, now=now, deed=DEED) as change:
                fate = "arrived" if arrived else "never arrived"
                change.record(
                    "mail_decided",
                    f"{actor.name} found that “{email.subject}” {fate}.",
                    email=email,
                )
                if arrived:
                    change.resolve_todos(kinds=("mail_undeliverable",), resolution="it arrived")
                release_held(case=change.case, now=now)
        return email


def load(email_id: int, actor: Actor) -> tuple[Email, Case | None]:
    """The mail and its case, the case locked first (lock order: case → outbox).

    Raises `NotAllowed` where the actor may not see the case or may not decide.
    """
    email = Email.objects.select_related("thread__case").get(pk=email_id)
    case = getattr(email.thread, "case", None)
    if case is not None:
        check_actor(actor, deed=DEED, case=lock_case(case.pk))
    elif actor.user is None or not may(actor.user, DEED):
        raise NotAllowed("Your role does not allow this. A supervisor can help.")
    email.refresh_from_db()
    return email, case


def settle(decide: Callable[[], None]) -> None:
    try:
        decide()
    except outbox.CannotSettle as error:
        raise NotPossible(f"Somebody was faster: {error}.") from error
