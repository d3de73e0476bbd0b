"""What a language has to know: its phrases, and how it writes dates, money, numbers and lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Money:
    """An amount as a fact of a phrase."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days from the first to the last, both inclusive, as a fact of a phrase."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A date as a fact that is said aloud on `today`: with its year only when it is far off."""

    on: date
    today: date


@dataclass(frozen=True, kw_only=True)
class Count:
    """A number as a fact that is said aloud: in words where it is small."""

    number: int


class SpeakDate(Protocol):
    """`form` is "day", "weekday" (with its name) or "month" (without the day)."""

    def __call__(self, on: date, *, today: date, form: str) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """One language. `phrases` maps each English template to this language's.

    `write_date` is short ("Tue 22 Dec 2026"), `write_day` is for letters ("Tuesday 22 December
    2026").
    """

    code: str
    write_date: Callable[[date], str]
    write_day: Callable[[date], str]
    write_period: Callable[[date, date], str]
    write_money: Callable[[Decimal, str], str]
    write_number: Callable[[Decimal], str]
    speak_date: SpeakDate
    conjunction: str  # before the last name of a list
    numerals: Mapping[int, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    cities: Mapping[str, str] = field(default_factory=dict)

    def speak_number(self, number: int) -> str:
        return self.numerals.get(number, str(number))

    def join_names(self, names: Sequence[str]) -> str:
        """ "a", "a and b", "a, b and c"."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.conjunction} {names[-1]}"

    def write_city(self, zone: str) -> str:
        """ "Chicago" of "America/Chicago", under the name that it has in this language."""
        name = zone.rpartition("/")[2].replace("_", " ")
        return self.cities.get(name, name)


@cache
def find_tongue(code: str) -> Tongue | None:
    """The language of a code such as "de" or "de-AT", or None when it is not written out."""
    name = code.partition("-")[0].partition("_")[0].lower()
    if not (name.isalpha() and len(name) in (2, 3)):
        return None
    module = f"{__package__}.{name}"
    return import_module(module).TONGUE if find_spec(module) else None
