"""Read what an email asks for: find signals, weigh what surrounds them, decide by phase."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from cases.domain.folding import fold
from cases.domain.intent import words as w
from cases.domain.intent.languages import LEXICONS
from cases.domain.intent.lexicon import Lexicon
from cases.domain.intent.model import Evidence, Intent, Kind
from cases.domain.intent.signals import Quality, Reading, Signal, read_sentences
from cases.domain.intent.text import (
    LONGEST,
    SIGNATURE,
    Sentence,
    blank_quotes,
    is_suspicious,
    split_sentences,
)
from cases.domain.written_dates import read_dates

# Never enough to act on without a person.
ASK_A_PERSON = 0.7
COMING_BACK = frozenset({"restore", "undo", "stay", "keep", "hold"})
# Amid answers even a hint at staying goes to a person; "we keep two numbers" is an answer.
HINTS = frozenset({"stay", "undo", "restore"})
MOVING = frozenset({"reschedule"})
ENDING = frozenset({"cancel"})
# How sure each signal is of a return, by where the case stands.
SURE: dict[str, dict[str, float]] = {
    "before": {"undo": 0.95, "stay": 0.95, "keep": 0.7, "hold": 0.7, "restore": 0.7},
    "questions": {"undo": 0.95, "stay": 0.9, "hold": 0.7, "restore": 0.6},
    "grace": {"restore": 0.95, "undo": 0.95, "stay": 0.7, "keep": 0.6, "hold": 0.6},
    "after": {"restore": 0.95, "undo": 0.95, "stay": 0.7, "keep": 0.6, "hold": 0.6},
}
SURE_OF_MOVING = {"before": 0.9, "questions": 0.85, "grace": 0.6, "after": 0.5}


def read_intent(
    text: str,
    *,
    locale: str = "en",
    phase: str = "before",
    today: date | None = None,
    month_first: bool = False,
    names: Collection[str] = (),
    questions: Collection[str] = (),
) -> Intent:
    """What the sender of `text` wants, given where the case stands.

    `phase`: before (the date), questions (we wait for answers), grace, or after. `locale` is the
    customer's; the text's own language wins. Nothing that is negated, asked, quoted, reported or
    conditional makes a clear yes. Time is linear in the text. Raises `KeyError` for another phase.
    With `today` (the local date of receipt) the day that they wish for is read too; `month_first`
    as for `read_dates`. `names` are the customer's and those of what the case covers as a whole: to
    name them changes no wish. `questions` are ours: an answer may repeat them.
    """
    sure = SURE[phase]
    sentences = split_sentences(text, names)
    main = detect_language(sentences, locale)
    reading = read_sentences(sentences, main)
    cap = 0.75 if is_suspicious(text) else 1.0
    if not reading.signals:
        for lexicon in LEXICONS.values():
            other = read_sentences(sentences, lexicon) if lexicon is not main else reading
            if other.signals:
                reading, cap = other, min(cap, 0.75)
                break
    kind, confidence, decisive = decide(reading, sentences, main, text, phase, sure)
    if kind in (Kind.RESTORE, Kind.WITHDRAW, Kind.RESCHEDULE):
        confidence = min(confidence, reading.cap)
    beside = find_beside(text, sentences, questions) if kind is Kind.ANSWER else []
    wished = read_wish(text, decisive, today, month_first) if kind is Kind.RESCHEDULE else None
    return Intent(
        kind=kind,
        confidence=round(min(confidence, cap), 2),
        evidence=quote(text, decisive),
        language=main.code,
        wished_on=wished,
        beside=quote(text, beside),
    )


def read_wish(
    text: str, decisive: list[Signal | Sentence], today: date | None, month_first: bool
) -> date | None:
    """The one day named in the sentences that ask for another date, or else in the whole text."""
    if today is None:
        return None
    own = blank_quotes(text[:LONGEST])
    for part in (*dict.fromkeys(own[s.start : s.end] for s in decisive), own):
        found = read_dates(part, today=today, month_first=month_first)
        days = {written.on for written in found}
        if len(days) == 1 and all(written.sure for written in found):
            return days.pop()
        if days:
            return None
    return None


def decide(
    reading: Reading,
    sentences: list[Sentence],
    main: Lexicon,
    text: str,
    phase: str,
    sure: dict[str, float],
) -> tuple[Kind, float, list[Signal | Sentence]]:
    """Kind, confidence and what decided."""
    signals = [s for s in reading.signals if s.kind in sure or s.kind in MOVING | ENDING]
    strong = [s for s in signals if s.quality is Quality.STRONG]
    back = [s for s in strong if s.kind in COMING_BACK]
    moving = [s for s in strong if s.kind in MOVING]
    ending = [s for s in strong if s.kind in ENDING]
    negated = [s for s in signals if s.quality is Quality.NEGATED and s.kind not in ENDING]
    if (back and (moving or ending)) or (negated and (back or moving)):
        return Kind.UNCLEAR, 0.4, [*back, *moving, *ending, *negated]
    if back:
        kind = Kind.RESTORE if phase in ("grace", "after") else Kind.WITHDRAW
        confidence = min(max(sure[s.kind] for s in back), min(s.cap for s in back))
        beside = [s for s in signals if s.kind not in COMING_BACK or s.quality is not Quality.WEAK]
        return kind, min(confidence, doubt(beside, sentences)), list(back)
    if moving:
        confidence = min(SURE_OF_MOVING[phase], min(s.cap for s in moving))
        return Kind.RESCHEDULE, min(confidence, doubt(signals, sentences)), list(moving)
    if phase == "questions":
        hinted = [s for s in signals if s.kind in HINTS and s.quality is not Quality.NEGATED]
        if hinted:
            return Kind.WITHDRAW, 0.6, list(hinted)
        return read_answer(reading, sentences, main, text)
    if any(s.quality is Quality.ASKED for s in signals):
        return Kind.QUESTION, 0.8, [s for s in signals if s.quality is Quality.ASKED]
    if signals:
        return Kind.UNCLEAR, 0.5, list(signals)
    if is_thanks(drop_praise(sentences, main), main, text):
        return Kind.THANKS, 0.9, list(sentences[:1])
    asked = [s for s in sentences if s.asks]
    if asked:
        return Kind.QUESTION, 0.8, list(asked)
    return Kind.UNCLEAR, 0.3 if sentences else 0.0, list(sentences[:1])


def doubt(signals: Iterable[Signal], sentences: list[Sentence]) -> float:
    """How sure a yes can be beside everything else that is said."""
    if any(sentence.asks for sentence in sentences):
        return ASK_A_PERSON
    if any(s.quality is not Quality.STRONG for s in signals):
        return 0.75
    return 1.0


def read_answer(
    reading: Reading, sentences: list[Sentence], main: Lexicon, text: str
) -> tuple[Kind, float, list[Signal | Sentence]]:
    """While we wait for answers, whatever says something is one."""
    if not sentences:
        return Kind.UNCLEAR, 0.0, []
    if not reading.signals and is_thanks(sentences, main, text):
        return Kind.THANKS, 0.9, list(sentences[:1])
    if reading.later:
        return Kind.UNCLEAR, 0.5, list(reading.later)
    asked = [s for s in sentences if s.asks]
    told = [s for s in sentences if not s.asks and says_something(s, main)]
    if asked and not told:
        return Kind.QUESTION, 0.85, list(asked)
    if not told:
        return Kind.UNCLEAR, 0.3, list(sentences[:1])
    more = asked or [s for s in told if is_further_request(s)]
    return Kind.ANSWER, 0.6 if more else 0.9, list(told)


def find_beside(
    text: str, sentences: list[Sentence], questions: Collection[str]
) -> list[Signal | Sentence]:
    """What an answer asks for besides: a question that is not ours, or "please also"."""
    ours = [fold(question) for question in questions]
    return [
        s
        for s in sentences
        if is_further_request(s) or (s.asks and not is_ours(fold(text[s.start : s.end]), ours))
    ]


def is_ours(asked: str, ours: list[str]) -> bool:
    """Does this repeat a question of ours, as it is or wrapped?"""
    core = " ".join(asked.split()).strip(" ?.:")
    return any(core in " ".join(question.split()) for question in ours)


def is_further_request(sentence: Sentence) -> bool:
    """A request that says itself that it is another one."""
    folds = {word.fold for word in sentence.words}
    return not w.REQUESTS.isdisjoint(folds) and not w.FURTHER.isdisjoint(folds)


def says_something(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Is there a word beyond courtesy? A bare yes or no says something."""
    return any(word.fold not in lexicon.courtesy for word in sentence.words)


