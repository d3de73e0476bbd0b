"""How a customer is written down in `customers`, and the shorthands for the usual ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.sandbox.example.parts import Part, make_phone_system, make_trunk_group, next_number

ZONES = {
    "Chicago": ("America/Chicago", "US", "USD"),
    "Denver": ("America/Denver", "US", "USD"),
    "New York": ("America/New_York", "US", "USD"),
    "Los Angeles": ("America/Los_Angeles", "US", "USD"),
    "Seattle": ("America/Los_Angeles", "US", "USD"),
    "Austin": ("America/Chicago", "US", "USD"),
    "Toronto": ("America/Toronto", "CA", "CAD"),
    "London": ("Europe/London", "GB", "GBP"),
    "Berlin": ("Europe/Berlin", "DE", "EUR"),
    "Munich": ("Europe/Berlin", "DE", "EUR"),
    "Hamburg": ("Europe/Berlin", "DE", "EUR"),
    "Sydney": ("Australia/Sydney", "AU", "AUD"),
    "Lord Howe": ("Australia/Lord_Howe", "AU", "AUD"),
    "Tokyo": ("Asia/Tokyo", "JP", "JPY"),
}
STAFF_OF_CUSTOMERS = (
    "Ben Hollis", "Ida Marsh", "Front desk", "Omar Teal", "Lena Birch", "Paul Quince",
    "Workshop", "Nora Ashby", "Finn Alder", "Conference room", "Tess Rowan", "Hugo Larch",
    "Reception", "Mila Sorrel", "Warehouse", "Jack Thistle",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Person:
    """A contact; `rights` holds words of: cancel, restore, port."""

    name: str
    email: str
    is_owner: bool = False
    rights: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A contract; days are counted from today, a negative one lies in the past."""

    name: str
    starts: int
    ends: int
    monthly: str


@dataclass(frozen=True, kw_only=True)
class PortOf:
    """A port of the number with this label; `expected` in days from today."""

    label: str
    carrier: str = "Otherline Example"
    expected: int = 20


@dataclass(frozen=True, kw_only=True)
class Account:
    company: str
    number: str
    name: str
    city: str
    anchor: int
    people: tuple[Person, ...]
    parts: tuple[Part, ...]
    terms: tuple[Term, ...] = ()
    ports: tuple[PortOf, ...] = ()
    places: tuple[str, ...] = ()
    locale: str = "en"
    balance: str = "0"
    notes: str = ""

    @property
    def zone(self) -> str:
        return ZONES[self.city][0]


def name_person(name: str, domain: str, city: str, *, rights: str, owner: bool = False) -> Person:
    """rosa@… for Rosa Vale."""
    first = name.split()[0].lower().replace("ü", "ue").replace("ö", "oe").replace("ä", "ae")
    return Person(
        name=name,
        email=f"{first}@{domain}",
        is_owner=owner,
        rights=rights,
        phone=next_number(city),
    )


def make_people(city: str, domain: str, owner: str, others: Iterable[str]) -> tuple[Person, ...]:
    """The owner may do everything. Others are written as "Ben Hollis: restore port"."""
    people = [name_person(owner, domain, city, rights="cancel restore port", owner=True)]
    for other in others:
        name, _, rights = other.partition(":")
        people.append(name_person(name.strip(), domain, city, rights=rights.strip()))
    return tuple(people)


def voice(
    number: str,
    name: str,
    domain: str,
    owner: str,
    *,
    city: str = "Chicago",
    anchor: int = 1,
    seats: int = 5,
    numbers: int = 2,
    others: Iterable[str] = (),
    second: tuple[str, int] | None = None,
    extra: Iterable[Part] = (),
    terms: Iterable[Term] = (),
    ports: Iterable[PortOf] = (),
    locale: str = "en",
    balance: str = "0",
    notes: str = "",
) -> Account:
    """A customer of Larkspur Voice: a phone system, a second place with its own seats or none."""
    names = list(STAFF_OF_CUSTOMERS)
    places = ("Main office",) if second is None else ("Main office", second[0])
    parts = make_phone_system(city=city, seats=names[:seats], place=places[0], numbers=numbers)
    if second is not None:
        there = names[seats : seats + second[1]]
        parts += make_phone_system(city=city, seats=there, place=second[0], first=201)
    return Account(
        company="larkspur",
        number=number,
        name=name,
        city=city,
        anchor=anchor,
        people=make_people(city, domain, owner, others),
        parts=(*parts, *extra),
        terms=tuple(terms),
        ports=tuple(ports),
        places=places,
        locale=locale,
        balance=balance,
        notes=notes,
    )


def trunks(
    number: str,
    name: str,
    domain: str,
    owner: str,
    *,
    city: str = "Denver",
    anchor: int = 15,
    places: Iterable[tuple[str, int, int]] = (("Head office", 4, 3),),
    others: Iterable[str] = (),
    ports: Iterable[PortOf] = (),
) -> Account:
    """A customer of Tamarind Trunks; places are (name, channels, numbers)."""
    rows = list(places)
    return Account(
        company="tamarind",
        number=number,
        name=name,
        city=city,
        anchor=anchor,
        people=make_people(city, domain, owner, others),
        parts=tuple(
            part
            for place, channels, numbers in rows
            for part in make_trunk_group(city=city, place=place, channels=channels, numbers=numbers)
        ),
        ports=tuple(ports),
        places=tuple(place for place, _, _ in rows),
    )


def mobile(
    number: str,
    name: str,
    domain: str,
    owner: str,
    *,
    parts: Iterable[Part],
    city: str = "Tokyo",
    anchor: int = 1,
    others: Iterable[str] = (),
    balance: str = "0",
) -> Account:
    """A customer of Quillwort Mobile."""
    return Account(
        company="quillwort",
        number=number,
        name=name,
        city=city,
        anchor=anchor,
        people=make_people(city, domain, owner, others),
        parts=tuple(parts),
        balance=balance,
    )
