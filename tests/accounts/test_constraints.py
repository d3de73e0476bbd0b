"""What the database itself refuses."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import RestrictedError

from accounts.models import Brand, Contact, Customer, Item, User
from tests.factories import (
    make_bill,
    make_brand,
    make_contact,
    make_contract,
    make_customer,
    make_item,
    make_location,
    make_port,
    make_user,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 20, 32, tzinfo=UTC)


def refuse(constraint: str, write: Callable[[], Any]) -> None:
    """Assert that the database refuses the write by this constraint, deferred ones included."""
    with pytest.raises(DatabaseError, match=constraint), transaction.atomic():
        write()
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    ("constraint", "given"),
    [
        ("customer_billing_anchor_in_month", {"billing_anchor": 0}),
        ("customer_billing_anchor_in_month", {"billing_anchor": 32}),
        ("customer_currency_is_iso", {"currency": "usd"}),
        ("customer_currency_is_iso", {"currency": "US"}),
        ("customer_region_is_iso", {"region": "u"}),
        ("customer_is_named", {"name": ""}),
        ("customer_is_named", {"account_number": ""}),
    ],
)
def test_a_customer_that_cannot_be(constraint: str, given: dict[str, Any]) -> None:
    refuse(constraint, lambda: make_customer(**given))


@pytest.mark.parametrize("anchor", [1, 28, 31])
def test_every_day_of_a_month_may_be_the_anchor(anchor: int) -> None:
    assert make_customer(billing_anchor=anchor).billing_anchor == anchor


def test_an_account_number_is_unique_in_its_brand_alone() -> None:
    brand = make_brand()
    make_customer(brand=brand, account_number="77-1042")
    make_customer(account_number="77-1042")
    refuse(
        "customer_account_number_is_unique",
        lambda: make_customer(brand=brand, account_number="77-1042"),
    )


@pytest.mark.parametrize(
    ("constraint", "given"),
    [
        ("item_kind_is_known", {"kind": "fax", "label": "Fax"}),
        ("item_status_is_known", {"status": "resting"}),
        ("item_price_is_not_negative", {"monthly_price": "-0.01"}),
        ("item_number_is_e164", {"kind": "number", "identifier": "312 555 0123"}),
        ("item_number_is_e164", {"kind": "number", "identifier": "+0125550123"}),
    ],
)
def test_an_item_that_cannot_be(constraint: str, given: dict[str, Any]) -> None:
    given.setdefault("label", "Item")
    refuse(
        constraint, lambda: Item.objects.create(customer=make_customer(), **{"kind": "sim"} | given)
    )


def test_kinds_and_statuses_of_model_and_database_are_the_same() -> None:
    customer = make_customer()
    for kind in Item.Kind.values:
        for status in Item.Status.values:
            make_item(customer=customer, kind=kind, status=status)
    assert customer.items.count() == len(Item.Kind.values) * len(Item.Status.values)


def test_parent_and_location_are_of_the_same_customer() -> None:
    item, stranger = make_item(), make_customer()
    refuse("item_parent_of_same_customer", lambda: make_item(customer=stranger, parent=item))
    place = make_location(customer=item.customer)
    refuse("item_location_of_same_customer", lambda: make_item(customer=stranger, location=place))
    make_item(customer=item.customer, parent=item, location=place)


def test_clean_names_the_field_of_a_foreign_parent_or_location() -> None:
    item, stranger = make_item(), make_customer()
    with pytest.raises(ValidationError) as error:
        Item(customer=stranger, kind="sim", label="x", parent=item).clean()
    assert error.value.message_dict == {"parent": ["This item belongs to another customer."]}
    with pytest.raises(ValidationError) as error:
        Item(customer=stranger, kind="sim", label="x", location=make_location()).clean()
    assert error.value.message_dict == {"location": ["This location belongs to another customer."]}


def test_the_tree_of_items_has_no_circle() -> None:
    customer = make_customer()
    top = make_item(customer=customer)
    middle = make_item(customer=customer, parent=top)
    leaf = make_item(customer=customer, parent=middle)
    for below in (middle, leaf):
        refuse(
            "would hang on itself", lambda p=below: Item.objects.filter(pk=top.pk).update(parent=p)
        )
        top.parent = below
        with pytest.raises(ValidationError, match="cannot hang on itself"):
            top.clean()
    refuse(
        "would hang on itself|item_is_not_its_own_parent",
        lambda: Item.objects.filter(pk=top.pk).update(parent=top),
    )
    Item.objects.filter(pk=leaf.pk).update(parent=top)


def test_a_parent_is_not_deleted_under_its_children_but_a_whole_customer_is() -> None:
    top = make_item()
    make_item(customer=top.customer, parent=top)
    with pytest.raises(RestrictedError):
        top.delete()
    top.customer.delete()
    assert not Item.objects.exists()


def test_a_contract_binds_its_own_customers_items() -> None:
    contract, item = make_contract(), make_item()
    refuse("belongs to another customer", lambda: contract.items.add(item))
    contract.items.add(make_item(customer=contract.customer))


@pytest.mark.parametrize("make", [make_item, make_contract, make_contact, make_location, make_bill])
def test_nothing_moves_to_another_customer(make: Callable[[], Any]) -> None:
    row, other = make(), make_customer()
    rows = type(row).objects.filter(pk=row.pk)
    refuse("for good", lambda: rows.update(customer=other))
    rows.update(customer=row.customer)


def test_an_item_has_one_port_in_progress() -> None:
    port = make_port()
    refuse("port_one_pending_per_item", lambda: make_port(item=port.item))
    make_port(item=port.item, status="failed")
    make_port(item=port.item, status="done", completed_at=NOW)


def test_a_port_that_is_done_has_its_time_and_no_other() -> None:
    refuse("port_done_has_its_time", lambda: make_port(status="done"))
    refuse("port_done_has_its_time", lambda: make_port(completed_at=NOW))
    refuse("port_status_is_known|port_done_has_its_time", lambda: make_port(status="lost"))


def test_dates_are_in_order() -> None:
    refuse("contract_ends_after_start", lambda: make_contract(ends_on=date(2024, 3, 31)))
    make_contract(ends_on=date(2024, 4, 1))
    refuse("bill_ends_after_start", lambda: make_bill(period_ends_on=date(2026, 11, 30)))


def test_bills() -> None:
    bill = make_bill()
    refuse("bill_one_per_period", lambda: make_bill(customer=bill.customer))
    make_bill(customer=bill.customer, is_final=True)
    refuse("bill_paid_has_its_time", lambda: make_bill(status="paid"))
    refuse("bill_paid_has_its_time", lambda: make_bill(paid_at=NOW))
    make_bill(status="paid", paid_at=NOW)


def test_brands() -> None:
    brand = make_brand()
    rows = Brand.objects.filter(pk=brand.pk)
    refuse("reply_domain", lambda: make_brand(reply_domain=brand.reply_domain.upper()))
    refuse("brand_reply_domain_is_lower", lambda: rows.update(reply_domain="Reply.example.com"))
    refuse("brand_email_is_lower", lambda: rows.update(email_from="Desk@example.com"))
    refuse("brand_phone_is_e164", lambda: rows.update(phone="312"))
    refuse("brand_colour_is_hex", lambda: rows.update(colour="red"))
    refuse("brand_region_is_iso", lambda: rows.update(default_region="us"))


def test_contacts() -> None:
    contact = make_contact(email="rosa@example.com")
    refuse(
        "contact_email_is_unique",
        lambda: make_contact(customer=contact.customer, email="ROSA@example.com"),
    )
    rows = Contact.objects.filter(pk=contact.pk)
    refuse("contact_phone_is_e164", lambda: rows.update(phone="312 555 0123"))
    assert make_contact(phone="312 555 0123").phone == "+13125550123"
    rows.update(removed_at=NOW)
    make_contact(customer=contact.customer, email="rosa@example.com")


def test_a_phone_is_cleaned_with_the_customers_country_else_the_brands() -> None:
    brand = make_brand(default_region="DE")
    german = make_contact(customer=make_customer(brand=brand))
    british = make_contact(customer=make_customer(brand=brand, region="GB"))
    german.phone, british.phone = "030 23125 123", "020 7946 0018"
    german.full_clean()
    british.full_clean()
    assert (german.phone, british.phone) == ("+493023125123", "+442079460018")
    british.phone = "0999 23125 123"
    with pytest.raises(ValidationError) as error:
        british.full_clean()
    assert set(error.value.error_dict) == {"phone"}


def test_a_number_is_cleaned_and_an_extension_is_not() -> None:
    customer = make_customer()
    number = Item(customer=customer, kind="number", label="Main", identifier="(312) 555-0164")
    extension = Item(customer=customer, kind="extension", label="Desk", identifier="204")
    number.full_clean()
    extension.full_clean()
    assert (number.identifier, extension.identifier) == ("+13125550164", "204")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "America/Chicago "),
        ("locale", "EN_us"),
        ("region", "XX"),
        ("currency", "Dollar"),
        ("currency", "USD\n"),
        ("billing_anchor", 32),
    ],
)
def test_a_wrong_value_is_an_error_of_its_field(field: str, value: object) -> None:
    customer = make_customer()
    setattr(customer, field, value)
    with pytest.raises(ValidationError) as error:
        customer.full_clean()
    assert field in error.value.error_dict


def test_users() -> None:
    user = make_user(email="mara@desk.example.com")
    rows = User.objects.filter(pk=user.pk)
    refuse("user_email_is_unique", lambda: make_user(email="MARA@desk.example.com"))
    refuse("user_role_is_known", lambda: rows.update(role="emperor"))
    refuse("user_superuser_is_administrator", lambda: rows.update(is_superuser=True))
    make_user(email="")
    make_user(email="")


def test_a_superuser_is_an_administrator() -> None:
    user = User.objects.create_superuser("root", "root@desk.example.com", "a long passphrase")
    assert (user.role, user.is_superuser, user.is_staff) == ("administrator", True, True)
    with pytest.raises(ValueError, match="administrator"):
        User.objects.create_superuser("other", "", "a long passphrase", role="agent")


def test_the_command_makes_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long passphrase")
    call_command(
        "createsuperuser", "--noinput", username="root", email="root@desk.example.com", verbosity=0
    )
    root = User.objects.get(username="root")
    assert (root.role, root.is_staff, root.may("brand.edit")) == ("administrator", True, True)


@pytest.mark.parametrize(
    ("role", "enters"),
    [("agent", False), ("supervisor", True), ("administrator", True), ("auditor", True)],
)
def test_entry_to_the_admin_follows_the_role(role: str, enters: bool) -> None:
    user = make_user(role=role)
    assert user.is_staff is enters
    user.role = "agent"
    user.save(update_fields=["role"])
    user.refresh_from_db()
    assert user.is_staff is False


@pytest.mark.parametrize(
    ("given", "name", "initials"),
    [
        ({"first_name": "Mara", "last_name": "Quill"}, "Mara Quill", "MQ"),
        ({"first_name": "", "last_name": "", "username": "mara.quill"}, "mara.quill", "MQ"),
        ({"first_name": "Mara", "last_name": ""}, "Mara", "MA"),
        ({"first_name": "Ana", "last_name": "de la Cruz"}, "Ana de la Cruz", "AC"),
    ],
)
def test_a_user_has_a_name_and_initials(given: dict[str, str], name: str, initials: str) -> None:
    user = User(**{"username": "someone"} | given)
    assert (user.display_name, user.initials) == (name, initials)


def test_a_customer_reads_well() -> None:
    customer = Customer(name="Fernwood", account_number="7", timezone="America/Los_Angeles")
    assert (str(customer), customer.place) == ("Fernwood · 7", "Los Angeles")
    contact = Contact(name="Rosa", email="r@example.com", is_owner=True, may_cancel=True)
    assert contact.rights == ["owner", "may cancel"]
