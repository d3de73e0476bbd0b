"""What the domain says can be said in every language that has a file."""

from __future__ import annotations

import ast
import copy
import pickle
import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from cases.domain import checks
from cases.domain import speech as speech_package
from cases.domain.speech import Money, Period, find_tongue, join_phrases, phrase, say_in
from cases.domain.speech.phrase import has_words

SOURCES = Path(__file__).resolve().parents[3] / "cases"
LANGUAGES = sorted(
    file.stem
    for file in Path(speech_package.__path__[0]).glob("*.py")
    if hasattr(import_module(f"cases.domain.speech.{file.stem}"), "TONGUE")
)
OTHERS = [code for code in LANGUAGES if code != "en"]
EURO = Money(amount=Decimal("1234.5"), currency="EUR")


@cache
def find_templates() -> list[tuple[str, str]]:
    """Every template in the code, with its place."""
    return [*read_templates()]


def read_templates() -> Iterator[tuple[str, str]]:
    for file in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "phrase":
                place = f"{file.name}:{node.lineno}"
                assert isinstance(node.args[0], ast.Constant), f"{place}: not written out"
                yield node.args[0].value, place
    yield from ((template, "checks.NAMES") for template in checks.NAMES.values())


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_german_is_among_the_languages() -> None:
    assert LANGUAGES == ["de", "en"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_template_has_its_words_with_the_same_facts(code: str) -> None:
    tongue = find_tongue(code)
    assert tongue is not None
    used = [(template, place) for template, place in find_templates() if has_words(template)]
    assert len(used) > 60
    missing = {template: place for template, place in used if template not in tongue.phrases}
    assert missing == {}
    wrong = [t for t, _ in used if not fields_of(tongue.phrases[t]) <= fields_of(t)]
    assert wrong == []
    lost = [t for t, _ in used if fields_of(tongue.phrases[t]) != fields_of(t)]
    assert lost == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_over(code: str) -> None:
    tongue = find_tongue(code)
    assert tongue is not None
    assert set(tongue.phrases) - {template for template, _ in find_templates()} == set()


@pytest.mark.parametrize(
    ("said", "english", "german"),
    [
        (phrase("{days:day|days} of notice from the call on {on}", days=1, on=date(2026, 12, 1)),
         "1 day of notice from the call on Tue 1 Dec 2026",
         "Die Kündigungsfrist beträgt 1 Tag ab dem Anruf vom Di., 1.12.2026"),
        (phrase("{months:month|months} left × {monthly}", months=3, monthly=EURO),
         "3 months left × €1,234.50", "3 Monate Restlaufzeit × 1.234,50\u00a0€"),
        (phrase("{reason} × {percent}%", reason=phrase("a flat {fee}", fee=EURO),
                percent=Decimal("12.50")),
         "a flat €1,234.50 × 12.5%", "pauschal 1.234,50\u00a0€ × 12,5%"),
        (join_phrases("; ", [phrase("as wished"), phrase("now")]),
         "as wished; now", "wie gewünscht; sofort"),
        (phrase("{period}", period=Period(starts_on=date(2026, 12, 1),
                                          ends_on=date(2026, 12, 31))),
         "December 2026", "Dezember 2026"),
        (phrase("{period}", period=Period(starts_on=date(2026, 12, 15),
                                          ends_on=date(2027, 1, 14))),
         "15 Dec 2026 – 14 Jan 2027", "15.12.2026 – 14.1.2027"),
        (phrase("{on:day}", on=date(2026, 12, 22)),
         "Tuesday 22 December 2026", "Dienstag, 22. Dezember 2026"),
    ],
)  # fmt: skip
def test_a_phrase_in_two_languages(said: str, english: str, german: str) -> None:
    assert (said, say_in(said, "en"), say_in(said, "de")) == (english, english, german)
    assert say_in(said, "de-AT") == german
    assert say_in(said, "fi") == english, "a language without a file gets English"
    assert say_in(pickle.loads(pickle.dumps(said)), "de") == german
    assert say_in(copy.deepcopy(said), "de") == german


@pytest.mark.threat(34)
@pytest.mark.parametrize("hostile", ["{0.__class__}", "{{x}}", "%s", "{% load %}", "{on}", "}"])
def test_a_fact_is_never_a_template(hostile: str) -> None:
    said = phrase("{item} is still there.", item=hostile)
    assert said == f"{hostile} is still there."
    assert say_in(said, "de") == f"{hostile} ist noch da."


@pytest.mark.parametrize("code", ["", "e", "../x", "tongue", "phrase", "d\x00", "de/../en", "xx"])
def test_a_code_that_is_no_language(code: str) -> None:
    assert find_tongue(code) is None


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [("0", "EUR", "0,00\u00a0€"), ("-5", "USD", "-5,00\u00a0$"), ("1000", "JPY", "1.000\u00a0¥"),
     ("20", "chf", "20,00\u00a0CHF"), ("1234567.891", "EUR", "1.234.567,89\u00a0€")],
)  # fmt: skip
def test_german_money(amount: str, currency: str, written: str) -> None:
    tongue = find_tongue("de")
    assert tongue is not None
    assert tongue.write_money(Decimal(amount), currency) == written


def test_german_cities() -> None:
    tongue = find_tongue("de")
    assert tongue is not None
    assert [tongue.write_city(z) for z in ("Europe/Vienna", "America/New_York", "UTC")] == [
        "Wien", "New York", "UTC",
    ]  # fmt: skip
