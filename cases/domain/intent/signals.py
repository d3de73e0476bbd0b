"""Find what is said in a text: patterns per clause, and what stands around each clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from cases.domain.intent import words as w
from cases.domain.intent.judging import (
    COLOURING,
    RETURNING,
    Match,
    Quality,
    Scope,
    Surroundings,
    count_negations,
    is_no,
    judge_clause,
)
from cases.domain.intent.lexicon import Lexicon, Pattern
from cases.domain.intent.plain import (
    has_strings,
    is_astray,
    is_plain,
    limits,
    names_service,
    tells_why,
)
from cases.domain.intent.text import Clause, Sentence, Word

LONGEST_QUOTE = 300


@dataclass(frozen=True)
class Signal:
    """`cap` bounds how sure one can be of it; start and end are positions in the text."""

    kind: str
    quality: Quality
    cap: float
    start: int
    end: int


@dataclass
class Reading:
    """All signals of a text. `cap` comes from what is said around them."""

    signals: list[Signal] = field(default_factory=list)
    later: list[Sentence] = field(default_factory=list)
    cap: float = 1.0


def read_sentences(sentences: Sequence[Sentence], lexicon: Lexicon) -> Reading:
    """Everything that one language's patterns find in the sentences."""
    reading = Reading()
    said = [list(read_sentence(sentence, lexicon, reading)) for sentence in sentences]
    tied = find_ties(sentences, said, lexicon)
    for sentence, found, bound in zip(sentences, said, tied, strict=True):
        words = sentence.words
        reading.signals += [tie(signal) for signal in found] if bound else found
        folds = [word.fold for word in words]
        if any(fold in w.RETRACTIONS for fold in folds):
            reading.cap = min(reading.cap, 0.6)
        negated = any(is_no(words, i) for i in range(len(folds)))
        if negated and not found and not fails(words):
            short = len(folds) <= 5 and not w.OTHERS & set(folds)
            refers = short or any(fold in w.REFERRING for fold in folds)
            reading.cap = min(reading.cap, 0.7 if refers else 0.9)
    return reading


def find_ties(
    sentences: Sequence[Sentence], said: Sequence[Sequence[Signal]], lexicon: Lexicon
) -> list[bool]:
    """Which sentences another one ties to something: see `plain`."""
    spoken = [drop_polite(sentence.words) for sentence in sentences]
    strings = [has_strings({word.fold for word in words}) for words in spoken]
    limiting = (
        not asks_for(found) and limits(words, lexicon)
        for words, found in zip(spoken, said, strict=True)
    )
    last = max((at for at, limit in enumerate(limiting) if limit), default=-1)
    total, astray, tied = sum(strings), False, []
    for at, sentence in enumerate(sentences):
        vague = astray and not names_service(sentence.words)
        tied.append(total > strings[at] or last > at or vague)
        astray = astray or any(is_astray(clause.words, lexicon) for clause in sentence.clauses)
    return tied


def fails(words: Sequence[Word]) -> bool:
    """Is what a clause denies only that something works? "Don't call" is no such clause."""
    return any(word.fold in w.FAILING for word in words) and not is_no(words, 0)


def asks_for(found: Sequence[Signal]) -> bool:
    return any(s.kind in RETURNING and s.quality is Quality.STRONG for s in found)


def tie(signal: Signal) -> Signal:
    if signal.kind not in RETURNING:
        return signal
    return replace(signal, cap=min(signal.cap, 0.7))


def read_sentence(sentence: Sentence, lexicon: Lexicon, reading: Reading) -> Iterator[Signal]:
    if not any(word.fold in lexicon.by_first for word in sentence.words):
        return
    clauses = [c for clause in merge_clauses(sentence.clauses) if (c := drop_polite(clause))]
    matches = [tuple(find_matches(clause, lexicon)) for clause in clauses]
    if any(match.kind == "later" for found in matches for match in found):
        reading.later.append(sentence)
    around = look_around(clauses, asks=sentence.asks, turn=sentence.turn)
    for scope in make_scopes(clauses, matches, around, lexicon):
        if {match.kind for match in scope.matches} <= COLOURING:
            continue
        start, end = sentence.start, sentence.end
        if end - start > LONGEST_QUOTE:
            start = scope.words[0].start
            end = min(scope.words[-1].end, start + LONGEST_QUOTE)
        for kind, quality, cap in judge_clause(scope):
            yield Signal(kind=kind, quality=quality, cap=cap, start=start, end=end)


def merge_clauses(clauses: Sequence[Clause]) -> list[tuple[Word, ...]]:
    """ "We ask, that you restore …" is one thought: "that" binds to what was before."""
    merged: list[list[Word]] = []
    for clause in clauses:
        if merged and clause.words[0].fold in ("that", "dass", "que", "to", "um", "zu"):
            merged[-1].extend(clause.words)
        else:
            merged.append(list(clause.words))
    return [tuple(words) for words in merged]


POLITE: dict[str, list[tuple[str, ...]]] = {}
for _phrase in sorted(w.POLITE, key=len, reverse=True):
    _parts = tuple(_phrase.split())
    POLITE.setdefault(_parts[0], []).append(_parts)


