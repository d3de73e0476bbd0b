"""Erase who a customer is; what is left are amounts, dates and a number that names nobody."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Customer, ManualTask
from accounts.models.customers import Contact, Location

NOBODY = "erased.invalid"


def erase_account(customer: Customer, *, now: datetime) -> None:
    """Pseudonymise the account, its people, places and services. Call it inside a transaction."""
    for contact in Contact.objects.filter(customer=customer):
        contact.name, contact.email, contact.phone = "Erased", f"erased-{contact.pk}@{NOBODY}", ""
        contact.removed_at = contact.removed_at or now
        contact.save(update_fields=["name", "email", "phone", "removed_at"])
    for place in Location.objects.filter(customer=customer):
        place.name, place.address = f"Place {place.pk}", ""
        place.save(update_fields=["name", "address"])
    for item in customer.items.all():
        item.label, item.identifier, item.assigned_to = item.get_kind_display(), "", ""
        item.save(update_fields=["label", "identifier", "assigned_to"])
    customer.contracts.update(name="Contract")
    ManualTask.objects.filter(item__customer=customer).update(note="")
    customer.name = f"Erased customer {customer.pk}"
    customer.account_number = f"erased-{customer.pk}"
    customer.notes = customer.inventory_problem = ""
    customer.save(update_fields=["name", "account_number", "notes", "inventory_problem"])
