"""A contact's address was changed: the old one is told, for whoever reads it may know better."""

from __future__ import annotations

from datetime import datetime

from accounts.addresses import mask_email
from accounts.models import Contact
from cases.actions.mail import render_letter
from notifications import outbox
from notifications.models import Email


def warn_old_address(*, contact: Contact, before: str, now: datetime) -> Email:
    """Mail the address that was on file until now, in the customer's language; once per change.

    No link, and the new address only as far as its owner knows it. An answer comes to the
    mailroom, where a person reads it.
    """
    customer = contact.customer
    texts = render_letter(
        customer, "address_changed", contact=contact, now=now,
        new_address=mask_email(contact.email),
    )  # fmt: skip
    return outbox.queue(
        key=f"address:{contact.pk}:{now.isoformat()}",
        purpose="address_changed",
        thread=None,
        from_name=customer.brand.email_name,
        from_email=customer.brand.email_from,
        reply_to="",
        to_name=contact.name,
        to_email=before,
        now=now,
        subject=texts["subject"],
        text=texts["text"],
        html=texts["html"],
    )
