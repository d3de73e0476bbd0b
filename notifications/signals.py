"""What the mailroom and the outbox tell the rest of the desk.

Each is sent in a transaction, and not robustly: a receiver's error undoes the record, or leaves
the news to be told again. Receivers are idempotent.

`inbound_processed(inbound)`   a mail was understood; the receiver decides its disposition and
                               saves it. Already set: `automatic`, `bounce` or `unmatched`. Sent in
                               threads that somebody claims (`inbound.register_thread_check`).
`inbound_quarantined(inbound)` a mail is held for a person; `inbound.problem` says why.
`emails_accepted(emails)`      the receiving server took each of these at its `accepted_at`.
`email_failed(email)`          it never will; `email.error` says why.
`email_unknown(email)`         silence after the final dot, and a person must decide.
`email_bounced(email, inbound)` it came back; `inbound` is the bounce, or None.
`emails_recording(emails)`     sent first in such a transaction, before any row of the outbox is
                               locked, so that a receiver can take its own locks (lock order:
                               case → timer → outbox).
"""

from django.dispatch import Signal

inbound_processed = Signal()
inbound_quarantined = Signal()
emails_recording = Signal()
emails_accepted = Signal()
email_failed = Signal()
email_unknown = Signal()
email_bounced = Signal()
