"""Folding in Python and in the database agree."""

import pytest
from django.db import connection
from django.db.models import CharField, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.folding import FoldedAccountNumber, FoldedName, fold_account_number, fold_name
from accounts.models import Brand
from tests.factories import make_brand, make_customer

NAMES = [
    ("Müller & Söhne GmbH", "muller sohne gmbh"),
    ("O'Brien’s Café", "obriens cafe"),
    ("Straße 24/7 Øre-Æon", "strasse 24 7 ore aeon"),
    ("Ünïcôde ﬁ x_y", "unicode fi x y"),
    ("ДОМ Привет Щит", "дом привет щит"),
    ("ΟΔΟΣ Άλφα", "οδοσ αλφα"),
    ("日本 電話", "日本 電話"),
    ("  a.b@c  ", "a b c"),
    ("50%[x]\\y{z}~", "50 x y z"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "folded"), NAMES)
def test_the_database_folds_as_python_does(name: str, folded: str) -> None:
    customer = make_customer(name=name, account_number="ab-77.10 42/x")
    customer.refresh_from_db()
    assert (customer.name_key, fold_name(name)) == (folded, folded)
    assert customer.account_key == fold_account_number("ab-77.10 42/x") == "AB771042X"


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet=st.characters(
            min_codepoint=0x20, max_codepoint=0x52F, categories=("L", "N", "P", "Zs")
        ),
        min_size=1,
        max_size=60,
    )
)
def test_no_name_in_our_alphabets_folds_in_two_ways(name: str) -> None:
    brand = Brand.objects.first() or make_brand()
    row = (
        Brand.objects.filter(pk=brand.pk)
        .annotate(
            folded=FoldedName(Value(name, output_field=CharField())),
            number=FoldedAccountNumber(Value(name, output_field=CharField())),
        )
        .values_list("folded", "number")
        .get()
    )
    assert row == (fold_name(name), fold_account_number(name))
    assert connection.vendor == "postgresql"
