"""Addresses that are filled into a pattern are those that Django writes."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from cases.templatetags._addresses import find_address, find_address_or_none


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("desk:queue", []),
        ("desk:mail", [7]),
        ("desk:act", ["1234-5678-9", "note_answer"]),
        ("desk:attachment", [3, 40]),
        ("desk:act", ["a b&é", "x"]),
    ],
)
def test_an_address_is_as_django_writes_it(name: str, args: list[str | int]) -> None:
    assert find_address(name, *args) == reverse(name, args=args)
    set_script_prefix("/below/")
    try:
        assert find_address(name, *args) == reverse(name, args=args)
        assert find_address(name, *args).startswith("/below/")
    finally:
        set_script_prefix("/")


def test_a_page_that_is_not_there_has_no_address() -> None:
    assert find_address_or_none("desk:nowhere") == ""
    assert find_address_or_none("desk:queue") == reverse("desk:queue")
    with pytest.raises(NoReverseMatch):
        find_address("desk:nowhere", 1)
