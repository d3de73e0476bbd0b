"""Write down what became of a mail, and tell the rest of the desk in the same transaction."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from django.db import connection, transaction
from django.dispatch import Signal

from notifications import signals
from notifications.models import Email
from notifications.outbox.outcome import Kind, Outcome
from notifications.outbox.retry import RESEND_PAUSE, choose_pause, is_hopeless, may_resend

log = logging.getLogger(__name__)

News = Email.News
Status = Email.Status
SIGNALS: dict[str, Signal] = {
    News.ACCEPTED: signals.email_accepted,
    News.FAILED: signals.email_failed,
    News.UNKNOWN: signals.email_unknown,
}

CAME_BACK = (Email.Delivery.BOUNCED, Email.Delivery.COMPLAINED)
ARRIVED = (Email.Delivery.DELIVERED, *CAME_BACK)

# Written out because it runs for every mail: building it anew costs more than running it.
WRITTEN = (
    "status", "begun_at", "accepted_at", "next_attempt_at", "response", "error", "news",
    "provider_id",
)  # fmt: skip
WRITE = f"""
UPDATE notifications_email
   SET {", ".join(f"{name} = %s" for name in WRITTEN)}, lease = NULL, lease_until = NULL
 WHERE id = %s AND (lease = %s OR status = 'unknown')
"""  # noqa: S608 - the names stand above


def record_outcome(email: Email, outcome: Outcome, *, lease: uuid.UUID, now: datetime) -> None:
    """Record `outcome` and send its signal, inside the caller's transaction.

    A receiver's error undoes the record: call `record_quietly` then.
    """
    news = _apply(email, outcome, now=now)
    if _write(email, news=News.NOTHING, lease=lease) and news:
        SIGNALS[news].send(sender=Email, email=email)


def record_quietly(email: Email, outcome: Outcome, *, lease: uuid.UUID, now: datetime) -> None:
    """Record `outcome` without its signal, which the next sweep sends: the fact must not be lost
    because a listener fails, or the mail would go out again."""
    with transaction.atomic():
        news = _apply(email, outcome, now=now)
        _write(email, news=news, lease=lease)


def record_stop(email: Email, *, lease: uuid.UUID) -> None:
    """Record that a check stopped `email` (its reason is in `error`) and announce it as failed."""
    email.status = Status.STOPPED
    email.begun_at = email.next_attempt_at = None
    if _write(email, news=News.NOTHING, lease=lease):
        signals.email_failed.send(sender=Email, email=email)


def make_unknown(email: Email, *, detail: str, now: datetime) -> str:
    """Set the fields of a mail of unknown fate; return the news, if a person must decide.

    The provider may have told of it before our own connection broke: then its fate is known (G5).
    """
    told = Email.objects.filter(pk=email.pk).values_list("accepted_at", "delivery").first()
    accepted_at, delivery = told or (None, "")
    if accepted_at is not None or delivery in ARRIVED:
        email.status, email.next_attempt_at = Status.SENT, None
        email.accepted_at, email.error = accepted_at or now, ""
        return News.NOTHING if delivery in CAME_BACK else News.ACCEPTED
    email.status = Status.UNKNOWN
    email.error = detail[:500]
    if may_resend(email):
        email.next_attempt_at = now + RESEND_PAUSE
        return News.NOTHING
    email.next_attempt_at = None
    return News.UNKNOWN


def _apply(email: Email, outcome: Outcome, *, now: datetime) -> str:
    """Set the fields that follow from `outcome`; return the news that is to be told."""
    if outcome.kind is Kind.UNKNOWN:
        return make_unknown(email, detail=outcome.detail, now=now)
    if outcome.kind is Kind.ACCEPTED:
        email.status, email.accepted_at, email.next_attempt_at = Status.SENT, now, None
        email.response, email.error = outcome.detail[:500], ""
        email.provider_id = outcome.provider_id[:200]
        return News.ACCEPTED
    email.error = outcome.detail[:500]
    if outcome.kind is Kind.REFUSED or is_hopeless(email, now=now):
        email.status, email.next_attempt_at = Status.FAILED, None
        return News.FAILED
    email.status, email.next_attempt_at = Status.QUEUED, now + choose_pause(email.attempts)
    email.begun_at = None
    return News.NOTHING


def _write(email: Email, *, news: str, lease: uuid.UUID) -> bool:
    """Save the outcome if the mail is still ours, or was given up as unknown meanwhile."""
    email.news, email.lease, email.lease_until = news, None, None
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [getattr(email, name) for name in WRITTEN] + [email.pk, lease])
        written = cursor.rowcount
    if not written:
        log.warning("outcome came after the lease was lost", extra={"email": email.pk})
    return bool(written)
