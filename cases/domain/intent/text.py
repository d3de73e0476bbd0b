"""From text to sentences, clauses and words, with what is quoted blanked out. Linear time.

Positions always point into the original text, so that evidence can be marked there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cases.domain.folding import fold
from cases.domain.intent.words import DANGLING, is_negation
from cases.domain.numbers import CANDIDATE as NUMBER
from cases.domain.numbers import is_valid_number

# More than anybody writes; what lies beyond is not read, and that makes the reading unsure.
LONGEST = 20_000

APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u00b4\u0060\u02bc", "'"))
WORD = re.compile(r"[^\W_]+(?:['\u2019\u00b4\u0060\u02bc][^\W_]+)*")
ELISION = re.compile(r"(?:[nldsjmtc]|qu|jusqu|lorsqu|puisqu)'")
PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›"}
OPENER = re.compile("[“„«»‹]")
LONGEST_QUOTE = 4000
STRAIGHT = re.compile(
    r"\"[^\"\n]{1,500}\"|(?<!\w)'[^'\n]{1,120}'(?!\w)|(?<!\w)‘[^’\n]{1,120}’(?!\w)"
)
HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El)\b.{4,200}\b(?:wrote|schrieb|écrit|escribió)\b.{0,80}:"
    r"|.{0,80}\b(?:wrote|schrieb|écrit|escribió)\s?:"
)
REST_IS_QUOTED = re.compile(
    r"-{2,}\s?(?:original|urspr|message d|mensaje|forwarded|weitergeleitet).{0,60}|_{20,}\s*",
    re.IGNORECASE,
)
HEADER = re.compile(r"(?:From|Von|De|Expéditeur|Remitente)\s?:.{0,200}@.{0,200}")
# "No. 5" and "Nr. 5" end no sentence.
BREAK = re.compile(
    r"(?:[!?…;]|(?<!\b[Nn][or])\.|\.(?!\s+\d))(?=\s|$)|\n[ \t\r]*\n|\n(?=[ \t]*[-*•])"
)
SIGNATURE = re.compile(r"^--[ \t\r]*$", re.MULTILINE)
BUT = r"\b(?:but|aber|sondern|mais|pero|sino|however|jedoch)\b"
CLAUSE = re.compile(rf"[,()–—]+(?!\d)|\s-\s|{BUT}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: where it stands, folded (lower case, no accents) and as written in lower case."""

    start: int
    end: int
    fold: str
    raw: str
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of clauses; `asks` when it ends with a question mark (or opens with ¿).

    `turn` is where its last "but" stands, or -1.
    """

    start: int
    end: int
    clauses: tuple[Clause, ...]
    asks: bool
    turn: int

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(word for clause in self.clauses for word in clause.words)


def split_sentences(text: str, names: Collection[str] = ()) -> list[Sentence]:
    """The sentences of what the sender wrote, without quotations, case numbers and `names`."""
    own = NUMBER.sub(blank_number, blank_quotes(text[:LONGEST]))
    if names:
        known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        own = re.sub(rf"(?<!\w)(?:{known})(?!\w)", lambda found: blank(found.group()), own)
    bounds, at = [], 0
    for match in BREAK.finditer(own):
        bounds.append((at, match.end()))
        at = match.end()
    bounds.append((at, len(own)))
    parts = (part for start, end in bounds for part in split_lines(own, start, end))
    return [sentence for start, end in parts if (sentence := read_sentence(own, start, end))]


def read_sentence(text: str, start: int, end: int) -> Sentence | None:
    clauses = tuple(split_clauses(text, start, end))
    if not clauses:
        return None
    first, last = clauses[0].words[0].start, clauses[-1].words[-1].end
    marks = text[last : min(end, last + 8)]
    closing = len(marks) - len(marks.lstrip(".!?…"))
    return Sentence(
        start=first,
        end=last + closing,
        clauses=clauses,
        asks="?" in marks or "¿" in text[start:end],
        turn=max(
            (m.start() for m in CLAUSE.finditer(text, start, end) if m[0].isalpha()), default=-1
        ),
    )


def split_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A short line before a line with a capital is complete: a greeting, a name, a list."""
    at = start
    line_start = start
    while (newline := text.find("\n", line_start, end)) >= 0:
        after = newline + 1
        while after < end and text[after] in " \t\r":
            after += 1
        short = newline - line_start < 50 and text[line_start:newline].strip()
        if short and after < end and text[after].isupper() and ends_well(text, line_start, newline):
            yield at, newline
            at = after
        line_start = newline + 1
    yield at, end


