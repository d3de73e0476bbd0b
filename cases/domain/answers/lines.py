"""The lines of a reply, with what is ours taken out: the questions that came back quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cases.domain.folding import fold

MOST_LINES = 2_000
LONGEST_LINE = 2_000
# A line as short as this may be an answer that happens to stand in our words too.
_SHORT = 4

_WORD = re.compile(r"[^\W_]+|\[[^\]]{0,3}\]")
_MARKS = re.compile(r"(?:[ \t\u00a0]{0,80}(?:>|&gt;|\|(?=\s)))+[ \t\u00a0]{0,80}")
_BLANK = re.compile(r"_{2,}|\.{3,}|…+")
# An address says nothing about whose line it is: ours differs in every mail that we send.
_ADDRESS = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """`text` is without quotation marks; `depth` counts them; `at` is its number, from 0."""

    at: int
    text: str
    depth: int

    @property
    def is_blank(self) -> bool:
        return not self.text


def cut_lines(body: str) -> list[Line]:
    """The lines of a mail's text, at most MOST_LINES."""
    return [_cut(at, line) for at, line in enumerate(body.split("\n", MOST_LINES)[:MOST_LINES])]


def _cut(at: int, line: str) -> Line:
    line = line[:LONGEST_LINE]
    marks = _MARKS.match(line)
    if marks is None:
        return Line(at, line.strip(), 0)
    quoted = marks.group().replace("&gt;", ">")
    return Line(at, line[marks.end() :].strip(), quoted.count(">") + quoted.count("|"))


def fill_out(text: str) -> str:
    """What was written into a blank: underscores and dots of the form gone."""
    return _BLANK.sub(" ", text).strip(" \t\u00a0_:=-–—").strip()


def words_of(text: str) -> list[str]:
    """The folded words of a line, for comparison; an empty box is a word too."""
    return [
        "[]" if piece.startswith("[") and not piece.strip("[] ") else fold(piece)
        for piece in _WORD.findall(text)
    ]


class Ours:
    """What we sent: whole lines, and runs of words that a client wrapped anew."""

    def __init__(self, sent: Iterable[str]) -> None:
        self._lines: set[str] = set()
        streams = []
        for text in sent:
            text = _ADDRESS.sub("", text[:40_000])
            lines = [" ".join(words_of(line)) for line in text.splitlines()]
            self._lines.update(line for line in lines if line)
            streams.append(" ".join(line for line in lines if line))
        self._stream = f" {' | '.join(streams)} "

    def holds(self, line: Line) -> bool:
        """Did we write this line, whole or as a part of a longer one?"""
        words = words_of(_ADDRESS.sub("", line.text))
        said = " ".join(words)
        if not said:
            return _ADDRESS.search(line.text) is not None  # an address alone answers nothing
        if said in self._lines:
            return True
        return len(words) > _SHORT and f" {said} " in self._stream
