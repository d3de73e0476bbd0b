"""Dates as people write them, in four languages."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.written_dates import read_dates, writes_month_first
from tests.cases.domain.strategies import CALM

RECEIVED = date(2026, 11, 18)  # a Wednesday

SURE = """
31.3. | 2027-03-31
31.03.2027 | 2027-03-31
31. 3. 2027 | 2027-03-31
26.3.27 | 2027-03-26
3/31 | 2027-03-31
31/3/2027 | 2027-03-31
2027-03-31 | 2027-03-31
12/31/2026 | 2026-12-31
5/5 | 2027-05-05
31 March | 2027-03-31
31 March 2027 | 2027-03-31
March 31st, 2027 | 2027-03-31
the 31st of March | 2027-03-31
Dec. 24 | 2026-12-24
31. März | 2027-03-31
1. Dezember 2026 | 2026-12-01
le 31 mars 2027 | 2027-03-31
1er avril | 2027-04-01
15 décembre | 2026-12-15
31 de marzo de 2027 | 2027-03-31
el 1 de enero | 2027-01-01
end of March | 2027-03-31
end of March 2028 | 2028-03-31
the last day of February 2028 | 2028-02-29
Ende Februar | 2027-02-28
fin mars | 2027-03-31
fin de marzo | 2027-03-31
a finales de marzo | 2027-03-31
at the end of the month | 2026-11-30
end of next month | 2026-12-31
zum Monatsende | 2026-11-30
Ende nächsten Monats | 2026-12-31
fin du mois | 2026-11-30
fin du mois prochain | 2026-12-31
a fin de mes | 2026-11-30
Jahresende | 2026-12-31
fin de l'année | 2026-12-31
end of the quarter | 2026-12-31
on Friday | 2026-11-20
this Wednesday | 2026-11-25
am Freitag | 2026-11-20
vendredi | 2026-11-20
el viernes | 2026-11-20
Friday, 26 March 2027 | 2027-03-26
Freitag, den 26. März 2027 | 2027-03-26
miércoles 31 de marzo de 2027 | 2027-03-31
April 5 at 10 am | 2027-04-05
tomorrow | 2026-11-19
morgen | 2026-11-19
übermorgen | 2026-11-20
the day after tomorrow | 2026-11-20
demain | 2026-11-19
pasado mañana | 2026-11-20
heute | 2026-11-18
aujourd’hui | 2026-11-18
in 30 days | 2026-12-18
in two weeks | 2026-12-02
in einem Monat | 2026-12-18
dans 30 jours | 2026-12-18
dentro de tres meses | 2027-02-18
29 February | 2028-02-29
"""
UNSURE = """
3/4 | 2027-03-04 | It could also mean 03 April 2027.
next Friday | 2026-11-20 | Or the one after it, 27 November 2026?
nächsten Freitag | 2026-11-20 | Or the one after it, 27 November 2026?
vendredi prochain | 2026-11-20 | Or the one after it, 27 November 2026?
el próximo viernes | 2026-11-20 | Or the one after it, 27 November 2026?
not before 31 March | 2027-03-31 | They say “not” before it.
nicht vor dem 31.3. | 2027-03-31 | They say “nicht” before it.
around 5 May | 2027-05-05 | They say “around” before it.
in March | 2027-03-31 | They name a month and no day.
im Mai | 2027-05-31 | They name a month and no day.
Monday, 31 March 2027 | 2027-03-31 | That day is a Wednesday.
Montag, den 31.3.2027 | 2027-03-31 | That day is a Wednesday.
lundi 31 mars 2027 | 2027-03-31 | That day is a Wednesday.
April 5 or 6 | 2027-04-05 | They say “or 6” after it.
April 5-7 | 2027-04-05 | They say “- 7” after it.
5. bis 7. April | 2027-04-07 | They say “5 bis” before it.
mid-January | 2027-01-15 | They say “middle”: the 15th?
Anfang Juni | 2027-06-01 | They say “beginning”: the 1st?
1 March 2020 | 2020-03-01 | This day has passed.
30 February 2027 | | There is no such day.
31.4. | | There is no such day.
as soon as possible | | They ask for the earliest day and name none.
so bald wie möglich | | They ask for the earliest day and name none.
"""
NONE = """
We may call 5 people.
Guten Morgen
por la mañana
It takes 2.5 hours at 10:30.
Call 030 1234-5678 or +1 312 555 0143.
Version 1.2.3 on 10.0.0.1
Extensions 12-15 and 20/21/22/23
sun and fun
March on!
31
"""


def rows(table):
    return [tuple(part.strip() for part in row.split("|")) for row in table.strip().splitlines()]


def read(text):
    return read_dates(text, today=RECEIVED, month_first=True)


@pytest.mark.parametrize(("text", "on"), rows(SURE))
def test_a_plain_date_is_read_surely(text, on):
    for said in (text, f"Please end it {text}.", f"{text}, please"):
        [written] = read(said)
        assert (written.on, written.sure, written.note) == (date.fromisoformat(on), True, "")
        assert written.quote == said[written.start : written.end]


@pytest.mark.parametrize(("text", "on", "note"), rows(UNSURE))
def test_what_could_be_meant_otherwise_says_so(text, on, note):
    [written] = read(text)
    assert (written.on and written.on.isoformat()) == (on or None)
    assert (written.sure, written.note) == (False, note)


@pytest.mark.parametrize("text", NONE.strip().splitlines())
def test_what_names_no_day(text):
    assert read(text) == ()


def test_the_customers_order_decides():
    [european] = read_dates("3/4/2027", today=RECEIVED)
    assert european.on == date(2027, 4, 3)
    assert writes_month_first(locale="en-US", zone="Europe/Berlin")
    assert writes_month_first(locale="en", zone="America/Chicago")
    assert not writes_month_first(locale="en-GB", zone="America/Chicago")
    assert not writes_month_first(locale="de", zone="America/Chicago")


def test_several_days_come_in_their_order():
    found = read("Either 31 March or 30.4.2027, not Friday.")
    assert [w.on for w in found] == [date(2027, 3, 31), date(2027, 4, 30), date(2026, 11, 20)]


@CALM
@given(st.text(st.sampled_from("0123456789./- ,\nmarchendoftheé31stñin twoweks"), max_size=200))
def test_any_text_is_read_without_error(text):
    for written in read(text):
        assert written.quote == text[written.start : written.end]
        assert written.on or not written.sure


@pytest.mark.threat(30)
@pytest.mark.parametrize(
    "unit", ["1", "1.", "1/", "31.3.", "march ", "end of ", "1 march ", "next ", "in two ", "de "]
)
def test_a_megabyte_is_read_within_a_second(unit):
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    read(text)
    assert time.process_time() - started < 1
