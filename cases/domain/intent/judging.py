"""How a signal is meant: asked for, mentioned, denied, or part of a question.

Doubt goes one way only: whatever is not plainly asked for is not a yes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from cases.domain.intent import words as w
from cases.domain.intent.text import Word


class Quality(Enum):
    """How a signal is meant."""

    STRONG = "asked for, plainly"
    WEAK = "mentioned, perhaps"
    NEGATED = "said not to be wanted"
    ASKED = "part of a question"


@dataclass(frozen=True)
class Match:
    kind: str
    first: int
    last: int
    taken: tuple[int, ...]


# Signals that only colour others.
COLOURING = frozenset({"ask", "declare", "later"})
# What the desk may do by itself: only a plain wish counts.
RETURNING = frozenset({"restore", "undo", "hold"})


@dataclass(frozen=True)
class Surroundings:
    """What a whole sentence says that can turn the meaning of each of its clauses."""

    question: bool
    conditional: bool
    restricted: bool
    until: bool
    turn: int


@dataclass(frozen=True)
class Scope:
    """One clause amid its sentence."""

    words: tuple[Word, ...]
    matches: tuple[Match, ...]
    around: Surroundings
    negated_from_outside: bool
    shadowed: bool
    reported: bool
    hedged: bool
    plain: bool
    tied: bool

    def cap(self, kind: str) -> float:
        """Beside a "not" or before a "but" nothing is quite sure, and "only" is not all."""
        restricted = self.around.restricted and kind not in ("reschedule", "cancel")
        overtaken = self.words[-1].start < self.around.turn
        tied = self.tied and kind in RETURNING
        doubts = (self.shadowed, self.reported, restricted, overtaken, tied)
        return 0.7 if any(doubts) else 1.0


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
    if scope.around.question:
        return kind, Quality.ASKED, scope.cap(kind)
    weak = scope.around.conditional or scope.hedged or is_reported(scope, match)
    undone = {i for m in scope.matches if m.kind == "undo" for i in range(m.first, m.last + 1)}
    own = [word for i, word in enumerate(scope.words) if i not in undone or i >= match.first]
    negations = count_negations(own, until=len(own) - len(scope.words) + match.first)
    if negations and kind == "cancel" and {word.fold for word in own} & w.FORGETTING:
        return kind, Quality.WEAK if weak else Quality.STRONG, scope.cap(kind)
    if negations and kind == "cancel" and not scope.negated_from_outside:
        return judge_uncancelled(scope, match, weak or negations > 1)
    if negations or scope.negated_from_outside:
        return kind, Quality.NEGATED, 1.0
    doubtful = kind in RETURNING and not scope.plain
    if weak or doubtful or not is_requested(scope, match):
        return kind, Quality.WEAK, scope.cap(kind)
    return kind, Quality.STRONG, scope.cap(kind)


def judge_uncancelled(scope: Scope, match: Match, weak: bool) -> tuple[str, Quality, float]:
    """ "Do not cancel" is a wish to stay, "do not cancel before May" one for another date."""
    if scope.around.until:
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
