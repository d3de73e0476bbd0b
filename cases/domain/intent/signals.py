"""Find what is said in a sentence, and whether it is a request, a question, a no or an if."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from cases.domain.intent import words as w
from cases.domain.intent.lexicon import Lexicon, Pattern
from cases.domain.intent.text import Clause, Sentence, Word

LONGEST_QUOTE = 300


class Quality(Enum):
    """How a signal is meant."""

    STRONG = "asked for, plainly"
    WEAK = "mentioned, perhaps"
    NEGATED = "said not to be wanted"
    ASKED = "part of a question"


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


@dataclass(frozen=True)
class Match:
    kind: str
    first: int
    last: int


@dataclass(frozen=True)
class Scope:
    """One clause amid its sentence, with everything that can turn its meaning."""

    words: tuple[Word, ...]
    matches: tuple[Match, ...]
    negations: int
    negated_from_outside: bool
    shadowed: bool
    conditional: bool
    hedged: bool
    restricted: bool
    until: bool
    question: bool


def read_sentences(sentences: Sequence[Sentence], lexicon: Lexicon) -> Reading:
    """Everything that one language's patterns find in the sentences."""
    reading = Reading()
    for sentence in sentences:
        found = list(read_sentence(sentence, lexicon, reading))
        reading.signals += found
        folds = [word.fold for word in sentence.words]
        if any(fold in w.RETRACTIONS for fold in folds):
            reading.cap = min(reading.cap, 0.6)
        negated = any(is_no(sentence.words, i) for i in range(len(folds)))
        if negated and not found:
            refers = len(folds) <= 5 or any(fold in w.REFERRING for fold in folds)
            reading.cap = min(reading.cap, 0.7 if refers else 0.9)
    return reading


def read_sentence(sentence: Sentence, lexicon: Lexicon, reading: Reading) -> Iterator[Signal]:
    clauses = [drop_polite(clause) for clause in merge_clauses(sentence.clauses)]
    question = sentence.asks or opens_question(clauses)
    for index, clause in enumerate(clauses):
        matches = tuple(find_matches(clause, lexicon))
        if any(match.kind == "later" for match in matches):
            reading.later.append(sentence)
        if not any(match.kind not in ("ask", "later") for match in matches):
            continue
        scope = make_scope(clauses, index, matches, question)
        start, end = sentence.start, sentence.end
        if end - start > LONGEST_QUOTE:
            start, end = clause[0].start, min(clause[-1].end, clause[0].start + LONGEST_QUOTE)
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
    return tuple(kept) or words


def find_matches(words: tuple[Word, ...], lexicon: Lexicon) -> Iterator[Match]:
    """Every pattern of the language that fits, from each word on at most once per pattern."""
    for index, word in enumerate(words):
        for pattern in lexicon.by_first.get(word.fold, ()):
            last = match_pattern(pattern, words, index)
            if last is not None:
                yield Match(pattern.signal, index, last)


def match_pattern(pattern: Pattern, words: tuple[Word, ...], start: int) -> int | None:
    """The index of the last word that `pattern` takes from `start` on, or None."""
    at = start
    for gap, fits in pattern.elements[1:]:
        stop = min(len(words), at + gap + 2)
        found = next((i for i in range(at + 1, stop) if words[i].fold in fits), None)
        if found is None:
            return None
        at = found
    return at


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


def is_no(words: Sequence[Word], index: int) -> bool:
    """A negation, and not the "no." of "phone no. 5" or one half of "ne … pas"."""
    fold = words[index].fold
    if not w.is_negation(fold):
        return False
    following = words[index + 1].fold if index + 1 < len(words) else ""
    return not (fold == "no" and following.isdigit())


def count_negations(words: Sequence[Word]) -> int:
    folds = [words[i].fold for i in range(len(words)) if is_no(words, i)]
    single = sum(fold not in w.PAIRED for fold in folds)
    paired = any(fold in w.PAIRED for fold in folds)
    if single and paired:
        # "no … nada", "ne … point": the pair is one no.
        return single
    return single + paired