def is_thanks(sentences: list[Sentence], lexicon: Lexicon, text: str) -> bool:
    """Nothing but thanks, courtesy and a name."""
    thanked = signing = False
    names = 0
    signed_at = find_signature(text)
    for sentence in sentences:
        if sentence.asks:
            return False
        for word in sentence.words:
            signing = signing or word.start >= signed_at
            if word.fold in lexicon.thanks:
                thanked = True
            elif w.is_negation(word.fold) or word.fold in w.MORE_THAN_THANKS | w.TROUBLE:
                return False
            elif word.fold in lexicon.topics and word.fold not in lexicon.courtesy:
                return False  # a German noun has a capital like a name
            elif word.fold not in lexicon.courtesy:
                names += 1
                if not (signing or text[word.start].isupper()):
                    return False
            signing = signing or (thanked and word.fold in w.CLOSINGS)
    return thanked and names <= (24 if signing else 6)


def drop_praise(sentences: list[Sentence], lexicon: Lexicon) -> list[Sentence]:
    """The sentences without the clauses that only say that all went well.

    Every word of such a clause has to be known, and praise or thanks has to be among them: "that
    went smoothly", "for the quick porting"; not "the old number", not "a problem".
    """
    harmless = lexicon.courtesy | lexicon.praise | lexicon.topics
    left = []
    for sentence in sentences:
        clauses = []
        for clause in sentence.clauses:
            folds = [word.fold for word in clause.words]
            praised = bool((lexicon.praise | lexicon.thanks).intersection(folds))
            if praised and harmless.issuperset(folds) and not is_trouble(folds):
                if lexicon.thanks.intersection(folds):
                    thanks = tuple(word for word in clause.words if word.fold in lexicon.thanks)
                    clauses.append(replace(clause, words=thanks))
            else:
                clauses.append(clause)
        if clauses:
            left.append(replace(sentence, clauses=tuple(clauses)))
    return left


