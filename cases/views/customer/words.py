"""The words of the customer's pages: a file per language, `templates/customer/words.<xx>.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

FOLDER = settings.BASE_DIR / "templates" / "customer"
FALLBACK = "en"


@cache
def read_words(locale: str) -> dict[str, str] | None:
    """The catalogue of a language, flat ("state.closed"), or None where there is none."""
    path = FOLDER / f"words.{locale}.toml"
    if not locale.isalpha() or not path.is_file():
        return None
    return dict(flatten(tomllib.loads(path.read_text("utf-8"))))


def flatten(tree: dict[str, Any], prefix: str = "") -> Any:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def choose_locale(wanted: str) -> str:
    """The language to write in: the wanted one where it is written out, else English."""
    short = wanted.partition("-")[0].lower()
    return short if read_words(short) is not None else FALLBACK


def find_words(key: str) -> str | None:
    """The words of a key in the active language; None when no language has it."""
    words = read_words(choose_locale(get_language() or FALLBACK)) or {}
    return words.get(key) or (read_words(FALLBACK) or {}).get(key)


def say(key: str, **facts: Any) -> str:
    """The words of a key with its facts filled in. Raises `KeyError` for an unknown key."""
    words = find_words(key)
    if words is None:
        raise KeyError(key)
    return words.format(**facts) if facts else words
