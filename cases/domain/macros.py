"""Macros: prepared words whose few variables are filled from the case.

A macro is text and no template: one pass replaces the variables named here, and what it puts in
is never looked at again (THREATS 34).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What a macro may name, and what stands in its place.
VARIABLES: dict[str, str] = {
    "agent": "who writes",
    "brand": "the company's name",
    "case": "the case number",
    "company": "the customer's company",
    "contact": "who gets the mail",
    "end_date": "the day on which services end",
    "first_name": "the first name of who gets the mail",
    "phone": "the company's phone number",
    "restore_until": "the last day to come back",
}
VARIABLE = re.compile(r"\{([a-z_]{1,20})\}")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The words as they go into the message; `missing` are variables that the case cannot fill."""

    text: str
    missing: tuple[str, ...]


def fill(body: str, values: Mapping[str, str]) -> Filled:
    """Replace the variables in one pass. What has no value stays, so that a person sees it."""
    missing: list[str] = []

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name not in VARIABLES:
            return found[0]
        if not values.get(name):
            missing.append(name)
            return found[0]
        return values[name]

    return Filled(text=VARIABLE.sub(put, body), missing=tuple(dict.fromkeys(missing)))


def find_unknown(body: str) -> list[str]:
    """The names in braces that are no variables."""
    return sorted({name for name in VARIABLE.findall(body) if name not in VARIABLES})


def find_unfilled(text: str) -> list[str]:
    """The variables that still stand in a message."""
    return sorted({name for name in VARIABLE.findall(text) if name in VARIABLES})
