"""A question as it was asked, and what a reply seems to say to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An open question. `number` is the one it had in the email; `kind` as in the policy."""

    number: int
    text: str
    kind: str = "text"  # text, yes_no, date or choice
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What question `number` seems to be answered with.

    `value`: as the desk would note it (a date as 2027-03-31, a choice in its own words), "" when
    nothing of the question's kind could be read. `quote`: the customer's words, which stand from
    line `line` (counted from 1) on. `sure`: the form's own slot was filled with one plain answer;
    `note` says for a person what made it unsure.
    """

    number: int
    value: str
    quote: str
    line: int
    sure: bool
    note: str = ""
