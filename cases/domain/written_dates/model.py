"""What was read where a text names a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class WrittenDate:
    """A day that a text names: `quote == text[start:end]`, positions in characters.

    `on` is None for words that name no day that there is ("31 June", "as soon as possible"). `sure`
    is False wherever a person could have meant another day; `note` then says why, for the agent.
    """

    start: int
    end: int
    quote: str
    on: date | None
    sure: bool
    note: str = ""
