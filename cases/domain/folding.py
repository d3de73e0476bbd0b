"""Words made comparable across spellings: one letter case, no accents."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Lower case without accents: "Rétablir" and "retablir" are the same word."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
