"""What the outbox needs from time to time, besides sending. Harmless when doubled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from notifications.models import Email
from notifications.outbox.deliver import deliver_due
from notifications.outbox.news import announce_news
from notifications.outbox.record import make_unknown

Status = Email.Status


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Recover what a crash left, tell what is still untold, and send what is due at `now` (UTC).

    Return the number of mails that were accepted.
    """
    recover_expired(now=now)
    requeue_unknown(now=now)
    announce_news()
    return deliver_due(now=now, limit=limit)


def recover_expired(*, now: datetime) -> int:
    """Take back the mails of workers that died; return how many.

    One that was never begun simply waits again. One that was begun may have arrived (G5).
    """
    expired = Email.objects.filter(status=Status.SENDING, lease_until__lt=Now())
    recovered = expired.filter(begun_at=None).update(
        status=Status.QUEUED, lease=None, lease_until=None
    )
    for email_id in list(expired.values_list("pk", flat=True)):
        with transaction.atomic():
            email = expired.select_for_update(skip_locked=True).filter(pk=email_id).first()
            if email is None:
                continue
            email.news = make_unknown(email, detail="the sending process died", now=now)
            email.lease = email.lease_until = None
            email.save()
            recovered += 1
    return recovered


def requeue_unknown(*, now: datetime) -> int:
    """Queue the one resend, with the same ids, of mails that nobody has heard of since."""
    return Email.objects.filter(status=Status.UNKNOWN, next_attempt_at__lte=now).update(
        status=Status.QUEUED, resends=F("resends") + 1, begun_at=None
    )
