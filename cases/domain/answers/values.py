"""From the customer's words to what the desk notes: a date, a yes or no, a choice, plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from cases.domain.answers import words as w
from cases.domain.answers.lines import words_of
from cases.domain.answers.model import Asked
from cases.domain.folding import fold
from cases.domain.written_dates import read_dates

LONGEST = 2_000
# "31.3": in prose that may be a number, in a date's slot it is the day.
_SHORT_DATE = re.compile(r"\d{1,2}\.\s?\d{1,2}")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_PLAIN = 8  # words: an answer this short says nothing beside itself


@dataclass(frozen=True, kw_only=True)
class Value:
    """`text` as the desk notes it, "" when it could not be read; `note` says what is unsure."""

    text: str
    note: str = ""

    @property
    def sure(self) -> bool:
        return bool(self.text) and not self.note


def read_value(asked: Asked, said: str, *, today: date, month_first: bool) -> Value:
    """What `said` (the customer's words alone) means as an answer to the question."""
    said = said.strip()[:LONGEST]
    folded = " ".join(fold(word) for word in said.replace("’", "'").split())
    if any(f" {phrase}" in f" {folded}" for phrase in w.UNDECIDED):
        return Value(text="" if asked.kind != "text" else said, note="They do not say yet.")
    if asked.kind == "date":
        return _read_date(said, today=today, month_first=month_first)
    if asked.kind == "yes_no":
        return _read_yes_no(said)
    if asked.kind == "choice":
        return _read_choice(asked, said)
    return Value(text="; ".join(line.strip() for line in said.splitlines() if line.strip()))


def _read_date(said: str, *, today: date, month_first: bool) -> Value:
    found = read_dates(said, today=today, month_first=month_first)
    if not found and _SHORT_DATE.fullmatch(said.strip(" .")):
        found = read_dates(said.strip(" .") + ".", today=today, month_first=month_first)
    days = {written.on for written in found if written.on}
    if not days:
        return Value(text="", note=found[0].note if found else "No day could be read.")
    if len(days) > 1:
        named = " and ".join(f"{day:%d %B %Y}" for day in sorted(days)[:3])
        return Value(text="", note=f"They name several days: {named}.")
    note = next((written.note for written in found if written.note), "")
    return Value(text=days.pop().isoformat(), note=note)


def _read_yes_no(said: str) -> Value:
    folded = [
        fold(word) for word in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", said.replace("’", "'"))
    ]
    yes, no = any(word in w.YES for word in folded), any(word in w.NO for word in folded)
    first = next((word for word in folded if word in w.YES | w.NO), "")
    if not first:
        return Value(text="", note="Neither yes nor no could be read.")
    if any(word in w.BUT for word in folded) or "?" in said:
        return Value(text=_flatten(said), note="They say more than yes or no.")
    answer = "Yes" if first in w.YES else "No"
    if folded[0] != first or (yes and no and first in w.YES):
        return Value(text=answer, note="It is not a plain yes or no.")
    if len(folded) > _PLAIN:
        return Value(text=_flatten(said), note="They say more than yes or no.")
    return Value(text=answer)


def _read_choice(asked: Asked, said: str) -> Value:
    spoken = " ".join(words_of(said))
    exact = [c for c in asked.choices if " ".join(words_of(c)) == spoken]
    if exact:
        return Value(text=exact[0])
    named = [c for c in asked.choices if f" {' '.join(words_of(c))} " in f" {spoken} "]
    if len(named) == 1:
        longer = len(words_of(said)) - len(words_of(named[0])) > 3
        return Value(text=named[0], note="They say more than the choice." if longer else "")
    if len(named) > 1:
        return Value(text="", note="They name several of the choices.")
    part = [c for c in asked.choices if len(spoken) >= 4 and spoken in " ".join(words_of(c))]
    if len(part) == 1:
        return Value(text=part[0], note="It is not quite one of the choices.")
    return Value(text="", note="It is none of the choices.")


def _flatten(said: str) -> str:
    return " ".join(said.split())
