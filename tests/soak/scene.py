"""Who there is on the first day: a brand per policy, one agent, a customer per case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.soak.faults import Novice
from tests.soak.lives import Life
from tests.soak.place import Place
from tests.soak.world import BEGIN, World

KINDS = {"8x8": "extension", "sipstation": "trunk", "soracom": "sim"}


def warm_up(place: Place) -> None:
    """Play a few lives here: workers are forks, and a killed one is back with all that it knew."""
    place.renew("soak_warm")
    world = World(
        place=place, seed=5, cases=14, faults_percent=0, days=3, say=lambda words: None,
        make_worker=Novice,
    )  # fmt: skip
    build(world.lives)
    world.play()


def build(lives: list[Life]) -> None:
    """Make the rows that no action makes."""
    import tomllib

    from django.db import connection, transaction

    from accounts.models import Contact, Customer, Item
    from cases.models import Policy
    from tests import factories
    from tests.cases.build import POLICIES, publish

    with transaction.atomic():
        brands = {}
        for code in KINDS:
            brands[code] = factories.make_brand(slug=code)
            policy = Policy.objects.create(brand=brands[code], code=code, name=code)
            publish(policy, tomllib.loads((POLICIES / f"{code}.toml").read_text()), at=BEGIN)
        factories.make_user(username="agent")
        customers = Customer.objects.bulk_create(
            Customer(
                brand=brands[life.code], name=f"Customer {life.number}", timezone=life.zone,
                account_number=f"{life.number:07d}",
            )
            for life in lives
        )  # fmt: skip
        rights = dict.fromkeys(("is_owner", "may_cancel", "may_restore", "may_port"), True)
        Contact.objects.bulk_create(
            Contact(customer=customer, name=f"Rosa {life.number}", email=life.address, **rights)
            for life, customer in zip(lives, customers, strict=True)
        )
        Item.objects.bulk_create(
            Item(
                customer=customer, kind=KINDS[life.code], product=KINDS[life.code],
                label=f"Line {life.number}", monthly_price=Decimal("15.00"),
                activated_on=date(2025, 1, 15),
            )
            for life, customer in zip(lives, customers, strict=True)
        )  # fmt: skip
    for life, customer in zip(lives, customers, strict=True):
        life.customer = customer.pk
    connection.close()
