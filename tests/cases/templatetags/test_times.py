"""Instants in words, in the reader's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.templatetags._times import (
    draw_time,
    name_city,
    write_date,
    write_instant,
    write_span,
)

NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)  # Saturday 14:30 in Chicago
CHICAGO = "America/Chicago"


def write(instant: datetime, form: str, now: datetime = NOW) -> str:
    there = instant.astimezone(ZoneInfo(CHICAGO))
    return write_instant(there, form=form, zone=CHICAGO, now=now)


SMART = [
    (timedelta(seconds=20), "just now"),
    (timedelta(minutes=-12), "12 min ago"),
    (timedelta(minutes=40), "in 40 min"),
    (timedelta(hours=-3), "today 11:30"),
    (timedelta(days=-1), "yesterday 14:30"),
    (timedelta(hours=12), "tomorrow 02:30"),
    (timedelta(days=-30), "Thu 22 Oct 15:30"),
    (timedelta(days=60), "Wed 20 Jan 2027 14:30"),
]


@pytest.mark.parametrize(("away", "words"), SMART)
def test_smart_says_what_a_person_would(away, words):
    assert write(NOW + away, "smart") == words


@pytest.mark.parametrize(
    ("form", "away", "words"),
    [
        ("in", timedelta(days=3), "in 3 d"),
        ("in", timedelta(days=-2), "2 d ago"),
        ("in", timedelta(hours=5), "in 5 h"),
        ("short", timedelta(minutes=-38), "38 min"),
        ("short", timedelta(days=-18), "18 d"),
        ("date", timedelta(days=1), "Sun 22 Nov"),
        ("time", timedelta(hours=1), "15:30"),
        ("full", timedelta(0), "Sat 21 Nov 2026, 14:30 Chicago"),
    ],
)
def test_other_forms(form, away, words):
    assert write(NOW + away, form) == words


def test_a_deadline_counts_days_of_the_calendar_once_it_is_a_day_away():
    late = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)  # 17:00 in Chicago
    in_three = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 09:00, 64 hours later
    assert write(in_three, "in", now=late) == "in 3 d"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "1 min"), (3599, "59 min"), (3600, "1 h"), (86399, "23 h"), (-86400, "1 d")],
)
def test_spans(seconds, words):
    assert write_span(seconds) == words


def test_the_year_is_written_unless_it_is_this_one():
    assert write_date(date(2026, 9, 24), this_year=2026) == "Thu 24 Sep"
    assert write_date(date(2027, 3, 31), this_year=2026) == "Wed 31 Mar 2027"


def test_the_other_time_stands_beside_it_only_where_clocks_differ():
    def draw(tz: str) -> str:
        return draw_time(NOW, now=NOW, zone="Europe/Berlin", tz=tz, form="time")

    assert draw("Europe/Paris") == (
        '<time datetime="2026-11-21T20:30:00Z" title="Sat 21 Nov 2026, 21:30 Berlin">21:30</time>'
    )
    assert '</time> <span class="other-zone">14:30 Chicago</span></span>' in draw(CHICAGO)
    assert '<span class="other-zone">Sun 05:30 Tokyo</span>' in draw("Asia/Tokyo")
    assert name_city("America/Argentina/Buenos_Aires") == "Buenos Aires"