def drop_polite(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Without "as soon as possible" and the like, which are neither conditions nor denials."""
    kept: list[Word] = []
    at = 0
    while at < len(words):
        for phrase in POLITE.get(words[at].fold, ()):
            if tuple(word.fold for word in words[at : at + len(phrase)]) == phrase:
                at += len(phrase)
                kept += words[at - 1 : at] if phrase[0] == "s'" else []
                break
        else:
            kept.append(words[at])
            at += 1
    return tuple(kept)


def find_matches(words: tuple[Word, ...], lexicon: Lexicon) -> Iterator[Match]:
    """Every pattern of the language that fits, from each word on at most once per pattern."""
    for index, word in enumerate(words):
        for pattern in lexicon.by_first.get(word.fold, ()):
            taken = match_pattern(pattern, words, index)
            if taken:
                yield Match(pattern.signal, index, taken[-1], taken)


def match_pattern(pattern: Pattern, words: tuple[Word, ...], start: int) -> tuple[int, ...]:
    """The indices of the words that `pattern` takes from `start` on; none where it does not fit."""
    at, taken = start, [start]
    for gap, fits in pattern.elements[1:]:
        stop = min(len(words), at + gap + 2)
        found = next((i for i in range(at + 1, stop) if words[i].fold in fits), None)
        if found is None:
            return ()
        at = found
        taken.append(at)
    return tuple(taken)


def opens_question(clauses: Sequence[tuple[Word, ...]]) -> bool:
    """A question by its word order, when the mark was forgotten."""
    for words in clauses:
        first = words[0]
        if first.fold in w.ASKING_ALONE or any(word.raw in w.ASKING_RAW for word in words[:6]):
            return True
        second = words[1].fold if len(words) > 1 else ""
        if first.fold in w.ASKING_FIRST and second in w.ASKING_SECOND:
            return True
    return False


def look_around(clauses: Sequence[tuple[Word, ...]], *, asks: bool, turn: int) -> Surroundings:
    folds = {word.fold for clause in clauses for word in clause}
    return Surroundings(
        question=asks or opens_question(clauses),
        conditional=bool(folds & w.CONDITIONS) or is_conditional(clauses),
        restricted=is_restricted(folds),
        until=bool(folds & w.UNTIL),
        turn=turn,
    )


def make_scopes(
    clauses: Sequence[tuple[Word, ...]],
    matches: Sequence[tuple[Match, ...]],
    around: Surroundings,
    lexicon: Lexicon,
) -> Iterator[Scope]:
    """Each clause with what the clauses before and after it do to it; one pass each way."""
    denied = [denies(*each) for each in zip(clauses, matches, strict=True)]
    answered = [no and len(clause) <= 5 for no, clause in zip(denied, clauses, strict=True)]
    plain = [is_plain(*each, lexicon) for each in zip(clauses, matches, strict=True)]
    tying = [not (ok or tells_why(clause)) for ok, clause in zip(plain, clauses, strict=True)]
    total, later, ties = sum(denied), sum(answered), sum(tying)
    before, dangling, spoken, astray = 0, False, False, False
    for index, words in enumerate(clauses):
        later -= answered[index]
        yield Scope(
            words=words,
            matches=matches[index],
            around=around,
            negated_from_outside=dangling
            or bool(before and words[0].fold in w.BINDING)
            or later > 0,
            shadowed=total - denied[index] > 0,
            reported=spoken,
            hedged=is_hedged(words, matches[index]),
            plain=plain[index],
            tied=ties > tying[index] or (astray and not names_service(words)),
        )
        before += denied[index]
        astray = astray or is_astray(words, lexicon)
        dangling = dangling or (denied[index] and hangs_over(words))
        spoken = spoken or any(word.fold in w.SPEAKING for word in words)


def denies(words: tuple[Word, ...], found: tuple[Match, ...]) -> bool:
    """Could its no be meant for another clause, and not for the cancellation or a failure?"""
    if any(match.kind == "cancel" for match in found) or (not found and fails(words)):
        return False
    return bool(count_negations(words))


def hangs_over(words: tuple[Word, ...]) -> bool:
    """ "Please do not, under any circumstances, restore": the no is for what comes."""
    last = len(words) - 1
    return len(words) <= 3 or is_no(words, last) or words[last].fold in w.DANGLING


def is_restricted(folds: set[str]) -> bool:
    """Not everything, or not now: "only", "next week", "extension 12"."""
    if folds & w.RESTRICTIONS:
        return True
    part = folds & w.PARTS or any(fold.isdigit() and len(fold) > 1 for fold in folds)
    return bool(part) and not folds & w.ALL


def is_conditional(clauses: Sequence[tuple[Word, ...]]) -> bool:
    """ "As soon as we have paid"; and "si", which is "if" in French and Spanish, but "Si, …" with
    a comma is a yes without accent.
    """
    pairs = ((one.fold, two.fold) for clause in clauses for one, two in pairwise(clause))
    return any(pair in w.CONDITION_PAIRS for pair in pairs) or any(
        word.raw == "si" and not (len(clause) == 1 and index == 0)
        for index, clause in enumerate(clauses)
        for word in clause
    )


def is_hedged(words: tuple[Word, ...], matches: tuple[Match, ...]) -> bool:
    """Perhaps, might, could … — but "we would like" is a request."""
    wished = {i for m in matches if m.kind == "ask" for i in range(m.first, m.last + 1)}
    return any(word.fold in w.HEDGES and i not in wished for i, word in enumerate(words))
