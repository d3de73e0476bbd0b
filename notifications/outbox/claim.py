"""Take mails out of the queue, under a lease.

A claim leases many at once and says nothing about their fate: each is begun by itself, when its
turn comes (`record.turn_page`). So after a crash one mail of a claim is of unknown fate at most,
and all the others simply wait again.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.epoch import hold_if_restored
from notifications.models import Email

LEASE = timedelta(minutes=5)  # longer than a claim is good for and the slowest conversation
# Named, since a prepared "all columns" fails once a release adds one.
COLUMNS = ", ".join(f'email."{field.column}"' for field in Email._meta.concrete_fields)
PAUSED = "SELECT FROM notifications_switch WHERE name IN ('sending', 'restored') AND paused"

CLAIM = f"""
WITH due AS (
    SELECT id FROM notifications_email
     WHERE status = 'queued' AND next_attempt_at <= %(now)s AND NOT EXISTS ({PAUSED}) {{only}}
     ORDER BY next_attempt_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE notifications_email AS email
   SET status = 'sending', lease = %(lease)s, begun_at = NULL,
       lease_until = now() + make_interval(secs => %(seconds)s)
  FROM due WHERE email.id = due.id
RETURNING {COLUMNS}
"""  # noqa: S608 - its parts stand in this file
NEXT = CLAIM.format(only="")
ONE = CLAIM.format(only="AND id = %(only)s")


@dataclass(frozen=True)
class Claim:
    """Mails leased to us. `lease` tells our claim from a later one on the same rows."""

    lease: uuid.UUID
    emails: list[Email] = field(default_factory=list)


def claim_due(*, now: datetime, limit: int, email_id: int | None = None) -> Claim:
    """Lease up to `limit` mails that are due at `now`, oldest first; none while paused (G7, G24).

    One statement. Rows that another worker holds are passed over, so any number of workers may
    claim at once.
    """
    claim = Claim(lease=uuid.uuid4())
    if hold_if_restored(now=now):
        return claim
    values = {
        "lease": claim.lease, "seconds": LEASE.total_seconds(), "now": now, "limit": limit,
        "only": email_id,
    }  # fmt: skip
    claim.emails.extend(Email.objects.raw(NEXT if email_id is None else ONE, values))
    claim.emails.sort(key=lambda email: (email.next_attempt_at, email.pk))
    return claim


def release(claim: Claim) -> None:
    """Give back what was leased and not begun, due as before."""
    left = Email.objects.filter(lease=claim.lease, status=Email.Status.SENDING, begun_at=None)
    left.update(status=Email.Status.QUEUED, lease=None, lease_until=None)
