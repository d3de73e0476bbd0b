"""Cut a text into numbers, words and marks, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cases.domain.folding import fold

_TOKEN = re.compile(
    r"\d+|aujourd['’]hui|après-demain|[^\W\d_]['’]|[^\W\d_]+|[./,\-]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Token:
    """A number (`number` is set), a word (`word` is folded) or a mark."""

    start: int
    end: int
    word: str
    number: int | None


def cut_tokens(text: str) -> list[Token]:
    """The tokens in order; blanks and other marks are left out. Linear."""
    return [_make_token(match) for match in _TOKEN.finditer(text)]


def _make_token(match: re.Match[str]) -> Token:
    piece = match.group()
    if piece[0].isdigit():
        number = int(piece) if len(piece) <= 4 and piece.isascii() else 99_999
        return Token(match.start(), match.end(), piece, number)
    return Token(match.start(), match.end(), fold(piece.replace("’", "'")), None)
