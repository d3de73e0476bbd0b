"""What the mailroom and the outbox tell the rest of the desk.

Each is sent inside the transaction that records the fact, and not robustly: a receiver's error
undoes the record, which is then tried again. Receivers are idempotent.

`inbound_processed(inbound)`   a mail was understood; the receiver decides its disposition and
                               saves it. Already set: `automatic`, `bounce` or `unmatched`. Sent in
                               threads that somebody claims (`inbound.register_thread_check`).
`inbound_quarantined(inbound)` a mail is held for a person; `inbound.problem` says why.
`email_accepted(email)`        the receiving server took the mail at `email.accepted_at`.
`email_failed(email)`          it never will; `email.error` says why.
`email_unknown(email)`         silence after the final dot, and a person must decide.
`email_bounced(email, inbound)` it came back; `inbound` is the bounce, or None.
`email_recording(email)`       sent first in the recording transaction, before the email's row is
                               locked, so that a receiver can take its own lock (lock order:
                               case → timer → outbox).
"""

from django.dispatch import Signal

inbound_processed = Signal()
inbound_quarantined = Signal()
email_recording = Signal()
email_accepted = Signal()
email_failed = Signal()
email_unknown = Signal()
email_bounced = Signal()