def make_scope(
    clauses: Sequence[tuple[Word, ...]], index: int, matches: tuple[Match, ...], question: bool
) -> Scope:
    words = clauses[index]
    folds = {word.fold for clause in clauses for word in clause}
    before = [c for c in clauses[:index] if count_negations(c)]
    after = [c for c in clauses[index + 1 :] if count_negations(c)]
    outside = (
        any(len(c) <= 3 or is_no(c, len(c) - 1) or c[-1].fold in w.DANGLING for c in before)
        or (bool(before) and words[0].fold in w.BINDING)
        or any(len(c) <= 5 for c in after)
    )
    return Scope(
        words=words,
        matches=matches,
        negations=count_negations(words),
        negated_from_outside=outside,
        shadowed=bool(before or after),
        conditional=bool(folds & w.CONDITIONS) or has_spanish_if(clauses),
        hedged=is_hedged(words, matches),
        restricted=bool(folds & w.RESTRICTIONS),
        until=bool(folds & w.UNTIL),
        question=question,
    )


def has_spanish_if(clauses: Sequence[tuple[Word, ...]]) -> bool:
    """ "si" is "if" in French and Spanish, but "Si, …" with a comma is a yes without accent."""
    return any(
        word.raw == "si" and not (len(clause) == 1 and index == 0)
        for index, clause in enumerate(clauses)
        for word in clause
    )


def is_hedged(words: tuple[Word, ...], matches: tuple[Match, ...]) -> bool:
    """Perhaps, might, could … — but "we would like" is a request."""
    wished = {i for m in matches if m.kind == "ask" for i in range(m.first, m.last + 1)}
    return any(word.fold in w.HEDGES and i not in wished for i, word in enumerate(words))


def judge_clause(scope: Scope) -> Iterator[tuple[str, Quality, float]]:
    """Each signal of a clause once, as it is meant."""
    undone = {i for m in scope.matches if m.kind == "undo" for i in range(m.first, m.last + 1)}
    seen: set[str] = set()
    for match in scope.matches:
        kind = match.kind.split("_")[0]
        if kind in ("ask", "later") or kind in seen:
            continue
        if kind != "undo" and undone & set(range(match.first, match.last + 1)):
            continue
        seen.add(kind)
        yield judge_match(scope, match, kind)


def judge_match(scope: Scope, match: Match, kind: str) -> tuple[str, Quality, float]:
    cap = 0.7 if scope.shadowed or scope.restricted else 1.0
    if scope.question:
        return kind, Quality.ASKED, cap
    weak = scope.conditional or scope.hedged or is_reported(scope, match)
    if scope.negations or scope.negated_from_outside:
        return judge_negated(scope, match, kind, weak)
    if weak or not is_requested(scope, match) or is_of_something_else(scope, match):
        return kind, Quality.WEAK, cap
    return kind, Quality.STRONG, cap


def judge_negated(scope: Scope, match: Match, kind: str, weak: bool) -> tuple[str, Quality, float]:
    """ "Do not cancel" is a wish to stay, "do not cancel before May" one for another date."""
    if kind != "cancel" or scope.negations > 1 or scope.negated_from_outside:
        return kind, Quality.NEGATED, 1.0
    if scope.until:
        return "reschedule", Quality.WEAK, ASK_FIRST
    opens = any(is_no(scope.words, i) for i in range(min(2, len(scope.words))))
    strong = not weak and (opens or is_requested(scope, match))
    cap = 0.7 if scope.shadowed or scope.restricted else 1.0
    return "stay", Quality.STRONG if strong else Quality.WEAK, cap


ASK_FIRST = 0.7


def is_requested(scope: Scope, match: Match) -> bool:
    """Is it asked for, by a word of asking or as an order at the start of its clause?"""
    words = scope.words
    asked = any(m.kind == "ask" for m in scope.matches)
    if match.kind == "restore_done":
        folds = [word.fold for word in words[: match.first]]
        return bool(w.DESIRES & set(folds)) and not (w.TELLING & set(folds))
    if asked or match.kind == "restore_noun":
        return asked
    if match.kind in ("stay", "keep"):
        return False
    return all(word.fold in w.LEADS for word in words[: match.first])


def is_reported(scope: Scope, match: Match) -> bool:
    """Does the clause talk about it: "please tell us how to …", "you said that …"?"""
    return any(word.fold in w.SAYING for word in scope.words[: match.first])


def is_of_something_else(scope: Scope, match: Match) -> bool:
    """ "Restore your trust", "restore my password"; and what we ourselves wrote: "your service"."""
    if match.kind not in ("restore", "undo"):
        return False
    following = scope.words[match.first + 1 : match.last + 4]
    folds = {word.fold for word in following}
    return bool(folds & w.OTHER_OBJECTS) or bool({word.fold for word in following[:3]} & w.YOURS)