def is_trouble(folds: list[str]) -> bool:
    """A "no" that denies anything but trouble, or trouble that no "no" denies."""
    for at, word in enumerate(folds):
        if word in w.TROUBLE and not w.NO_TROUBLE.intersection(folds[max(0, at - 3) : at]):
            return True
        denies = w.is_negation(word) or word in w.NO_TROUBLE
        if denies and not w.TROUBLE.intersection(folds[at + 1 : at + 4]):
            return True
    return any(word in w.MORE_THAN_THANKS for word in folds)


def find_signature(text: str) -> int:
    """Where a signature begins: at its mark, or at a last block of short lines under a name."""
    rule = SIGNATURE.search(text)
    if rule:
        return rule.start()
    body = text.rstrip()
    at = body.rfind("\n\n", 0, LONGEST)
    lines = body[at + 2 :].split("\n") if at > 0 else []
    if not 2 <= len(lines) <= 7 or any(len(line) > 48 or line[-1:] in ".!?" for line in lines):
        return len(text)
    name = lines[0].split()
    if 1 <= len(name) <= 4 and all(part[:1].isupper() for part in name):
        return at
    return len(text)


def detect_language(sentences: list[Sentence], locale: str) -> Lexicon:
    """The language with the most frequent words in the text; the customer's breaks a tie."""
    words = [word.fold for sentence in sentences[:60] for word in sentence.words[:60]][:600]
    home = fold(locale)[:2]
    scores = {
        code: sum(word in lexicon.stop for word in words) + (0.5 if code == home else 0)
        for code, lexicon in LEXICONS.items()
    }
    best = max(scores, key=lambda code: scores[code])
    return LEXICONS[best if scores[best] else "en"]


def quote(text: str, decisive: list[Signal | Sentence]) -> tuple[Evidence, ...]:
    """At most three places, in order, without doubles."""
    spans = dict.fromkeys((found.start, found.end) for found in decisive[:6])
    return tuple(
        Evidence(start=start, end=end, quote=text[start:end]) for start, end in sorted(spans)[:3]
    )
