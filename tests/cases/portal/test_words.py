"""Every language says everything, with the same facts."""

from __future__ import annotations

import re

import pytest

from cases.domain.states import State
from cases.queries.customer_page import TOLD
from cases.views.customer.words import FOLDER, choose_locale, read_words

LOCALES = sorted(path.name.split(".")[1] for path in FOLDER.glob("words.*.toml"))
FACT = re.compile(r"\{[a-z_]+\}")


def words(locale: str) -> dict[str, str]:
    found = read_words(locale)
    assert found is not None
    return found


def test_english_and_german_are_written() -> None:
    assert {"en", "de"} <= set(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_language_has_the_keys_and_facts_of_english(locale: str) -> None:
    english, own = words("en"), words(locale)
    assert set(own) == set(english)
    for key, text in english.items():
        assert sorted(set(FACT.findall(own[key]))) == sorted(set(FACT.findall(text))), key
        assert own[key].strip() == own[key]


def test_every_state_and_every_told_event_has_words() -> None:
    english = words("en")
    for state in State:
        for part in ("state", "head", "lead"):
            assert f"{part}.{state}" in english
    assert {f"history.{kind}" for kind in TOLD} <= set(english)


def test_every_key_that_a_template_names_exists() -> None:
    english = words("en")
    for path in FOLDER.glob("*.html"):
        for key in re.findall(r"""say ["']([a-z_.]+)["']""", path.read_text()):
            assert key in english, f"{path.name}: {key}"


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [("de-AT", "de"), ("DE", "de"), ("fr", "en"), ("", "en"), ("../en", "en"), ("en-GB", "en")],
)
def test_the_language_is_the_customers_or_english(wanted: str, chosen: str) -> None:
    assert choose_locale(wanted) == chosen
