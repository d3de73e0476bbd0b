"""Turn the written-down example into rows: companies, policies, staff, customers.

These are the facts that a desk finds when it starts; everything about cases is played, never
inserted (see `play`).
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from accounts.models import Bill, Brand, Contact, Contract, Customer, Item, Location, Port, User
from cases.domain.dates import billing_month
from cases.domain.policy import Policy as Rules
from cases.domain.policy import validate
from cases.models import Policy, PolicyVersion
from config.sandbox.example.accounts import ZONES, Account
from config.sandbox.example.companies import COMPANIES, Company, PolicyOf
from config.sandbox.example.customers import list_customers
from config.sandbox.example.macros import build_macros
from config.sandbox.example.parts import Part, walk
from config.sandbox.example.people import PASSWORD, STAFF
from config.sandbox.example.teams import build_rules, build_teams, build_views


class BadExample(Exception):
    """The example contradicts itself; the text says where."""


def build_world(*, now: datetime, published_at: datetime) -> None:
    """Make staff and teams, companies with their policies, and customers. `now` (UTC) is the real
    present; days in the example are counted from it. Policies were in force since `published_at`.
    """
    build_staff()
    build_macros()
    brands = {company.key: build_company(company, published_at) for company in COMPANIES}
    build_teams(brands)
    build_rules()
    build_views(now=published_at)
    for account in list_customers():
        build_customer(account, brands[account.company], now=now)


def build_staff() -> None:
    password = make_password(PASSWORD)  # one costly hash for all of them
    for staff in STAFF:
        User.objects.create(
            username=staff.username,
            email=f"{staff.username}@lastcall.example",
            password=password,
            first_name=staff.first_name,
            last_name=staff.last_name,
            role=staff.role,
            timezone=staff.timezone,
            locale=staff.locale,
            is_superuser=staff.role == "administrator",
        )


def build_company(company: Company, published_at: datetime) -> Brand:
    brand = Brand.objects.create(
        name=company.name,
        slug=company.key,
        email_name=f"{company.name} cancellations",
        email_from=f"cancellations@{company.domain}",
        reply_domain=f"reply.{company.domain}",
        phone=company.phone,
        colour=company.colour,
        default_locale=company.locale,
        default_region=company.region,
        verification=list(company.verification),
        provisioning={
            "adapter": "sandbox",
            "kinds": {kind: {"adapter": "manual"} for kind in company.by_hand},
        },
    )
    for policy in company.policies:
        row = Policy.objects.create(brand=brand, code=policy.code, name=policy.name)
        PolicyVersion.objects.create(
            policy=row,
            number=1,
            data=read_policy(policy).to_dict(),
            published_at=published_at,
            note="As signed off at the start.",
        )
    return brand


def read_policy(policy: PolicyOf) -> Rules:
    """The file with the company's changes. Raises BadExample for a policy that cannot work."""
    text = files("cases").joinpath("policies", policy.file).read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text) | dict(policy.changes)
    data |= {"code": policy.code, "name": policy.name}
    rules = Rules.from_dict(data)
    problems = validate(rules)
    if problems:
        raise BadExample(f"policy {policy.code}: {problems[0].message}")
    return rules


def build_customer(account: Account, brand: Brand, *, now: datetime) -> Customer:
    zone, region, currency = ZONES[account.city]
    today = now.astimezone(ZoneInfo(zone)).date()
    customer = Customer.objects.create(
        brand=brand,
        account_number=account.number,
        name=account.name,
        timezone=zone,
        locale=account.locale,
        region=region,
        currency=currency,
        billing_anchor=account.anchor,
        balance=Decimal(account.balance),
        notes=account.notes,
    )
    build_people(account, customer)
    build_items(account, customer, today)
    build_papers(account, customer, today)
    return customer


def build_people(account: Account, customer: Customer) -> None:
    Contact.objects.bulk_create(
        Contact(
            customer=customer,
            name=person.name,
            email=person.email,
            phone=person.phone,
            is_owner=person.is_owner,
            may_cancel="cancel" in person.rights,
            may_restore="restore" in person.rights,
            may_port="port" in person.rights,
        )
        for person in account.people
    )


def build_items(account: Account, customer: Customer, today: date) -> None:
    """The trees, one level after the other, so that every parent exists before what hangs on it."""
    places = Location.objects.bulk_create(
        Location(customer=customer, name=name, address=f"{n} Example Street, {account.city}")
        for n, name in enumerate(account.places, start=1)
    )
    by_name = {place.name: place for place in places}
    rows: dict[int, Item] = {}
    level: list[tuple[Part, Part | None]]
    level = [(part, above) for part, above in walk(account.parts) if above is None]
    while level:
        made = [
            Item(
                customer=customer,
                location=by_name.get(part.place),
                parent=rows[id(above)] if above is not None else None,
                kind=part.kind,
                product=part.product,
                label=part.label,
                identifier=part.identifier,
                monthly_price=Decimal(part.price),
                assigned_to=part.assigned_to,
                protected=part.protected,
                activated_on=today - timedelta(days=400 + customer.pk % 7 * 90),
            )
            for part, above in level
        ]
        Item.objects.bulk_create(made)
        rows.update((id(part), row) for (part, _), row in zip(level, made, strict=True))
        level = [(child, part) for part, _ in level for child in part.children]


def build_papers(account: Account, customer: Customer, today: date) -> None:
    """Contracts, ports in progress, and the last bill."""
    Contract.objects.bulk_create(
        Contract(
            customer=customer,
            name=term.name,
            starts_on=today + timedelta(days=term.starts),
            ends_on=today + timedelta(days=term.ends),
            monthly_amount=Decimal(term.monthly),
        )
        for term in account.terms
    )
    for port in account.ports:
        item = customer.items.filter(label=port.label, kind="number").first()
        if item is None:
            raise BadExample(f"{account.name} has no number “{port.label}” to port")
        Port.objects.create(
            item=item, carrier=port.carrier, expected_on=today + timedelta(days=port.expected)
        )
    before, _ = billing_month(today, account.anchor)
    starts_on, ends_on = billing_month(before - timedelta(days=1), account.anchor)
    Bill.objects.create(
        customer=customer,
        period_starts_on=starts_on,
        period_ends_on=ends_on,
        amount=sum((item.monthly_price for item in customer.items.all()), Decimal(0)),
        status="paid" if Decimal(account.balance) == 0 else "issued",
        paid_at=datetime.combine(ends_on, datetime.min.time(), ZoneInfo("UTC"))
        if Decimal(account.balance) == 0
        else None,
    )
