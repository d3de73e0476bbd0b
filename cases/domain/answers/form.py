"""Find what was written into the form of a question email, wherever its reader put it.

Into the slot ("Answer 2: yes"), below the question, behind it, into a list of their own ("1) yes"),
or as an x between brackets; with or without the client's quotation marks. The questions themselves
come back with the reply and are never an answer: what we sent is taken out first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cases.domain.answers import words as w
from cases.domain.answers.lines import Line, Ours, cut_lines, fill_out, words_of
from cases.domain.answers.model import Asked
from cases.domain.folding import fold

_MOST_ANSWER_LINES = 12


@dataclass
class Filled:
    """What stands in one question's slot. `line` is the first one's number, from 0."""

    line: int
    depth: int
    texts: list[str] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)
    again: bool = False  # another slot of the same question says something else

    @property
    def text(self) -> str:
        return "\n".join(self.ticked or self.texts)


def read_form(
    body: str, questions: Sequence[Asked], *, sent: Iterable[str] = ()
) -> tuple[dict[int, Filled], set[int]]:
    """The filled slots by question number, and the numbers of the lines that they took.

    `body` is the whole text of the mail, quotations marked; `sent` are the emails that asked.
    """
    reader = _Reader(questions, Ours(sent))
    for line in cut_lines(body):
        reader.take(line)
    reader.close()
    return reader.filled, reader.taken


class _Reader:
    def __init__(self, questions: Sequence[Asked], ours: Ours) -> None:
        self.questions = {question.number: question for question in questions}
        self.wordings = {q.number: words_of(q.text) for q in questions}
        self.ours = ours
        self.filled: dict[int, Filled] = {}
        self.taken: set[int] = set()
        self.number = 0  # the question whose slot we are in, 0 for none
        self.listed = False  # ... that a list of the writer's own opened
        self.labelled = False  # ... whose own label ("Answer 2:") we have passed
        self.open: Filled | None = None
        self.unread: list[str] = []  # words of a question that its next line goes on with
        self.gap = False

    def take(self, line: Line) -> None:
        """Look at the next line."""
        if line.is_blank:
            self.gap = True
            if self.listed:
                self.close()
            return
        for look in (self._take_label, self._take_tick, self._take_question, self._take_numbered):
            if look(line):
                self.gap = False
                return
        if self._take_rest(line) or w.EMPTY_BOX.match(line.text) or self.ours.holds(line):
            self.gap = False
            # Our hints stand above the slot's label; what follows it is another part of our mail.
            if self.open and (self.open.texts or self.labelled):
                self.close()
            return
        self._take_text(line)
        self.gap = False

    def close(self) -> None:
        """The slot ends: keep what it holds."""
        filled, number = self.open, self.number
        self.open, self.number, self.listed, self.unread = None, 0, False, []
        self.labelled = False
        if filled is None or not filled.text:
            return
        known = self.filled.get(number)
        if known is None or filled.depth < known.depth:
            self.filled[number] = filled
        elif filled.depth == known.depth and filled.text != known.text:
            known.again = True

    def _enter(self, number: int, line: Line, *, listed: bool = False) -> None:
        if number == self.number and not listed and self.open and not self.open.text:
            return
        self.close()
        if number in self.questions:
            self.number, self.listed = number, listed
            self.open = Filled(line=line.at, depth=line.depth)

    def _put(self, text: str, line: Line, *, ticked: bool = False) -> None:
        text = fill_out(text)
        if not text or self.open is None:
            return
        if not self.open.text:
            self.open.line, self.open.depth = line.at, line.depth
        (self.open.ticked if ticked else self.open.texts).append(text)
        self.taken.add(line.at)

    def _take_label(self, line: Line) -> bool:
        match = w.LABEL.match(line.text)
        if match is None:
            return False
        if match[1]:
            self._enter(int(match[1]), line)
        if self.open is None:
            return bool(match[1])
        self.labelled = True
        self._put(line.text[match.end() :], line)
        return True

    def _take_tick(self, line: Line) -> bool:
        match = w.TICKED.match(line.text)
        if match is None:
            return False
        words = words_of(line.text[match.end() :])
        for number, question in self.questions.items():
            for choice in question.choices:
                if words and words == words_of(choice):
                    if number != self.number:
                        self._enter(number, line)
                    self._put(choice, line, ticked=True)
                    return True
        return False

    def _take_question(self, line: Line) -> bool:
        """A question that came back, perhaps with the answer behind it."""
        numbered = w.NUMBERED.match(line.text)
        rest = line.text[numbered.end() :] if numbered else line.text
        words = words_of(rest)
        for number, wording in self.wordings.items():
            if not wording or not words:
                continue
            if numbered and int(numbered["number"]) != number:
                continue
            if words[: len(wording)] == wording and (numbered or len(wording) >= 3):
                self._enter(number, line)
                self._put(_after_words(rest, len(wording)), line)
                return True
            if len(words) >= 3 and wording[: len(words)] == words:
                self._enter(number, line)
                self.unread = wording[len(words) :]
                return True
        return False

    def _take_rest(self, line: Line) -> bool:
        """The rest of a question that a client wrapped, perhaps with the answer behind it."""
        words, unread = words_of(line.text), self.unread
        if not unread or not words:
            return False
        self.unread = unread[len(words) :] if unread[: len(words)] == words else []
        if not self.unread and words[: len(unread)] == unread:
            self._put(_after_words(line.text, len(unread)), line)
            return True
        return bool(self.unread)

    def _take_numbered(self, line: Line) -> bool:
        """ "2) yes": an answer by its number, but not a list inside an answer."""
        match = w.NUMBERED.match(line.text)
        if match is None or (self.number and not self.listed) or self.ours.holds(line):
            return False
        number = int(match["number"])
        if number not in self.questions:
            return False
        said = _cut_list(line.text[match.end() :], number, max(self.questions))
        for at, text in enumerate(said, start=number):
            self._enter(at, line, listed=True)
            self._put(text, line)
        return True

    def _take_text(self, line: Line) -> None:
        folded = fold(line.text[:60])
        if folded.startswith(w.CLOSINGS) or (line.text.endswith(":") and "@" in line.text):
            self.close()
            return
        if self.open is None:
            return
        full = len(self.open.texts) >= _MOST_ANSWER_LINES
        ends = self.gap and self.open.texts and line.depth < self.open.depth
        if full or ends or self.open.ticked:
            self.close()
            return
        self._put(line.text, line)


def _cut_list(said: str, number: int, last: int) -> list[str]:
    """ "Rosa (2) no (3) 31 March": answers in one line, if each number to the last one comes."""
    pieces, rest = [], said
    for following in range(number + 1, last + 1):
        match = re.search(rf"\s[(\[]?{following}[.):\]]\s", rest)
        if match is None:
            return [said]
        pieces.append(rest[: match.start()])
        rest = rest[match.end() :]
    return [*pieces, rest]


def _after_words(text: str, count: int) -> str:
    """What follows the first `count` words of a question's line, without hints in brackets."""
    at = 0
    for piece in text.split(" "):
        if len(words_of(text[:at])) >= count:
            break
        at += len(piece) + 1
    rest = text[at:].strip().lstrip("?:.").strip()
    while rest.startswith("("):
        rest = rest.partition(")")[2].strip()
    return rest
