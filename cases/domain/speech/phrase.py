"""A sentence that remembers what it was made of, so that it can be said in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cases.domain.money import minor_units
from cases.domain.speech.tongue import Count, Money, Period, Spoken, Tongue, find_tongue

FIELD = re.compile(r"\{[^}]*\}")


class Phrase(str):
    """English text, made from a template and its facts.

    The template is a constant of ours and is what other languages are looked up by; facts are
    filled in as they are and never read as templates (THREATS 34). A fact may be a text, a date,
    `Money`, a `Period`, a number, names or another phrase; `{days:day|days}` counts.
    """

    __slots__ = ("facts", "template")
    template: str
    facts: Mapping[str, Any]

    def __new__(cls, template: str, facts: Mapping[str, Any]) -> Phrase:
        made = super().__new__(cls, fill(template, facts, need_tongue("en")))
        made.template, made.facts = template, facts
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return (Phrase, (self.template, dict(self.facts)))

    def to(self, tongue: Tongue) -> str:
        """The same in another language; in English where that language has no words for it."""
        if has_words(self.template) and self.template not in tongue.phrases:
            return str(self)
        return fill(tongue.phrases.get(self.template, self.template), self.facts, tongue)


class _Fact:
    """A fact on its way into a template of one language."""

    def __init__(self, value: Any, tongue: Tongue) -> None:
        self.value, self.tongue = value, tongue

    def __format__(self, spec: str) -> str:
        return write_fact(self.value, spec, self.tongue)


def write_fact(value: Any, spec: str, tongue: Tongue) -> str:
    """One fact as the language writes it.

    `spec` is "day" for a long date, "aloud" for money, a form of `Spoken`, or "one|many".
    """
    if isinstance(value, Phrase):
        return value.to(tongue)
    if isinstance(value, date):
        return tongue.write_day(value) if spec == "day" else tongue.write_date(value)
    if isinstance(value, Spoken):
        return tongue.speak_date(value.on, today=value.today, form=spec or "day")
    if isinstance(value, Money):
        written = tongue.write_money(value.amount, value.currency)
        return drop_zeros(written, value) if spec == "aloud" else written
    if isinstance(value, Period):
        return tongue.write_period(value.starts_on, value.ends_on)
    if isinstance(value, Decimal):
        return tongue.write_number(value)
    if isinstance(value, tuple):
        return tongue.join_names(value)
    return write_count(value, spec, tongue)


def write_count(value: Any, spec: str, tongue: Tongue) -> str:
    """ "3", "3 days", or aloud "three days"; what is no number is written as it is."""
    number = value.number if isinstance(value, Count) else value
    written = tongue.speak_number(number) if isinstance(value, Count) else str(value)
    if not spec:
        return written
    one, _, many = spec.partition("|")
    return f"{written} {one if number == 1 else many}"


def drop_zeros(written: str, money: Money) -> str:
    """An amount as it is said aloud: whole ones without their zeros."""
    units = minor_units(money.currency)
    if not units or money.amount != money.amount.to_integral_value():
        return written
    return re.sub(rf"(.*)[.,]0{{{units}}}", r"\1", written)


def phrase(template: str, /, **facts: Any) -> Phrase:
    """Say something of our own, with facts. The template is written out where it is used."""
    return Phrase(template, facts)


def join_phrases(separator: str, parts: Iterable[str]) -> Phrase:
    """Several phrases one after the other."""
    facts = {f"p{number}": part for number, part in enumerate(parts)}
    return Phrase(separator.join(f"{{{name}}}" for name in facts), facts)


def say_in(text: str, code: str) -> str:
    """A text of the domain in the language of `code`; what is no phrase stays as it is."""
    tongue = find_tongue(code)
    if tongue is None or not isinstance(text, Phrase):
        return str(text)
    return text.to(tongue)


def has_words(template: str) -> bool:
    """Is there anything to be translated in a template, beside its facts and signs?"""
    return any(character.isalpha() for character in FIELD.sub("", template))


def fill(template: str, facts: Mapping[str, Any], tongue: Tongue) -> str:
    return template.format_map({name: _Fact(value, tongue) for name, value in facts.items()})


def need_tongue(code: str) -> Tongue:
    tongue = find_tongue(code)
    assert tongue is not None, f"no file for {code!r}"
    return tongue
