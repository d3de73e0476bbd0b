"""Which addresses are made to be taken for another."""

import pytest

from cases.domain.lookalikes import find_lookalike, is_one_edit_apart

ADA = "ada@customer-lines.example"


@pytest.mark.threat(13)
@pytest.mark.parametrize(
    "domain",
    [
        "custоmer-lines.example",  # a Cyrillic о
        "xn--custmer-lines-l7k.example",  # the same, as it stands in a header
        "custorner-lines.example",
        "cust0mer-lines.example",
        "customer-1ines.example",
        "customer-Iines.example",
        "cüstomer-lines.example",
        "ｃustomer-lines.example",
        "customerlines.example",
        "customer-line.example",
        "customer-liness.example",
        "cusotmer-lines.example",
        "customer-lines.exampel",
        "customer-limes.example",
    ],
)
def test_a_domain_that_resembles_the_one_on_file_is_named(domain):
    assert find_lookalike(f"ada@{domain}", ["bo@other.example", ADA]) == ADA


@pytest.mark.parametrize(
    "address",
    [
        ADA,
        "ADA@Customer-Lines.Example",
        "somebody@customer-lines.example",
        "ada@elsewhere.example",
        "ada@lines.example",
        "ada@customer-lines.example.org",
        "",
        "nobody",
        "ada@xn--\udc80.example",
        "ada@" + "a" * 100_000,
    ],
)
def test_what_is_the_same_or_quite_another_is_not(address):
    assert find_lookalike(address, [ADA]) is None


def test_short_names_differ_by_a_letter_all_the_time():
    assert find_lookalike("a@ab.de", ["a@ac.de"]) is None


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("abcdef", "abcdef", False),
        ("abcdef", "abcdeg", True),
        ("abcdef", "bacdef", True),
        ("abcdef", "abcdefg", True),
        ("abcdefg", "abcdef", True),
        ("abcdef", "bcdef", False),
        ("bcdef", "abcdef", True),
        ("abcdef", "abcdxy", False),
        ("abcdef", "badcef", False),
    ],
)
def test_one_edit_is_one_edit(one, other, apart):
    assert is_one_edit_apart(one, other) is apart
