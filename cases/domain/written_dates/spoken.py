"""Days in words: "31 March", "end of next month", "next Friday", "in two weeks"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from cases.domain.written_dates import words as w
from cases.domain.written_dates.calendar import (
    PASSED,
    add_months,
    end_of,
    end_of_month,
    make_date,
    next_weekday,
)
from cases.domain.written_dates.model import WrittenDate
from cases.domain.written_dates.tokens import Token

_LOOK_BACK = 6
NO_DAY = "They name a month and no day."


class _Place:
    """A token amid its neighbours, and the making of what was found there."""

    def __init__(self, text: str, tokens: list[Token], at: int, today: date) -> None:
        self.text, self.tokens, self.at, self.today = text, tokens, at, today

    def word(self, offset: int) -> str:
        at = self.at + offset
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def number(self, offset: int) -> int | None:
        at = self.at + offset
        return self.tokens[at].number if 0 <= at < len(self.tokens) else None

    def touches(self, offset: int) -> bool:
        """Does the token at `offset` follow the one before it without a blank?"""
        at = self.at + offset
        return 0 < at < len(self.tokens) and self.tokens[at - 1].end == self.tokens[at].start

    def make(
        self, first: int, last: int, on: date | None, *, note: str = "", sure: bool = True
    ) -> WrittenDate:
        start, end = self.tokens[self.at + first].start, self.tokens[self.at + last].end
        if on is None:
            note = note or "There is no such day."
        elif on < self.today:
            note = PASSED
        return WrittenDate(
            start=start,
            end=end,
            quote=self.text[start:end],
            on=on,
            sure=sure and on is not None and not note,
            note=note,
        )


def find_spoken(text: str, tokens: list[Token], *, today: date) -> Iterator[WrittenDate]:
    """Every day that words name, longer readings beside shorter ones."""
    for at, token in enumerate(tokens):
        if token.number is not None:
            continue
        for reader in _readers_of(token.word):
            if found := reader(_Place(text, tokens, at, today)):
                yield found
                break


def _readers_of(word: str) -> Iterator[Callable[[_Place], WrittenDate | None]]:
    if word in w.MONTHS:
        yield _read_month
    if word in w.WEEKDAYS:
        yield _read_weekday
    if word in w.UNITS:
        yield _read_span
        yield _read_end_of_unit
    if word in w.WHOLE:
        yield _read_whole
    if word in w.TODAY or word in w.TOMORROW or word in w.AFTER_TOMORROW:
        yield _read_near_day


def _read_month(place: _Place) -> WrittenDate | None:
    month = w.MONTHS[place.word(0)]
    last, year = _read_year(place, 0)
    if (day := _read_day_before(place)) is not None:
        number, first = day
        return place.make(first, last, make_date(number, month, year, today=place.today))
    if (after := _read_day_after(place)) is not None:
        number, last = after
        last, year = _read_year(place, last)
        return place.make(0, last, make_date(number, month, year, today=place.today))
    return _read_part_of_month(place, month, year, last)


def _read_day_before(place: _Place) -> tuple[int, int] | None:
    """The day and its offset, as in "31 March", "31. März", "31st of March", "31 de marzo"."""
    offset = -1
    for skip in (w.words(". -"), w.words("of de d' -"), w.ORDINALS | w.words(". the")):
        if place.number(offset) is None and place.word(offset) in skip:
            offset -= 1
    number = place.number(offset)
    if number is None or not 1 <= number <= 31 or place.word(offset - 1) in ("/", "-"):
        return None
    if place.word(offset - 1) == "." and place.number(offset - 2) is not None:
        return None
    return number, offset


def _read_day_after(place: _Place) -> tuple[int, int] | None:
    """The day and the last offset of it, as in "March 31st", "Mar. 31"."""
    offset = 1
    while place.word(offset) in (".", "the") and offset < 3:
        offset += 1
    number = place.number(offset)
    if number is None or not 1 <= number <= 31:
        return None
    if place.word(offset + 1) in w.ORDINALS and place.touches(offset + 1):
        offset += 1
    return number, offset


def _read_year(place: _Place, last: int) -> tuple[int, int | None]:
    """The last offset and the year that follows offset `last`, as in "March, 2027", "de 2027"."""
    offset = last + 1
    while place.word(offset) in (",", ".", "de", "del", "of") and offset < last + 3:
        offset += 1
    number = place.number(offset)
    if number is not None and 1990 <= number <= 2199:
        return offset, number
    return last, None


def _read_part(place: _Place) -> tuple[str, int, int]:
    """ "end", "start", "middle" or "", its offset, and how many periods ahead "next" says."""
    ahead = 0
    for offset in range(-1, -_LOOK_BACK, -1):
        word = place.word(offset)
        if word in w.PARTS:
            return w.PARTS[word], offset, ahead
        ahead = ahead or int(word in w.NEXT)
        if word not in w.FILLERS and word not in (".", "-"):
            break
    return "", 0, ahead


def _read_part_of_month(
    place: _Place, month: int, year: int | None, last: int
) -> WrittenDate | None:
    part, first, _ = _read_part(place)
    named = year is not None or place.word(-1) in w.INTO
    if not part and not named and place.word(0) in w.DOUBTFUL_MONTHS:
        return None
    base = make_date(1, month, year, today=place.today.replace(day=1))
    if base is None:
        return None
    if part == "start":
        return place.make(first, last, base, note="They say “beginning”: the 1st?")
    if part == "middle":
        return place.make(first, last, base.replace(day=15), note="They say “middle”: the 15th?")
    return place.make(
        first, last, end_of_month(base.year, base.month), note="" if part == "end" else NO_DAY
    )


def _read_weekday(place: _Place) -> WrittenDate | None:
    word = place.word(0)
    following = [place.word(n) in w.MONTHS or place.number(n) is not None for n in (1, 2, 3)]
    if any(following[:2]) or (following[2] and place.word(1) in (",", "the", "den", "el", "le")):
        return None  # "Friday, 26 March": the date itself is read
    before, after = place.word(-1), place.word(1)
    doubly = before in w.NEXT or after in w.NEXT_AFTER or place.word(2) == "viene"
    if word in w.DOUBTFUL_WEEKDAYS and not doubly and before not in ("on", "this", "by", "until"):
        return None
    on = next_weekday(w.WEEKDAYS[word], today=place.today)
    note = f"Or the one after it, {on + timedelta(days=7):%d %B %Y}?" if doubly else ""
    first = -1 if before in w.NEXT or before in w.FILLERS else 0
    return place.make(first, 1 if after in w.NEXT_AFTER else 0, on, note=note)


def _read_span(place: _Place) -> WrittenDate | None:
    """ "In two weeks", "dans 30 jours", "dentro de tres meses"."""
    count = place.number(-1)
    if count is None:
        count = w.COUNTS.get(place.word(-1))
    offset = -3 if place.word(-2) == "de" else -2
    if count is None or count > 1_000 or place.word(offset) not in w.AHEAD:
        return None
    unit = w.UNITS[place.word(0)]
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        on = place.today + timedelta(days=count * (7 if unit == "week" else 1))
    else:
        on = add_months(place.today, min(count, 120) * months)
    return place.make(offset, 0, on)


def _read_end_of_unit(place: _Place) -> WrittenDate | None:
    """ "End of the month", "Ende nächsten Monats", "fin de año"."""
    unit = w.UNITS[place.word(0)]
    part, first, ahead = _read_part(place)
    if part != "end" or unit == "day":
        return None
    last = 0
    if place.word(1) in w.NEXT_AFTER or (place.word(1) == "que" and place.word(2) == "viene"):
        ahead, last = 1, 1
    on = end_of(unit, today=place.today, ahead=ahead)
    return place.make(first, last, on, note="They say “end of the week”." if unit == "week" else "")


def _read_whole(place: _Place) -> WrittenDate | None:
    return place.make(0, 0, end_of(w.WHOLE[place.word(0)], today=place.today))


def _read_near_day(place: _Place) -> WrittenDate | None:
    word, before = place.word(0), place.word(-1)
    if word in w.TODAY:
        return place.make(0, 0, place.today)
    if word in w.AFTER_TOMORROW or before == "pasado":
        return place.make(0, 0, place.today + timedelta(days=2))
    if before in ("after",) and place.word(-2) == "day":
        return place.make(-2, 0, place.today + timedelta(days=2))
    if before in w.NOT_TOMORROW or before in w.TODAY:
        return None
    return place.make(0, 0, place.today + timedelta(days=1))
