import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.numbers import (
    SerialOutOfRange,
    find_numbers,
    is_valid_number,
    make_number,
    normalise_number,
    shuffle,
    spell_number,
)
from tests.cases.domain.strategies import CALM

SERIALS = st.integers(min_value=0, max_value=10**13)


@pytest.mark.rule("R7")
def test_first_numbers_are_fixed_for_good():
    assert [make_number(serial) for serial in range(3)] == [
        "4705-1522-0",
        "5921-9939-3",
        "4529-0934-5",
    ]


@pytest.mark.rule("R7")
def test_numbers_of_a_year_are_unique():
    assert len({make_number(serial) for serial in range(100_000)}) == 100_000


def test_shuffle_is_one_to_one():
    assert sorted(shuffle(serial, 4) for serial in range(10**4)) == list(range(10**4))


def test_number_grows_when_eight_digits_are_used_up():
    assert len(make_number(10**8 - 1)) == len("4831-0726-5")
    assert len(make_number(10**8)) == len("4831-0726-1234-5")
    assert len(make_number(10**8 + 10**12)) == len("4831-0726-1234-1234-5")


def test_negative_serial_is_refused():
    with pytest.raises(SerialOutOfRange, match="not negative"):
        make_number(-1)


@pytest.mark.rule("R7")
@CALM
@given(SERIALS, st.data())
def test_check_digit_finds_every_wrong_digit_and_every_swap(serial, data):
    digits = make_number(serial).replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from("0123456789"))
    changed = digits[:place] + wrong + digits[place + 1 :]
    assert is_valid_number(changed) == (changed == digits)
    if place:
        swapped = digits[: place - 1] + digits[place] + digits[place - 1] + digits[place + 1 :]
        assert is_valid_number(swapped) == (swapped == digits)


@pytest.mark.parametrize(
    "typed",
    ["5921-9939-3", "592199393", " 5921 9939 3 ", "5921–9939–3", "5921.9939.3", "59 21 99 39 3"],
)
def test_any_spacing_is_understood(typed):
    assert normalise_number(typed) == "5921-9939-3"


@pytest.mark.parametrize(
    "typed", ["", "5921-9939-4", "5921-9939", "abc", "٥٩٢١٩٩٣٩٣", "5" * 40, "+1 312 555 0123"]
)
def test_what_is_not_a_number_is_none(typed):
    assert normalise_number(typed) is None
    assert not is_valid_number(typed)


@pytest.mark.rule("R7")
def test_number_is_spelled_digit_by_digit():
    assert spell_number("4831-0726-5") == "four eight three one, zero seven two six, five"


def test_numbers_are_found_in_a_text_once_and_in_order():
    text = (
        "Re: case 5921-9939-3 (opened 2026-11-22), not 5921-9939-4; see 4529 0934 5 and "
        "592199393, call +1 312 555 0123 or 1234567890124"
    )
    assert find_numbers(text) == ["5921-9939-3", "4529-0934-5"]


def test_finding_numbers_takes_linear_time():
    assert find_numbers("1234-" * 200_000) == []
    assert find_numbers("1" * 1_000_000) == []
