"""Who takes part: one company with its policy, one agent, and a customer for each journey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.models import Brand, Contact, Customer, Item
from tests import factories
from tests.cases.build import make_policy

AGENT, PASSWORD = "mara", "a long passphrase"


def make_company() -> Brand:
    """A company whose policy is published, and an agent who can sign in."""
    brand = factories.make_brand(
        name="Acme Lines", slug="acme", provisioning={"adapter": "sandbox"}
    )
    make_policy(brand)
    agent = factories.make_user(username=AGENT, last_name="Agent", timezone="America/Chicago")
    # The tests' own cheap hasher is none of the desk's.
    agent.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-tests", iterations=1000)
    agent.save()
    return brand


def make_customer(
    *, brand: Brand, name: str, items: int | Sequence[dict[str, Any]] = 2, email: str = ""
) -> Customer:
    """A customer in Chicago whose owner reads the mail; two extensions unless told otherwise."""
    customer = factories.make_customer(brand=brand, name=name, items=items)
    word = name.split()[0].lower()
    factories.make_contact(
        customer=customer, name=f"Rosa {name.split()[0]}",
        email=email or f"rosa@{word}.example.com",
    )  # fmt: skip
    return customer


def add_contract(customer: Customer, *, on: date, months: int) -> None:
    """A term that ends `months` after `on`."""
    factories.make_contract(
        customer=customer, name="Term", starts_on=on - timedelta(days=200),
        ends_on=on + timedelta(days=30 * months), monthly_amount=Decimal("40.00"),
    )  # fmt: skip


def owner_of(customer: Customer) -> Contact:
    return customer.contacts.get(is_owner=True)


def item_states(customer: Customer) -> list[str]:
    found: list[str] = list(
        Item.objects.filter(customer=customer).order_by("pk").values_list("status", flat=True)
    )
    return found