def ends_well(text: str, start: int, end: int) -> bool:
    """Does a line end where a thought may end, and not amid "please do not"?"""
    words = [fold(word.strip(",:")) for word in text[start:end].translate(APOSTROPHES).split()]
    if not words or any(is_negation(word) for word in words):
        return False
    return words[-1] not in DANGLING and (
        len(words[-1]) > 3 or text[start:end].rstrip()[-1] in ",:"
    )


def split_clauses(text: str, start: int, end: int) -> Iterator[Clause]:
    words: list[Word] = []
    at = start
    for match in CLAUSE.finditer(text, start, end):
        words = list(find_words(text, at, match.start()))
        if words:
            yield Clause(words=tuple(words))
        at = match.end()
    words = list(find_words(text, at, end))
    if words:
        yield Clause(words=tuple(words))


def find_words(text: str, start: int, end: int) -> Iterator[Word]:
    for match in WORD.finditer(text, start, end):
        raw = match.group().translate(APOSTROPHES).lower()
        elided = ELISION.match(raw)
        if elided and len(raw) > elided.end():
            cut = match.start() + elided.end()
            head, tail = raw[: elided.end()], raw[elided.end() :]
            yield Word(match.start(), cut, head, head)
            yield Word(cut, match.end(), fold(tail), tail)
        else:
            capital = text[match.start()].isupper()
            yield Word(match.start(), match.end(), fold(raw), raw, capital)


def blank_quotes(text: str) -> str:
    """The same text, as long, with quotations and quoted mail replaced by spaces."""
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    rest_quoted = False
    for index, line in enumerate(lines):
        bare = line.strip()
        if not rest_quoted and opens_quotation(bare):
            rest_quoted = not next_is_marked(lines, index)
            kept.append(blank(line))
        elif rest_quoted or bare.startswith((">", "|")):
            kept.append(blank(line))
        else:
            kept.append(line)
    return STRAIGHT.sub(lambda match: blank(match.group()), blank_pairs("".join(kept)))


def blank_pairs(text: str) -> str:
    """Blank what stands between typographic quotation marks."""
    kept, at = [], 0
    for opener in OPENER.finditer(text):
        if opener.start() < at:
            continue
        limit = opener.end() + LONGEST_QUOTE
        ends = [text.find(closer, opener.end(), limit) for closer in PAIRS[opener.group()]]
        end = min((e for e in ends if e >= 0), default=-1)
        if end >= 0:
            kept += [text[at : opener.start()], blank(text[opener.start() : end + 1])]
            at = end + 1
    return "".join([*kept, text[at:]])


def opens_quotation(line: str) -> bool:
    if len(line) > 320:
        return False
    return bool(
        (line.endswith(":") and ATTRIBUTION.fullmatch(line))
        or REST_IS_QUOTED.fullmatch(line)
        or HEADER.fullmatch(line)
    )


def next_is_marked(lines: list[str], index: int) -> bool:
    """Does the next line with text carry a quotation mark of its own?"""
    for line in lines[index + 1 : index + 4]:
        if line.strip():
            return line.lstrip().startswith((">", "|"))
    return False


def blank_number(found: re.Match[str]) -> str:
    """A case number says nothing: blank where it is one, and no telephone number in a row."""
    number = found.group()
    known = not number.isdigit() and is_valid_number(number)
    return blank(number) if known else number


def blank(text: str) -> str:
    return "".join(c if c in "\r\n" else " " for c in text)


def is_suspicious(text: str) -> bool:
    """Invisible characters or foreign letters could hide a "not": then nothing is clear."""
    sample = text[:LONGEST]
    if len(text) > LONGEST or HIDDEN.search(sample):
        return True
    return any(
        not char.isascii() and char.isalpha() and not unicodedata.name(char, "").startswith("LATIN")
        for char in set(sample)
    )
