"""How mail leaves: queue → claim (lease) → SMTP → record. See GUARANTEES G5 to G8.

`queue` writes a row in the caller's transaction; `deliver_due` sends what is due; `sweep` does
everything that the outbox needs from time to time.
"""

from notifications.outbox.checks import register_before_send
from notifications.outbox.deliver import deliver_due, deliver_one
from notifications.outbox.enqueue import (
    BulkMailbag,
    Mailbag,
    UnsafeEmail,
    open_thread,
    queue,
)
from notifications.outbox.settle import (
    CannotSettle,
    mark_accepted,
    mark_bounced,
    mark_delivered,
    mark_seen,
    retry_now,
    settle_unknown,
    stop,
)
from notifications.outbox.sweep import sweep

__all__ = [
    "BulkMailbag",
    "CannotSettle",
    "Mailbag",
    "UnsafeEmail",
    "deliver_due",
    "deliver_one",
    "mark_accepted",
    "mark_bounced",
    "mark_delivered",
    "mark_seen",
    "open_thread",
    "queue",
    "register_before_send",
    "retry_now",
    "settle_unknown",
    "stop",
    "sweep",
]
