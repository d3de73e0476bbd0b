"""Addresses as `reverse` writes them, filled into patterns: Django takes some thirty microseconds
to write one anew, and the page of a long case has sixty."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.http import RFC3986_SUBDELIMS

SAFE = RFC3986_SUBDELIMS + "/~:@"  # what `reverse` leaves as it is
PLACE = 7_000_000_001  # stands for the first argument while the pattern is made


def find_address(name: str, *args: str | int) -> str:
    """The address of the page `name`. Raises NoReverseMatch where there is no such page.

    Arguments are our own and never empty: ids, numbers of cases, names of actions.
    """
    kinds = tuple(arg.__class__ is int for arg in args)
    pattern = write_pattern(name, kinds, settings.ROOT_URLCONF, get_script_prefix())
    return pattern.format(*[quote(str(arg), safe=SAFE) for arg in args])


def find_address_or_none(name: str) -> str:
    """The address of a page without arguments, or nothing where there is no such page."""
    return look_up(name, settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=512)
def look_up(name: str, _urlconf: str, _prefix: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=512)
def write_pattern(name: str, kinds: tuple[bool, ...], _urlconf: str, _prefix: str) -> str:
    """The address with "{0}", "{1}" in the places of the arguments: whole numbers or words."""
    places = [PLACE + number for number in range(len(kinds))]
    args = [place if is_int else str(place) for place, is_int in zip(places, kinds, strict=True)]
    pattern = reverse(name, args=args)
    for number, place in enumerate(places):
        pattern = pattern.replace(str(place), f"{{{number}}}")
    return pattern
