"""Macros are text with a few holes; mentions are names after an @."""

from __future__ import annotations

import pytest

from cases.domain.macros import VARIABLES, fill, find_unfilled, find_unknown
from cases.domain.mentions import find_mentions


def test_variables_are_filled_in_one_pass() -> None:
    filled = fill("Hello {contact}, {case} ends.", {"contact": "{case} Vale", "case": "4831"})
    assert filled.text == "Hello {case} Vale, 4831 ends."
    assert filled.missing == ()


@pytest.mark.threat(34)
@pytest.mark.parametrize(
    "body",
    [
        "{{ case.customer }}",
        "{% load x %}",
        "{case.__class__}",
        "{0}",
        "{contact!r}",
        "{CASE}",
        "{",
    ],
)
def test_template_syntax_stays_text(body: str) -> None:
    assert fill(body, dict.fromkeys(VARIABLES, "x")).text == body


def test_what_the_case_does_not_know_stays_and_is_named() -> None:
    filled = fill("Until {end_date}, {end_date}. {nobody}", {"end_date": ""})
    assert filled.text == "Until {end_date}, {end_date}. {nobody}"
    assert filled.missing == ("end_date",)
    assert find_unfilled(filled.text) == ["end_date"]
    assert find_unknown(filled.text) == ["nobody"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Mara please look, and @jonas.", ["mara", "jonas"]),
        ("(@mara) @mara", ["mara"]),
        ("write to rosa@example.com or @kim.lee", ["kim.lee"]),
        ("a+@b @", []),
    ],
)
def test_mentions(text: str, names: list[str]) -> None:
    assert find_mentions(text) == names
