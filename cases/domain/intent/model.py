"""The answer to "what do they want?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# From here on nobody needs to be asked, if trust and policy allow it too.
CLEAR = 0.8


class Kind(StrEnum):
    """What an email asks for."""

    ANSWER = "answer"
    WITHDRAW = "withdraw"
    RESCHEDULE = "reschedule"
    RESTORE = "restore"
    THANKS = "thanks"
    QUESTION = "question"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The words that decided: `quote == text[start:end]`, positions in characters."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, kw_only=True)
class Intent:
    """`confidence` runs from 0 to 1; `language` is en, de, fr or es.

    `wished_on` is the one day that a wish for another date plainly names (a local date).
    `beside` is what an answer asks for besides: nobody has answered that yet.
    """

    kind: Kind
    confidence: float
    evidence: tuple[Evidence, ...]
    language: str
    wished_on: date | None = None
    beside: tuple[Evidence, ...] = ()

    @property
    def is_clear(self) -> bool:
        return self.confidence >= CLEAR
