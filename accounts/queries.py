"""What screens read about customers: the search while somebody talks, and the customer's card."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from accounts.models import Contact, Contract, Customer, Item, Port
from accounts.scoping import brands_of
from accounts.search import rank_customers

# Statuses of an item that the customer still has: it works, or it can come back.
HELD = (Item.Status.ACTIVE, Item.Status.SUSPENDED)


def find_customers(*, text: str, user: Any, limit: int = 8) -> list[Customer]:
    """Return the user's customers that ``text`` may mean, best first, while it is being typed.

    Finds by the beginning of an account number (any spacing), of a name or of words in it (accents
    and case do not matter), of a contact's name or email, and by a phone number in any format:
    its beginning, or its last four digits and more. Each customer carries ``matched_by`` ("phone")
    and ``matched`` (the text that was found), and its brand by name. Three queries at most.
    """
    brands = brands_of(user).only("name", "default_region").in_bulk()
    regions = frozenset(brand.default_region for brand in brands.values())
    hits = rank_customers(text=text, brand_ids=sorted(brands), regions=regions, limit=limit)
    rows = Customer.objects.in_bulk([hit.customer_id for hit in hits])
    found = []
    for hit in hits:
        customer = rows[hit.customer_id]
        customer.brand = brands[customer.brand_id]
        customer.matched_by, customer.matched = hit.by, hit.matched
        found.append(customer)
    return found


@dataclass(frozen=True, kw_only=True)
class ServiceGroup:
    """The services of one location (None: of none), counted by kind, with what they cost."""

    location_id: int | None
    location: str
    kinds: tuple[tuple[str, int], ...]
    count: int
    monthly_price: Decimal

    @property
    def summary(self) -> str:
        """The counts for reading: "12 extensions, 2 numbers, 1 trunk"."""
        return ", ".join(f"{count} {name_kind(kind, count)}" for kind, count in self.kinds)


@dataclass(frozen=True, kw_only=True)
class CustomerCard:
    """What an agent needs to see of a customer during the call."""

    customer: Customer
    contacts: tuple[Contact, ...]
    groups: tuple[ServiceGroup, ...]
    contracts: tuple[Contract, ...]
    ports_in_progress: tuple[Port, ...]
    checks: tuple[str, ...]

    @property
    def services_count(self) -> int:
        """How many services the customer has, suspended ones included."""
        return sum(group.count for group in self.groups)

    @property
    def monthly_price(self) -> Decimal:
        """What they cost in a month, in the customer's currency."""
        return sum((group.monthly_price for group in self.groups), Decimal(0))

    @property
    def contract_ends_on(self) -> date | None:
        """The last day of the term that ends last; None without a contract, past terms included."""
        return max((contract.ends_on for contract in self.contracts), default=None)

    @property
    def authorised(self) -> tuple[Contact, ...]:
        """The contacts who may authorise a cancellation."""
        return tuple(contact for contact in self.contacts if contact.may_cancel)


def customer_card(customer: Customer) -> CustomerCard:
    """Return the card of one customer, whom the caller has scoped. Five queries at most."""
    return CustomerCard(
        customer=customer,
        contacts=tuple(customer.contacts.filter(removed_at=None)),
        groups=_count_services(customer),
        contracts=tuple(customer.contracts.prefetch_related("items")),
        ports_in_progress=tuple(
            Port.objects.filter(item__customer=customer, status=Port.Status.PENDING)
            .select_related("item")
            .order_by("expected_on", "id")
        ),
        checks=tuple(customer.brand.verification),
    )


def name_kind(kind: str, count: int) -> str:
    """Return a kind's word for a count: "number", "numbers"; a SIM stays a SIM."""
    label = str(Item.Kind(kind).label)
    word = label if label.isupper() else label.lower()
    return word if count == 1 else f"{word}s"


def _count_services(customer: Customer) -> tuple[ServiceGroup, ...]:
    """Count in the database: an account may have a hundred thousand SIMs."""
    rows = (
        Item.objects.filter(customer=customer, status__in=HELD)
        .values("location_id", "location__name", "kind")
        .annotate(count=Count("id"), price=Sum("monthly_price"))
        .order_by("location__name", "location_id", "-count", "kind")
    )
    places: dict[int | None, list[Any]] = {}
    for row in rows:
        places.setdefault(row["location_id"], []).append(row)
    return tuple(
        ServiceGroup(
            location_id=location_id,
            location=kinds[0]["location__name"] or "",
            kinds=tuple((row["kind"], row["count"]) for row in kinds),
            count=sum(row["count"] for row in kinds),
            monthly_price=sum((row["price"] for row in kinds), Decimal(0)),
        )
        for location_id, kinds in places.items()
    )
