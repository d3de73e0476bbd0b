"""Read a reply into the questions it answers, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from cases.domain.answers import words as w
from cases.domain.answers.form import Filled, read_form
from cases.domain.answers.lines import MOST_LINES, Line, Ours, cut_lines, words_of
from cases.domain.answers.model import Asked, Suggestion
from cases.domain.answers.values import Value, read_value
from cases.domain.folding import fold
from cases.domain.written_dates import read_dates

LONGEST_QUOTE = 500
# Only so short a text is nothing but the answer.
_FEW_WORDS = 12


def read_answers(
    body: str,
    questions: Sequence[Asked],
    *,
    new_text: str = "",
    sent: Iterable[str] = (),
    today: date,
    month_first: bool = False,
) -> tuple[Suggestion, ...]:
    """What this reply says to the open `questions`, in their order. Linear; never raises.

    `body`: the mail's whole text, for the form may be filled in where it was quoted. `new_text`:
    the sender's own words, "" when they cannot be told from the history; only these are read
    outside the form. `sent`: the emails that asked. `today`: the local date of receipt.
    """
    sent = tuple(sent)
    filled, taken = read_form(body, questions, sent=sent)
    found = {
        question.number: _from_slot(question, filled[question.number], today, month_first)
        for question in questions
        if question.number in filled
    }
    left = [question for question in questions if question.number not in found]
    if left and new_text.strip():
        lines = _own_lines(body, new_text, taken, Ours(sent))
        for suggestion in _from_words(left, lines, len(questions), today, month_first):
            found[suggestion.number] = suggestion
    return tuple(found[question.number] for question in questions if question.number in found)


def _from_slot(asked: Asked, filled: Filled, today: date, month_first: bool) -> Suggestion:
    value = read_value(asked, filled.text, today=today, month_first=month_first)
    if filled.again and not value.note:
        value = Value(text=value.text, note="Elsewhere in this email they answer it differently.")
    if len(filled.ticked) > 1:
        value = Value(text="", note="They put an x to several of the choices.")
    return _suggest(asked, value, filled.text, filled.line, sure=value.sure)


def _suggest(asked: Asked, value: Value, quote: str, line: int, *, sure: bool) -> Suggestion:
    return Suggestion(
        number=asked.number,
        value=value.text,
        quote=quote[:LONGEST_QUOTE],
        line=line + 1,
        sure=sure,
        note=value.note,
    )


def _own_lines(body: str, new_text: str, taken: set[int], ours: Ours) -> list[Line]:
    """The sender's own lines that no slot took, without greeting, farewell and our words."""
    wanted = {" ".join(line.split()) for line in new_text.split("\n", MOST_LINES)[:MOST_LINES]}
    lines: list[Line] = []
    for line in cut_lines(body):
        if line.is_blank or line.at in taken or line.depth or ours.holds(line):
            continue
        if " ".join(line.text.split()) not in wanted:
            continue
        folded = fold(line.text[:60])
        if not lines and folded.startswith(w.GREETINGS) and len(words_of(line.text)) <= 5:
            continue
        if folded.startswith(w.CLOSINGS):
            break
        lines.append(line)
    return lines


def _from_words(
    left: list[Asked], lines: list[Line], asked_in_all: int, today: date, month_first: bool
) -> list[Suggestion]:
    """Answers outside the form: only where one question alone can be meant."""
    if not lines:
        return []
    said = "\n".join(line.text for line in lines)
    only = asked_in_all == 1 and len(words_of(said)) <= _FEW_WORDS
    found = []
    for kind, reader in (("date", _find_date_line), ("yes_no", _find_yes_line)):
        of_kind = [question for question in left if question.kind == kind]
        place = reader(lines, today, month_first) if len(of_kind) == 1 else None
        if place is not None:
            value = read_value(of_kind[0], place.text, today=today, month_first=month_first)
            sure = only and value.sure
            found.append(_suggest(of_kind[0], value, place.text, place.at, sure=sure))
    found += _find_choices(left, lines, only, today, month_first)
    if asked_in_all == 1 and left[0].kind == "text":
        value = read_value(left[0], said, today=today, month_first=month_first)
        found.append(_suggest(left[0], value, said, lines[0].at, sure=only and value.sure))
    return found


def _find_date_line(lines: list[Line], today: date, month_first: bool) -> Line | None:
    """The one line that names days."""
    named = [line for line in lines if read_dates(line.text, today=today, month_first=month_first)]
    return named[0] if len(named) == 1 else None


def _find_yes_line(lines: list[Line], _today: date, _month_first: bool) -> Line | None:
    """The one line that opens with a yes or a no."""
    opening = []
    for line in lines:
        first = words_of(line.text)[:1]
        if first and first[0] in (w.YES | w.NO) - {"x", "not", "none", "nicht"}:
            opening.append(line)
    return opening[0] if len(opening) == 1 else None


def _find_choices(
    left: list[Asked], lines: list[Line], only: bool, today: date, month_first: bool
) -> list[Suggestion]:
    found = []
    for question in left:
        for line in lines:
            spoken = f" {' '.join(words_of(line.text))} "
            named = [c for c in question.choices if f" {' '.join(words_of(c))} " in spoken]
            if len(named) == 1:
                value = read_value(question, line.text, today=today, month_first=month_first)
                sure = only and value.sure
                found.append(_suggest(question, value, line.text, line.at, sure=sure))
                break
    return found
