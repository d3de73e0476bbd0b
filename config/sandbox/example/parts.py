"""What customers have, as trees of parts: phone systems, trunks, fleets of SIMs.

Numbers come from ranges that are reserved for fiction, or that no country has given out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

# Region and city → the beginning of a fictional range, how many digits follow, the first of them.
RANGES = {
    "Chicago": ("+13125550", 3, 100),
    "Denver": ("+13035550", 3, 100),
    "New York": ("+12125550", 3, 100),
    "Los Angeles": ("+13235550", 3, 100),
    "Seattle": ("+12065550", 3, 100),
    "Austin": ("+15125550", 3, 100),
    "Toronto": ("+14165550", 3, 100),
    "London": ("+4420794600", 2, 10),
    "Berlin": ("+493023125", 3, 10),
    "Munich": ("+498999998", 3, 10),
    "Hamburg": ("+494066969", 3, 10),
    "Sydney": ("+6125550", 4, 1000),
    "Lord Howe": ("+6125550", 4, 7000),
    "Tokyo": ("+8130000", 4, 100),
}
_serials = {city: count(first) for city, (_, _, first) in RANGES.items()}
_iccids = count(1)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One service before it is a row; `children` hang on it."""

    kind: str
    product: str
    label: str
    identifier: str = ""
    price: str = "0"
    assigned_to: str = ""
    protected: bool = False
    place: str = ""
    children: tuple[Part, ...] = ()


def reset_numbers() -> None:
    """Begin every range again, so that loading twice in one process gives the same numbers."""
    global _iccids
    _serials.update({city: count(first) for city, (_, _, first) in RANGES.items()})
    _iccids = count(1)


def next_number(city: str) -> str:
    """The next fictional phone number of a city, as + and digits."""
    start, digits, _ = RANGES[city]
    return f"{start}{next(_serials[city]):0{digits}d}"


def make_number(city: str, label: str, price: str = "2.00") -> Part:
    number = next_number(city)
    return Part(kind="number", product="did", label=label, identifier=number, price=price)


def make_seat(extension: int, who: str, product: str = "X2", price: str = "28.00") -> Part:
    """A licence with its extension; the extension rings at `who`."""
    return Part(
        kind="licence",
        product=product.lower(),
        label=f"{product} licence, {who}",
        price=price,
        assigned_to=who,
        children=(
            Part(
                kind="extension",
                product="extension",
                label=f"Extension {extension}",
                identifier=str(extension),
                assigned_to=who,
            ),
        ),
    )


def make_phone_system(
    *, city: str, seats: Iterable[str], place: str = "", numbers: int = 1, first: int = 101
) -> list[Part]:
    """Numbers, an attendant and one licence with extension per seat."""
    parts = [make_number(city, "Main number")]
    parts += [make_number(city, f"Direct line {n}") for n in range(1, numbers)]
    parts.append(Part(kind="service", product="attendant", label="Auto attendant", price="6.00"))
    parts += [make_seat(first + n, who) for n, who in enumerate(seats)]
    return [put_at(part, place) for part in parts]


def make_contact_centre(agents: int) -> Part:
    """A queue with its agents' licences below it."""
    return Part(
        kind="service",
        product="contact-now",
        label="Contact Now queue",
        price="40.00",
        children=tuple(
            Part(
                kind="licence",
                product="contact-now-agent",
                label=f"Contact Now agent {n}",
                price="65.00",
            )
            for n in range(1, agents + 1)
        ),
    )


def make_trunk_group(*, city: str, place: str, channels: int, numbers: int) -> list[Part]:
    """SIP trunk channels and the numbers that come in over them, at one place."""
    trunk = Part(
        kind="trunk",
        product="sip-trunk",
        label=f"{channels} SIP channels",
        identifier=f"trunk-{place.lower().replace(' ', '-')}",
        price=f"{channels * 25}.00",
        children=tuple(make_number(city, f"Number {n}", "1.50") for n in range(1, numbers + 1)),
    )
    return [put_at(trunk, place)]


def make_sim(label: str, *, protected: bool = False) -> Part:
    return Part(
        kind="sim",
        product="plan01s",
        label=f"SIM {label}",
        identifier=f"898130{next(_iccids):013d}",
        price="1.86",
        protected=protected,
    )


def make_fleet(name: str, count_of_sims: int, *, protected: int = 0) -> list[Part]:
    """SIMs in a row; the first few with termination protection."""
    return [make_sim(f"{name} {n}", protected=n <= protected) for n in range(1, count_of_sims + 1)]


def make_gateway(label: str, sims: Iterable[Part]) -> Part:
    """A VPG with the SIMs that go through it."""
    return Part(
        kind="vpg", product="vpg-f", label=f"VPG {label}", price="37.20", children=tuple(sims)
    )


def put_at(part: Part, place: str) -> Part:
    """The same part and all below it at a place."""
    return replace(part, place=place, children=tuple(put_at(c, place) for c in part.children))


def walk(parts: Iterable[Part], above: Part | None = None) -> Iterator[tuple[Part, Part | None]]:
    """Every part with the one that it hangs on, parents first."""
    for part in parts:
        yield part, above
        yield from walk(part.children, part)
