"""Finding a customer while somebody talks, and the card."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import Brand, Customer, User
from accounts.queries import customer_card, find_customers
from tests.factories import (
    make_brand,
    make_contact,
    make_contract,
    make_customer,
    make_item,
    make_location,
    make_port,
    make_user,
)
from tests.rows import each

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def acme() -> Brand:
    return make_brand(name="Acme", slug="acme")


@pytest.fixture
def agent(acme: Brand) -> User:
    return make_user(brands=[acme])


@pytest.fixture
def fernwood(acme: Brand) -> Customer:
    """A customer with a contact, a number, a SIM and an extension; and some neighbours."""
    customer = make_customer(brand=acme, name="Fernwood Dental", account_number="77-1042")
    make_contact(
        customer=customer, name="Rosa Välé", email="rosa@fern.example.com", phone="+13125550123"
    )
    make_item(customer=customer, kind="number", identifier="+13125550164")
    make_item(customer=customer, kind="sim", identifier="8944500102198304857")
    make_item(customer=customer, identifier="204")
    for name, number in [("Blue Harbour Law", "81-3344"), ("Müller & O'Neil Söhne", "90-0001")]:
        make_customer(brand=acme, name=name, account_number=number)
    return customer


@each(
    "typed, by",
    [
        ("f", "name"),
        ("FERN", "name"),
        ("fernwood dental", "name"),
        ("  dent ", "name"),
        ("dental fernwood", "name"),
        ("dent fern", "name"),
        ("77-1042", "account number"),
        ("771042", "account number"),
        ("77 10", "account number"),
        ("rosa", "email"),
        ("rosa vale", "contact"),
        ("ROSA VÄ", "contact"),
        ("Rosa@Fern.example.com", "email"),
        ("rosa@f", "email"),
        ("+1 312 555 0123", "contact phone"),
        ("(312) 555-0123", "contact phone"),
        ("312.555.0164", "service number"),
        ("1 312 555 0164", "service number"),
        ("011 1 312 555 0164", "service number"),
        ("+1312555016", "service number"),
        ("0164", "service number"),
        ("555 0164", "service number"),
        ("8944500102", "service number"),
        ("8944 5001 0219 8304 857", "service number"),
        ("304857", "service number"),
    ],
)
def test_a_customer_is_found(agent: User, fernwood: Customer, typed: str, by: str) -> None:
    [found] = find_customers(text=typed, user=agent)
    assert (found, found.matched_by) == (fernwood, by)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("muller", "Müller & O'Neil Söhne"),
        ("MÜLLER", "Müller & O'Neil Söhne"),
        ("mu\u0308ller", "Müller & O'Neil Söhne"),
        ("o'neil", "Müller & O'Neil Söhne"),
        ("oneil", "Müller & O'Neil Söhne"),
        ("sohne mull", "Müller & O'Neil Söhne"),
        ("law", "Blue Harbour Law"),
    ],
)
def test_accents_and_signs_do_not_matter(
    agent: User, fernwood: Customer, typed: str, name: str
) -> None:
    assert [customer.name for customer in find_customers(text=typed, user=agent)] == [name]


def test_what_was_found_is_said(agent: User, fernwood: Customer) -> None:
    [found] = find_customers(text="312 555 0164", user=agent)
    assert (found.matched_by, found.matched) == ("service number", "+13125550164")
    [found] = find_customers(text="rosa@", user=agent)
    assert (found.matched_by, found.matched) == ("email", "rosa@fern.example.com")


@each(
    "typed",
    [
        "",
        "   ",
        "\x00",
        "%",
        "_",
        "%rn",
        "fern%",
        "f_rn",
        "ernwood",
        "-",
        "()",
        "+",
        "12",
        "zz",
        "' OR 1=1 --",
        "fern & | ! : * ( )'",
        "fern:*",
        "\\",
        "\u202e",
        "x" * 10_000,
        "9" * 120,
    ],
)
@pytest.mark.threat(51)
def test_what_means_nobody_finds_nobody_and_never_breaks(
    agent: User, fernwood: Customer, typed: str
) -> None:
    found = find_customers(text=typed, user=agent)
    # Signs are dropped as in names, so "fern & …" still means Fernwood.
    assert found == ([fernwood] if typed.startswith("fern") else [])


def test_the_best_stands_first(agent: User, acme: Brand) -> None:
    by_word = make_customer(brand=acme, name="Little Harbour", account_number="1")
    by_start = make_customer(brand=acme, name="Harbour Books", account_number="2")
    by_account = make_customer(brand=acme, name="Zinnia", account_number="HARBOUR")
    by_contact = make_customer(brand=acme, name="Acorn", account_number="4")
    make_contact(customer=by_contact, name="Harbour Smith", email="x@example.com")
    found = find_customers(text="harbour", user=agent)
    assert found == [by_account, by_start, by_word, by_contact]


def test_half_typed_words_are_tried_where_whole_ones_find_nobody(agent: User, acme: Brand) -> None:
    make_customer(brand=acme, name="Unit 19 North")
    make_customer(brand=acme, name="Depot 190 Northern")

    def find(text: str) -> set[str]:
        return {customer.name for customer in find_customers(text=text, user=agent)}

    assert find("19 nor") == {"Unit 19 North"}
    assert find("190 nor") == {"Depot 190 Northern"}
    assert find("dep nor") == {"Depot 190 Northern"}
    assert find("nor") == {"Unit 19 North", "Depot 190 Northern"}


def test_a_customer_is_listed_once(agent: User, fernwood: Customer) -> None:
    for serial in range(5):
        make_item(customer=fernwood, kind="number", identifier=f"+1312555017{serial}")
    assert find_customers(text="+1312555", user=agent) == [fernwood]


def test_a_number_is_read_as_the_brands_country_dials(agent: User, acme: Brand) -> None:
    berlin = make_brand(default_region="DE")
    customer = make_customer(brand=berlin)
    make_item(customer=customer, kind="number", identifier="+493023125123")
    german = make_user(brands=[berlin])
    for typed in ("030 231", "030 23125 123", "0049 30 231", "+49 30", "+49 (0)30 23125123"):
        assert find_customers(text=typed, user=german) == [customer], typed
    assert find_customers(text="030 231", user=agent) == []


@pytest.mark.threat(50)
def test_another_brands_customer_is_not_found(fernwood: Customer) -> None:
    stranger, everyone = make_user(brands=[make_brand()]), make_user()
    for typed in ("fern", "dent", "77-1042", "312 555 0164", "0164", "rosa@", "rosa vale"):
        assert find_customers(text=typed, user=stranger) == []
        assert find_customers(text=typed, user=everyone) == [fernwood]
        assert find_customers(text=typed, user=AnonymousUser()) == []


def test_a_user_of_several_brands_finds_in_each() -> None:
    brands = [make_brand() for _ in range(3)]
    customers = [make_customer(brand=b, name=f"Oak {i}") for i, b in enumerate(brands)]
    user = make_user(brands=brands[:2])
    assert find_customers(text="oak", user=user) == customers[:2]


def test_the_limit_holds(agent: User, acme: Brand) -> None:
    for serial in range(12):
        make_customer(brand=acme, name=f"Oak {serial:02d}")
    assert [c.name for c in find_customers(text="oak", user=agent)] == [
        f"Oak {serial:02d}" for serial in range(8)
    ]
    assert len(find_customers(text="oak", user=agent, limit=3)) == 3
    assert find_customers(text="oak", user=agent, limit=0) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_the_search_costs_three_queries(
    agent: User, acme: Brand, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for serial in range(rows):
        make_customer(brand=acme, name=f"Oak {serial}", items=2)
    with django_assert_num_queries(3):
        found = find_customers(text="oak", user=agent, limit=30)
        assert {customer.brand.name for customer in found} == {"Acme"}
    assert len(found) == rows


def test_every_arm_goes_by_an_index(agent: User, fernwood: Customer) -> None:
    """A sequential scan over customers, contacts or items would grow with the account base."""
    from accounts.search import explain_search

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for typed in ("fern", "312 555 0164", "rosa@f", "dental fern"):
        plan = explain_search(text=typed, brand_ids=[fernwood.brand_id], regions=frozenset({"US"}))
        assert "Seq Scan" not in plan, plan


def test_the_card_says_what_an_agent_needs(fernwood: Customer) -> None:
    north = make_location(customer=fernwood, name="North branch")
    for _ in range(12):
        make_item(customer=fernwood, location=north)
    make_item(customer=fernwood, location=north, kind="trunk", monthly_price=Decimal("2.50"))
    make_item(customer=fernwood, location=north, kind="sim", status="suspended")
    make_item(customer=fernwood, location=north, status="ended")
    make_item(customer=fernwood, status="ported")
    make_contact(customer=fernwood, name="Otto", owner=False)
    make_contact(customer=fernwood, name="Gone", removed_at=NOW)
    make_contract(customer=fernwood, ends_on=date(2025, 1, 31))
    make_contract(customer=fernwood)
    number = fernwood.items.get(kind="number", status="active")
    port = make_port(item=number, expected_on=date(2026, 12, 3))
    make_port(item=number, status="failed")

    card = customer_card(fernwood)
    assert [(g.location, g.count, g.summary) for g in card.groups] == [
        ("North branch", 14, "12 extensions, 1 SIM, 1 trunk"),
        ("", 3, "1 extension, 1 number, 1 SIM"),
    ]
    assert card.groups[0].monthly_price == Decimal("197.50")
    assert (card.services_count, card.monthly_price) == (17, Decimal("242.50"))
    assert card.contract_ends_on == date(2027, 3, 31)
    assert card.ports_in_progress == (port,)
    assert [contact.name for contact in card.contacts] == ["Rosa Välé", "Otto"]
    assert [contact.name for contact in card.authorised] == ["Rosa Välé"]
    assert card.checks == ("Account PIN", "Last bill amount", "Callback")


def test_the_card_of_an_empty_account() -> None:
    card = customer_card(make_customer())
    assert (card.services_count, card.monthly_price, card.contract_ends_on) == (0, 0, None)
    assert (card.groups, card.contacts, card.ports_in_progress) == ((), (), ())


@pytest.mark.parametrize("rows", [1, 30])
def test_the_card_costs_five_queries(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    customer = make_customer()
    for _ in range(rows):
        item = make_item(
            customer=customer, kind="number", location=make_location(customer=customer)
        )
        make_contact(customer=customer)
        make_contract(customer=customer, items=[item])
        make_port(item=item)
    customer = Customer.objects.select_related("brand").get(pk=customer.pk)
    with django_assert_num_queries(5):
        card = customer_card(customer)
        assert [port.item.label for port in card.ports_in_progress]
        assert [item.label for contract in card.contracts for item in contract.items.all()]
