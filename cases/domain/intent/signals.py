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


# Signals that only colour others.
COLOURING = frozenset({"ask", "declare", "later"})


@dataclass(frozen=True)
class Scope:
    """One clause amid its sentence, with everything that can turn its meaning."""

    words: tuple[Word, ...]
    matches: tuple[Match, ...]
    negated_from_outside: bool
    shadowed: bool
    conditional: bool
    hedged: bool
    restricted: bool
    until: bool
    question: bool

    def cap(self, kind: str) -> float:
        """Beside a "not" nothing is quite sure, and "only" or "extension 12" is not all."""
        restricted = self.restricted and kind not in ("reschedule", "cancel")
        return 0.7 if self.shadowed or restricted else 1.0


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
            short = len(folds) <= 5 and not w.OTHERS & set(folds)
            refers = short or any(fold in w.REFERRING for fold in folds)
            reading.cap = min(reading.cap, 0.7 if refers else 0.9)
    return reading


def read_sentence(sentence: Sentence, lexicon: Lexicon, reading: Reading) -> Iterator[Signal]:
    clauses = [c for clause in merge_clauses(sentence.clauses) if (c := drop_polite(clause))]
    matches = [tuple(find_matches(clause, lexicon)) for clause in clauses]
    question = sentence.asks or opens_question(clauses)
    for index, clause in enumerate(clauses):
        kinds = {match.kind for match in matches[index]}
        if "later" in kinds:
            reading.later.append(sentence)
        if kinds <= COLOURING:
            continue
        scope = make_scope(clauses, matches, index, question)
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
    return tuple(kept)


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


def count_negations(words: Sequence[Word], until: int | None = None) -> int:
    """How often a clause says no; what denies only its successors counts up to `until`.

    The stop in "stop the cancellation and restore …" is no denial of what comes after it.
    """
    folds = [words[i].fold for i in range(len(words)) if is_no(words, i)]
    denying = sum(word.fold in w.DENYING_NEXT for word in words[:until])
    single = denying + sum(fold not in w.PAIRED for fold in folds)
    # "no … nada", "ne … pas": the pair is one no.
    return single or int(any(fold in w.PAIRED for fold in folds))


def make_scope(
    clauses: Sequence[tuple[Word, ...]],
    matches: Sequence[tuple[Match, ...]],
    index: int,
    question: bool,
) -> Scope:
    words = clauses[index]
    folds = {word.fold for clause in clauses for word in clause}
    # A no to the cancellation in another clause takes nothing back of this one.
    denied = [
        place
        for place, clause in enumerate(clauses)
        if place != index
        and count_negations(clause)
        and not any(match.kind == "cancel" for match in matches[place])
    ]
    before = [clauses[place] for place in denied if place < index]
    after = [clauses[place] for place in denied if place > index]
    outside = (
        any(len(c) <= 3 or is_no(c, len(c) - 1) or c[-1].fold in w.DANGLING for c in before)
        or (bool(before) and words[0].fold in w.BINDING)
        or any(len(c) <= 5 for c in after)
    )
    return Scope(
        words=words,
        matches=matches[index],
        negated_from_outside=outside,
        shadowed=bool(denied),
        conditional=bool(folds & w.CONDITIONS) or has_spanish_if(clauses),
        hedged=is_hedged(words, matches[index]),
        restricted=is_restricted(folds)
        or any(word.fold in w.SPEAKING for clause in clauses[:index] for word in clause),
        until=bool(folds & w.UNTIL),
        question=question,
    )


def is_restricted(folds: set[str]) -> bool:
    """Not everything, or not now: "only", "next week", "extension 12"."""
    if folds & w.RESTRICTIONS:
        return True
    part = folds & w.PARTS or any(fold.isdigit() and len(fold) > 1 for fold in folds)
    return bool(part) and not folds & w.ALL


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
        if kind in COLOURING or kind in seen:
            continue
        if kind != "undo" and undone & set(range(match.first, match.last + 1)):
            continue
        seen.add(kind)
        yield judge_match(scope, match, kind)


def judge_match(scope: Scope, match: Match, kind: str) -> tuple[str, Quality, float]:
    if scope.question:
        return kind, Quality.ASKED, scope.cap(kind)
    weak = scope.conditional or scope.hedged or is_reported(scope, match)
    undone = {i for m in scope.matches if m.kind == "undo" for i in range(m.first, m.last + 1)}
    own = [word for i, word in enumerate(scope.words) if i not in undone or i >= match.first]
    negations = count_negations(own, until=len(own) - len(scope.words) + match.first)
    if negations and kind == "cancel" and not scope.negated_from_outside:
        return judge_uncancelled(scope, match, weak or negations > 1)
    if negations or scope.negated_from_outside:
        return kind, Quality.NEGATED, 1.0
    if weak or not is_requested(scope, match) or is_of_something_else(scope, match):
        return kind, Quality.WEAK, scope.cap(kind)
    return kind, Quality.STRONG, scope.cap(kind)


def judge_uncancelled(scope: Scope, match: Match, weak: bool) -> tuple[str, Quality, float]:
    """ "Do not cancel" is a wish to stay, "do not cancel before May" one for another date."""
    if scope.until:
        return "reschedule", Quality.WEAK, 0.7
    opens = any(is_no(scope.words, i) for i in range(min(2, len(scope.words))))
    strong = not weak and (opens or is_requested(scope, match))
    return "stay", Quality.STRONG if strong else Quality.WEAK, scope.cap("stay")


def is_requested(scope: Scope, match: Match) -> bool:
    """Is it asked for, by a word of asking or as an order at the start of its clause?"""
    words = scope.words
    asked = any(m.kind == "ask" for m in scope.matches)
    if match.kind == "restore_done":
        folds = {word.fold for word in words[: match.first]}
        return bool(w.DESIRES & folds) and not w.TELLING & folds
    if asked or match.kind == "restore_noun":
        return asked
    if match.kind in ("stay", "keep"):
        return False
    if match.kind == "undo" and any(m.kind == "declare" for m in scope.matches):
        return True
    return all(word.fold in w.LEADS for word in words[: match.first])


def is_reported(scope: Scope, match: Match) -> bool:
    """Does the clause talk about it: "please tell us how to …", "you said that …"?"""
    return any(word.fold in w.SAYING for word in scope.words[: match.first])


def is_of_something_else(scope: Scope, match: Match) -> bool:
    """ "Restore your trust", "restore my password"; and what we ourselves wrote: "your service"."""
    if match.kind not in ("restore", "undo"):
        return False
    around = {word.fold for word in scope.words[max(0, match.first - 4) : match.last + 4]}
    following = {word.fold for word in scope.words[match.first + 1 : match.first + 4]}
    if around & w.OTHER_OBJECTS or following & w.YOURS:
        return True
    last = scope.words[match.last]
    after = scope.words[match.last + 1].fold if match.last + 1 < len(scope.words) else ""
    return last.fold in w.RETURNING and (
        after in w.ELSEWHERE or any(word.fold == "auf" for word in scope.words[: match.last])
    )
