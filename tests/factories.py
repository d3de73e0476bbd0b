"""Obviously made-up rows for tests: plain functions, every value can be named by the caller.

Domains are example.com's, American numbers are of the 555-01xx kind. Nothing reads the clock.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import (
    Bill,
    Brand,
    Contact,
    Contract,
    Customer,
    Item,
    Location,
    Port,
    Team,
    User,
)
from accounts.roles import Role

_serial = count(1)
PASSWORD = "a long passphrase"


def make_brand(**given: Any) -> Brand:
    """A company; its slug leads to its addresses: acme → cancellations@acme.example.com."""
    serial = next(_serial)
    slug = given.setdefault("slug", f"brand-{serial}")
    given.setdefault("name", f"Brand {serial}")
    given.setdefault("email_name", f"{given['name']} cancellations")
    given.setdefault("email_from", f"cancellations@{slug}.example.com")
    given.setdefault("reply_domain", f"reply.{slug}.example.com")
    given.setdefault("verification", ["Account PIN", "Last bill amount", "Callback"])
    return Brand.objects.create(**given)


def make_user(*, role: str = Role.AGENT, brands: Iterable[Brand] = (), **given: Any) -> User:
    """A member of staff with PASSWORD; no brands means all of them."""
    serial = next(_serial)
    username = given.setdefault("username", f"{role}{serial}")
    given.setdefault("email", f"{username}@desk.example.com")
    given.setdefault("first_name", "Mara")
    given.setdefault("last_name", f"Madeup{serial}")
    given.setdefault("timezone", "America/Chicago")
    user = User.objects.create_user(password=given.pop("password", PASSWORD), role=role, **given)
    user.brands.set(brands)
    return user


def make_team(*, brands: Iterable[Brand] = (), members: Iterable[User] = (), **given: Any) -> Team:
    """Colleagues for these brands."""
    given.setdefault("name", f"Team {next(_serial)}")
    team = Team.objects.create(**given)
    team.brands.set(brands)
    team.members.set(members)
    return team


def make_customer(
    *, brand: Brand | None = None, items: int | Iterable[dict[str, Any]] = 0, **given: Any
) -> Customer:
    """A customer in Chicago. ``items``: how many extensions, or the values of each item."""
    serial = next(_serial)
    given.setdefault("name", f"Fernwood Dental {serial}")
    given.setdefault("account_number", f"77-{serial:05d}")
    given.setdefault("timezone", "America/Chicago")
    customer = Customer.objects.create(brand=brand or make_brand(), **given)
    for values in [{}] * items if isinstance(items, int) else items:
        make_item(customer=customer, **values)
    return customer


def make_contact(*, customer: Customer | None = None, owner: bool = True, **given: Any) -> Contact:
    """A person who may authorise everything; with ``owner=False``, nothing."""
    serial = next(_serial)
    given.setdefault("name", f"Rosa Vale {serial}")
    given.setdefault("email", f"rosa.vale.{serial}@example.com")
    for right in ("is_owner", "may_cancel", "may_restore", "may_port"):
        given.setdefault(right, owner)
    return Contact.objects.create(customer=customer or make_customer(), **given)


def make_location(*, customer: Customer | None = None, **given: Any) -> Location:
    """A branch."""
    given.setdefault("name", f"Branch {next(_serial)}")
    return Location.objects.create(customer=customer or make_customer(), **given)


def make_item(*, customer: Customer | None = None, **given: Any) -> Item:
    """An active extension at 15.00 a month, or what is named; a number gets one of its own."""
    serial = next(_serial)
    kind = given.setdefault("kind", Item.Kind.EXTENSION)
    if kind == Item.Kind.NUMBER:
        given.setdefault("identifier", f"+1312555{serial % 10_000:04d}")
    given.setdefault("label", f"{Item.Kind(kind).label} {serial}")
    given.setdefault("product", kind)
    given.setdefault("monthly_price", Decimal("15.00"))
    given.setdefault("activated_on", date(2025, 1, 15))
    return Item.objects.create(customer=customer or make_customer(), **given)


def make_contract(
    *, customer: Customer | None = None, items: Iterable[Item] = (), **given: Any
) -> Contract:
    """A three-year term until the end of March 2027, of the whole account or the items named."""
    given.setdefault("name", "Three-year term")
    given.setdefault("starts_on", date(2024, 4, 1))
    given.setdefault("ends_on", date(2027, 3, 31))
    given.setdefault("monthly_amount", Decimal("182.00"))
    contract = Contract.objects.create(customer=customer or make_customer(), **given)
    contract.items.set(items)
    return contract


def make_port(*, item: Item | None = None, **given: Any) -> Port:
    """A pending port of a number."""
    given.setdefault("carrier", "Otherline Example")
    return Port.objects.create(item=item or make_item(kind=Item.Kind.NUMBER), **given)


def make_bill(*, customer: Customer | None = None, **given: Any) -> Bill:
    """An awaited bill of December 2026."""
    given.setdefault("period_starts_on", date(2026, 12, 1))
    given.setdefault("period_ends_on", date(2026, 12, 31))
    given.setdefault("amount", Decimal("182.00"))
    return Bill.objects.create(customer=customer or make_customer(), **given)
