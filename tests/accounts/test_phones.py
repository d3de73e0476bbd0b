"""Phone numbers: typed in any format, stored as E.164."""

import pytest

from accounts.phones import InvalidPhone, format_phone, list_prefixes, normalise_phone


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("(312) 555-0123", "US", "+13125550123"),
        ("312.555.0123", "US", "+13125550123"),
        ("1 312 555 0123", "US", "+13125550123"),
        ("011 49 30 23125123", "US", "+493023125123"),
        ("030 23125 123", "DE", "+493023125123"),
        ("+49 (0)30 23125123", "US", "+493023125123"),
        ("+1 416 555 0199", "GB", "+14165550199"),
        ("020 7946 0018", "GB", "+442079460018"),
    ],
)
def test_a_number_has_one_stored_form(typed: str, region: str, stored: str) -> None:
    assert normalise_phone(typed, region=region) == stored
    assert normalise_phone(stored, region=region) == stored


@pytest.mark.threat(54)
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "call me",
        "911",
        "555-0123",
        "+1 000 000 0000",
        "312 555 0123 x12",
        "+" + "9" * 59,
        "1" * 9999,
    ],
)
def test_an_impossible_number_is_a_field_error(typed: str) -> None:
    with pytest.raises(InvalidPhone):
        normalise_phone(typed, region="US")


def test_the_error_names_the_country_and_the_way_out() -> None:
    with pytest.raises(InvalidPhone, match=r"can exist in US; write .* with \+"):
        normalise_phone("030 23125 123", region="US")


def test_a_number_reads_as_its_country_writes_it() -> None:
    assert format_phone("+13125550123", region="US") == "(312) 555-0123"
    assert format_phone("+13125550123", region="DE") == "+1 312-555-0123"
    assert format_phone("8944500102198304857", region="US") == "8944500102198304857"
    assert format_phone("204") == "204"


def test_what_is_typed_may_begin_in_several_ways() -> None:
    both = frozenset({"DE", "US"})
    assert list_prefixes("31", regions=both) == []
    assert list_prefixes("+49 30", regions=both) == ["+4930"]
    assert list_prefixes("0301", regions=both) == ["+0301", "+490301", "+49301", "+10301"]
    assert list_prefixes("011 49 30", regions=frozenset({"US"}))[-1] == "+4930"
    assert "+4930" in list_prefixes("0049 30", regions=frozenset({"DE"}))
