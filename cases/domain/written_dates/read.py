"""Find the days that a text names. One pass over its words; each looks at a few neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from cases.domain.folding import fold
from cases.domain.written_dates import words as w
from cases.domain.written_dates.calendar import PASSED, make_date
from cases.domain.written_dates.model import WrittenDate
from cases.domain.written_dates.spoken import find_spoken
from cases.domain.written_dates.tokens import Token, cut_tokens

# What lies beyond is not read; nobody names the day there.
LONGEST = 40_000
MOST = 20

_NUMERIC = re.compile(
    r"(?<![\d.,/:+-])(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<by>\s?\.\s?|/|-)(?P<b>\d{1,2})(?:(?P=by)(?P<year>\d{4}|\d{2})|(?P<dot>\.))?)"
    r"(?![\d:/-]|[.,]\d)"
)
_WORDS_BEFORE = 3
_WORDS_AFTER = 8


def writes_month_first(*, locale: str, zone: str) -> bool:
    """Is 3/4 the fourth of March to this customer? Where only "en" is known, the zone decides."""
    language, _, region = locale.replace("_", "-").partition("-")
    if language.lower() != "en":
        return False
    if region:
        return region.upper() in ("US", "PH")
    return zone.startswith(("America/", "US/", "Pacific/Honolulu"))


def read_dates(text: str, *, today: date, month_first: bool = False) -> tuple[WrittenDate, ...]:
    """The days that `text` names, in order, each read as of `today` (local date of receipt).

    A day without a year is its next one. `month_first`: 3/4 is the fourth of March. Never raises.
    """
    text = text[:LONGEST]
    found = [*_find_numeric(text, today=today, month_first=month_first)]
    tokens = cut_tokens(text)
    found += find_spoken(text, tokens, today=today)
    found += _find_soonest(text, found)
    kept = _drop_overlaps(sorted(found, key=lambda d: (d.start, -d.end)))
    return tuple(_hedge(written, tokens) for written in kept[:MOST])


def _find_numeric(text: str, *, today: date, month_first: bool) -> Iterable[WrittenDate]:
    for match in _NUMERIC.finditer(text):
        if match["y"]:
            day, month, year = int(match["d"]), int(match["m"]), int(match["y"])
            yield _settle(text, match, make_date(day, month, year, today=today), today, "")
            continue
        if not match["year"] and match["by"].strip() != "/" and not match["dot"]:
            continue  # 2.5 and 3-4 are numbers and ranges
        yield _read_pair(text, match, today=today, month_first=month_first)


def _read_pair(text: str, match: re.Match[str], *, today: date, month_first: bool) -> WrittenDate:
    """31.3. and 31/3 and 3/31: which of the two is the month?"""
    first, second = int(match["a"]), int(match["b"])
    year = int(match["year"]) if match["year"] else None
    either = first <= 12 and second <= 12 and first != second
    swapped = match["by"].strip() != "." and (second > 12 or (first <= 12 and month_first))
    day, month = (second, first) if swapped else (first, second)
    on = make_date(day, month, year, today=today)
    other = make_date(month, day, year, today=today) if either else None
    doubtful = either and match["by"].strip() != "." and on and other
    note = f"It could also mean {other:%d %B %Y}." if doubtful and other else ""
    return _settle(text, match, on, today, note)


def _settle(
    text: str, match: re.Match[str], on: date | None, today: date, note: str
) -> WrittenDate:
    if on is None:
        note = "There is no such day."
    elif on < today:
        note = PASSED
    end = match.end()
    return WrittenDate(
        start=match.start(),
        end=end,
        quote=text[match.start() : end],
        on=on,
        sure=on is not None and not note,
        note=note,
    )


def _find_soonest(text: str, found: list[WrittenDate]) -> Iterable[WrittenDate]:
    """ "As soon as possible" names no day; the agent has to know that it was asked for."""
    if found:
        return
    folded = "".join(fold(c)[:1] or " " for c in text[:2_000])
    for phrase in w.SOONEST:
        at = folded.find(phrase)
        if at >= 0:
            end = at + len(phrase)
            yield WrittenDate(
                start=at,
                end=end,
                quote=text[at:end],
                on=None,
                sure=False,
                note="They ask for the earliest day and name none.",
            )
            return


def _drop_overlaps(found: list[WrittenDate]) -> list[WrittenDate]:
    kept: list[WrittenDate] = []
    for written in found:
        if not kept or written.start >= kept[-1].end:
            kept.append(written)
    return kept


def _hedge(written: WrittenDate, tokens: list[Token]) -> WrittenDate:
    """What stands around a date can make it a bound or a guess ("not before", "or 6"), or belie
    it: "Monday, 3 March" where that is a Tuesday.
    """
    if not written.sure or written.on is None:
        return written
    low, high = 0, len(tokens)
    while low < high:  # the first token of the date
        middle = (low + high) // 2
        low, high = (middle + 1, high) if tokens[middle].start < written.start else (low, middle)
    before = [t.word for t in tokens[max(0, low - _WORDS_BEFORE) : low]]
    hedges = [word for word in before if word in w.HEDGES]
    numbers = [word for word in before if word != "."][-2:]
    days = [w.WEEKDAYS[word] - 1 for word in before if word in w.WEEKDAYS]
    after = [t.word for t in tokens[low : low + _WORDS_AFTER] if t.start >= written.end]
    if hedges:
        note = f"They say “{hedges[0]}” before it."
    elif len(numbers) > 1 and numbers[0][:1].isdigit() and numbers[1] in w.FURTHER:
        note = f"They say “{' '.join(numbers)}” before it."
    elif days and days[-1] != written.on.weekday():
        note = f"That day is a {written.on:%A}."
    elif len(after) > 1 and after[0] in w.FURTHER and after[1][:1].isdigit():
        note = f"They say “{after[0]} {after[1]}” after it."
    else:
        return written
    return replace(written, sure=False, note=note)
