"""Addresses made to be taken for another: `custorner.example` for `customer.example` (THREATS 13).

A warning for a person, never a decision: that the one is not the other is certain without it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LONGEST = 253
SHORTEST_FOR_EDITS = 6  # in a shorter name one letter is too much of it
# What looks like the letter in most typefaces, in Cyrillic, Greek, Armenian, Latin and digits.
_TWINS = {
    "a": "аα", "b": "вьβ", "c": "сϲ", "d": "ԁ", "e": "еєεё", "g": "ɡց", "h": "һнհ",
    "i": "іιɩıїl1!|ӏ", "j": "ј", "k": "кκ", "m": "м", "n": "ηոп", "o": "оοօσ0", "p": "рρ",
    "q": "զԛ", "r": "г", "s": "ѕ5$", "t": "тτ", "u": "υսц", "v": "νѵ", "w": "ѡωԝ", "x": "хχ",
    "y": "уγү", "z": "ʐ",
}  # fmt: skip
_LETTERS = {ord(twin): letter for letter, twins in _TWINS.items() for twin in twins}
_PAIRS = (("rn", "m"), ("vv", "w"), ("nn", "m"), ("cl", "d"))


def find_lookalike(address: str, known: Iterable[str]) -> str | None:
    """Return the one of the `known` addresses whose domain that of `address` resembles, or None.

    A domain that is among the known ones resembles nothing.
    """
    domain = _domain_of(address)
    others = {_domain_of(one): one for one in known}
    if not domain or domain in others:
        return None
    skeleton = make_skeleton(domain)
    for other, one in others.items():
        if other and (
            make_skeleton(other) == skeleton or is_one_edit_apart(read_labels(domain), other)
        ):
            return one
    return None


def make_skeleton(domain: str) -> str:
    """Return what is left of a domain when everything that looks alike is written the same."""
    plain = unicodedata.normalize("NFKD", read_labels(domain).casefold())
    text = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text.replace("-", "")


def read_labels(domain: str) -> str:
    """Return a domain as it is shown to people; a label that cannot be read stays as it is."""
    labels = []
    for label in domain[:LONGEST].lower().split("."):
        try:
            shown = label[4:].encode("ascii").decode("punycode") if label[:4] == "xn--" else label
        except UnicodeError:
            shown = label
        labels.append(shown)
    return ".".join(labels)


def is_one_edit_apart(one: str, other: str) -> bool:
    """Say whether one letter too many, too few, replaced, or two swapped make the difference."""
    if one == other or abs(len(one) - len(other)) > 1 or len(other) < SHORTEST_FOR_EDITS:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, rest_other = one[start:], other[start:]
    if len(one) == len(other):
        swapped = rest_other[1:2] + rest_other[:1] + rest_other[2:]
        return rest[1:] == rest_other[1:] or rest == swapped
    longer, shorter = (rest, rest_other) if len(one) > len(other) else (rest_other, rest)
    return longer[1:] == shorter


def _domain_of(address: str) -> str:
    return address.strip().lower().rpartition("@")[2][:LONGEST]
