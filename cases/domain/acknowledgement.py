"""What a customer types to accept what cannot be undone (R35, R44): short, and never a slip.

Shown and checked by the same functions, in the customer's language where it is written here.
"""

from __future__ import annotations

from collections.abc import Sequence

WORDS = {
    "en": {"end": "end for good", "one": "lose {last}", "many": "lose {count} numbers"},
    "de": {
        "end": "endgültig beenden",
        "one": "{last} verlieren",
        "many": "{count} Nummern verlieren",
    },
}


def phrase_of_end(locale: str = "en") -> str:
    """To be typed before services end with no way back (R44)."""
    return words_of(locale)["end"]


def phrase_of_loss(numbers: Sequence[str], locale: str = "en") -> str:
    """To be typed before numbers end while their port is running (R35).

    One number by its last four digits, several by how many they are.
    """
    words = words_of(locale)
    if len(numbers) == 1:
        return words["one"].format(last=numbers[0][-4:])
    return words["many"].format(count=len(numbers))


def is_typed(typed: str, phrase: str) -> bool:
    """Is it the phrase shown? Case and spacing do not count: phones change both by themselves."""
    return fold(typed) == fold(phrase)


def fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def words_of(locale: str) -> dict[str, str]:
    return WORDS.get(locale.partition("-")[0], WORDS["en"])
