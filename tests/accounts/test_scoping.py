"""Whose customers a user sees."""

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts.models import Brand, Contact, Customer, Item, Port
from accounts.scoping import BRAND_PATHS, brand_ids_of, brands_of, scope, teams_of
from tests.factories import (
    make_bill,
    make_brand,
    make_contact,
    make_contract,
    make_item,
    make_location,
    make_port,
    make_team,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.threat(50)]


def test_chosen_brands_alone_are_seen() -> None:
    first, second, _ = make_brand(), make_brand(), make_brand()
    user = make_user(brands=[first, second])
    assert set(brands_of(user)) == {first, second}
    assert brand_ids_of(user) == sorted([first.pk, second.pk])


def test_no_brand_chosen_means_all() -> None:
    brands = {make_brand(), make_brand()}
    user = make_user()
    assert set(brands_of(user)) == brands
    assert brand_ids_of(user) is None


def test_a_teams_brands_are_its_members() -> None:
    own, shared, other = make_brand(), make_brand(), make_brand()
    member, plain, outsider = make_user(), make_user(brands=[own]), make_user(brands=[other])
    ours = make_team(brands=[shared, own], members=[member, plain])
    theirs = make_team(brands=[other])
    assert set(brands_of(member)) == {shared, own}
    assert brand_ids_of(plain) == sorted([own.pk, shared.pk])
    assert brand_ids_of(outsider) == [other.pk]
    assert list(teams_of(member)) == list(teams_of(plain)) == [ours]
    assert list(teams_of(outsider)) == [theirs]
    assert list(teams_of(make_user())) == [ours, theirs]


def test_nobody_and_the_inactive_see_nothing() -> None:
    item = make_item()
    left = make_user(is_active=False)
    left_with_brand = make_user(is_active=False, brands=[item.customer.brand])
    for user in (None, AnonymousUser(), left, left_with_brand):
        assert list(brands_of(user)) == []
        assert brand_ids_of(user) == []
        assert list(scope(Item.objects.all(), user=user)) == []


def test_every_model_is_scoped_by_its_brand() -> None:
    rows = {}
    for _ in range(2):
        port = make_port()
        customer = port.item.customer
        make_contact(customer=customer)
        make_location(customer=customer)
        make_contract(customer=customer)
        make_bill(customer=customer)
        rows[customer.brand] = customer
    ours, _ = rows
    user = make_user(brands=[ours])
    for model in BRAND_PATHS:
        seen = scope(model._default_manager.all(), user=user)
        assert seen.count() == 1, model
        assert model._default_manager.count() == 2, model
    assert scope(Customer.objects.all(), user=user).get() == rows[ours]


def test_another_model_names_its_path() -> None:
    port = make_port()
    make_port()
    user = make_user(brands=[port.item.customer.brand])
    assert scope(Port.objects.all(), user=user, path="item__customer__brand").get() == port


def test_it_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    user = make_user(brands=[make_brand() for _ in range(3)])
    with django_assert_num_queries(1):
        list(brands_of(user))
    with django_assert_num_queries(1):
        rows = scope(Contact.objects.all(), user=user)
    with django_assert_num_queries(1):
        list(rows)
    assert Brand.objects.count() == 3
