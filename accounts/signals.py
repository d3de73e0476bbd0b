"""What the admin's pages of customers tell the rest of the desk.

Sent inside the transaction that changes the row, and not robustly: a receiver's error undoes it.

`address_changed(contact, before, now)`  staff wrote another address for a contact who was reached
                                         at `before` until `now` (UTC).
"""

from django.dispatch import Signal

address_changed = Signal()
