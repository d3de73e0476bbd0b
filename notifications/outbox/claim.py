"""Take mails out of the queue, under a lease, and begin them one at a time.

A claim leases a batch; beginning marks the one mail that is about to meet the server. So after a
crash exactly one mail of the batch is of unknown fate, and all the others simply wait again.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, Q
from django.db.models.functions import Now

from notifications.epoch import hold_if_restored
from notifications.models import Email, Switch
from notifications.models.switch import RESTORED, SENDING
from notifications.outbox.checks import find_reason_to_stop

LEASE = timedelta(minutes=5)  # longer than a batch and its slowest SMTP conversation
SENDING_PAUSED = Exists(Switch.objects.filter(name__in=[SENDING, RESTORED], paused=True))

# Written out because it runs for every mail: building it anew costs more than running it.
BEGIN = """
UPDATE notifications_email
   SET begun_at = %(now)s, attempts = attempts + 1,
       lease_until = now() + make_interval(secs => %(seconds)s)
 WHERE id = %(id)s AND lease = %(lease)s AND status = 'sending' AND begun_at IS NULL
   AND NOT EXISTS (
       SELECT FROM notifications_switch WHERE name IN ('sending', 'restored') AND paused
   )
"""


@dataclass(frozen=True)
class Batch:
    """Mails leased to us. `lease` tells our claim from a later one on the same rows."""

    lease: uuid.UUID
    emails: list[Email] = field(default_factory=list)


def claim_due(*, now: datetime, limit: int, email_id: int | None = None) -> Batch:
    """Lease up to `limit` mails that are due at `now`, oldest first; none while paused (G7, G24).

    Rows that another worker holds are passed over, so any number of workers may claim at once.
    """
    batch = Batch(lease=uuid.uuid4())
    if hold_if_restored(now=now):
        return batch
    due = Q(status=Email.Status.QUEUED, next_attempt_at__lte=now)
    if email_id is not None:
        due &= Q(pk=email_id)
    with transaction.atomic():
        rows = (
            Email.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(due & ~SENDING_PAUSED)
            .order_by("next_attempt_at", "id")
        )
        batch.emails.extend(rows[:limit])
        for email in batch.emails:
            email.begun_at = None
        Email.objects.filter(pk__in=[email.pk for email in batch.emails]).update(
            status=Email.Status.SENDING,
            lease=batch.lease,
            lease_until=Now() + LEASE,
            begun_at=None,
        )
    return batch


def begin(email: Email, *, lease: uuid.UUID, now: datetime) -> bool:
    """Mark that `email` meets the server now. False: it was stopped, paused or taken from us.

    Call it inside a transaction that commits before the conversation begins. Everything that may
    have changed since the mail was queued is looked at here: the pause switch (G7), a stop, and
    the registered checks (G6). A check's reason stops the mail; the caller announces that.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            BEGIN, {"now": now, "seconds": LEASE.total_seconds(), "id": email.pk, "lease": lease}
        )
        begun = cursor.rowcount
    if not begun:
        return False
    email.begun_at, email.attempts, email.lease = now, email.attempts + 1, lease
    email.status = Email.Status.SENDING
    email.error = ""
    reason = find_reason_to_stop(email)
    if reason:
        email.error = reason[:500]
        return False
    return True


def release(batch: Batch, *, at: datetime | None = None) -> None:
    """Give back what was leased and not begun, due at `at` (UTC) or as before."""
    fields: dict[str, object] = {"next_attempt_at": at} if at else {}
    Email.objects.filter(lease=batch.lease, status=Email.Status.SENDING, begun_at=None).update(
        status=Email.Status.QUEUED, lease=None, lease_until=None, **fields
    )
