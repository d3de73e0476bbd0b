from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.dates import (
    UnknownZone,
    add_days_keeping_wall_clock,
    add_months,
    at_local,
    billing_month,
    count_started_months,
    end_of_day,
    local_date,
)
from tests.cases.domain.build import at, day
from tests.cases.domain.strategies import CALM

ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "America/Havana",
        "America/Chicago",
        "Asia/Kathmandu",
        "Asia/Tokyo",
        "Africa/Casablanca",
        "Asia/Beirut",
        "America/Asuncion",
        "Pacific/Kiritimati",
    ]
)
DATES = st.dates(date(2005, 1, 1), date(2040, 12, 31))
INSTANTS = st.datetimes(datetime(2005, 1, 1), datetime(2040, 12, 31)).map(
    lambda instant: instant.replace(tzinfo=UTC)
)


@pytest.mark.guarantee("G25")
@pytest.mark.parametrize(
    ("on", "clock", "zone", "expected"),
    [
        # An ordinary day, and one on each side of daylight saving.
        ("2026-01-15", "09:00", "Europe/Berlin", "2026-01-15 08:00"),
        ("2026-07-15", "09:00", "Europe/Berlin", "2026-07-15 07:00"),
        # 02:00 to 03:00 does not exist: forward by the missing hour.
        ("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29 01:30"),
        ("2026-03-29", "02:00", "Europe/Berlin", "2026-03-29 01:00"),
        ("2026-03-29", "03:00", "Europe/Berlin", "2026-03-29 01:00"),
        # 02:00 to 03:00 happens twice: the second time.
        ("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25 01:30"),
        ("2026-10-25", "01:59", "Europe/Berlin", "2026-10-24 23:59"),
        ("2026-10-25", "03:00", "Europe/Berlin", "2026-10-25 02:00"),
        # Lord Howe moves by half an hour.
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03 15:45"),
        ("2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04 15:15"),
        # Apia had no 30 December 2011 at all.
        ("2011-12-30", "00:00", "Pacific/Apia", "2011-12-30 10:00"),
        ("2011-12-31", "00:00", "Pacific/Apia", "2011-12-30 10:00"),
        # No midnight: the clocks go from 23:59 to 01:00.
        ("2018-11-04", "00:00", "America/Sao_Paulo", "2018-11-04 03:00"),
        ("2026-04-24", "00:00", "Africa/Cairo", "2026-04-23 22:00"),
        ("2026-03-08", "00:00", "America/Havana", "2026-03-08 05:00"),
        ("2026-03-29", "00:00", "Asia/Beirut", "2026-03-28 22:00"),
        # Midnight twice: Havana goes from 00:59 back to 00:00.
        ("2026-11-01", "00:00", "America/Havana", "2026-11-01 05:00"),
        # 23:00 twice, and midnight once.
        ("2018-02-17", "23:30", "America/Sao_Paulo", "2018-02-18 02:30"),
        ("2018-02-18", "00:00", "America/Sao_Paulo", "2018-02-18 03:00"),
        # 29 February.
        ("2028-02-29", "12:00", "UTC", "2028-02-29 12:00"),
    ],
)
def test_wall_clock_becomes_an_instant(on, clock, zone, expected):
    assert at_local(day(on), time.fromisoformat(clock), zone) == at(expected)


@pytest.mark.guarantee("G25")
@CALM
@given(DATES, st.times(), ZONES)
def test_clocks_show_what_was_asked_or_later_by_the_gap(on, clock, zone):
    instant = at_local(on, clock, zone)
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = datetime.combine(on, clock)
    assert asked <= shown <= asked + timedelta(days=1)
    if shown != asked:
        assert shown - asked in {timedelta(hours=1), timedelta(minutes=30), timedelta(days=1)}


@CALM
@given(DATES, ZONES)
def test_a_day_ends_where_the_next_begins_and_never_early(on, zone):
    end = end_of_day(on, zone)
    assert end == at_local(on + timedelta(days=1), time(0), zone)
    assert local_date(end, zone) > on
    assert end_of_day(on + timedelta(days=1), zone) >= end


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("instant", "days", "zone", "expected"),
    [
        # Over the start and the end of summer time: the same time of day, not 24-hour days.
        ("2026-03-28 09:00", 3, "Europe/Berlin", "2026-03-31 08:00"),
        ("2026-10-24 08:00", 3, "Europe/Berlin", "2026-10-27 09:00"),
        ("2026-03-28 01:30", 1, "Europe/Berlin", "2026-03-29 01:30"),
        ("2026-11-22 20:32", 3, "America/Chicago", "2026-11-25 20:32"),
        ("2011-12-28 20:00", 2, "Pacific/Apia", "2011-12-30 20:00"),
        ("2026-11-22 20:32", 0, "America/Chicago", "2026-11-22 20:32"),
    ],
)
def test_days_later_at_the_same_time_of_day(instant, days, zone, expected):
    assert add_days_keeping_wall_clock(at(instant), days, zone) == at(expected)


@pytest.mark.rule("R5")
def test_thirty_days_are_not_a_month():
    start = at("2026-01-31 12:00")
    assert add_days_keeping_wall_clock(start, 30, "UTC") == at("2026-03-02 12:00")


@CALM
@given(INSTANTS, st.integers(1, 60), ZONES)
def test_days_are_counted_on_the_calendar(instant, days, zone):
    later = add_days_keeping_wall_clock(instant, days, zone)
    gone = (local_date(later, zone) - local_date(instant, zone)).days
    # Only the day that Apia never had moves a date.
    assert gone == days or (zone == "Pacific/Apia" and gone == days + 1)


@pytest.mark.rule("R5")
def test_date_is_the_customers_not_ours():
    late = at("2026-11-22 03:00")
    assert local_date(late, "America/Chicago") == day("2026-11-21")
    assert local_date(late, "Europe/Berlin") == day("2026-11-22")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe/Berlin\n"])
def test_unknown_zone_is_named(zone):
    with pytest.raises(UnknownZone, match="not a time zone"):
        local_date(at("2026-01-01 00:00"), zone)


@pytest.mark.rule("R31")
@CALM
@given(DATES, st.integers(1, 31))
def test_billing_months_tile_the_calendar(on, anchor):
    starts_on, ends_on = billing_month(on, anchor)
    assert starts_on <= on <= ends_on
    assert starts_on.day == anchor or (starts_on + timedelta(days=1)).day == 1
    assert (
        billing_month(starts_on, anchor) == billing_month(ends_on, anchor) == (starts_on, ends_on)
    )
    assert billing_month(ends_on + timedelta(days=1), anchor)[0] == ends_on + timedelta(days=1)
    assert 27 < (ends_on - starts_on).days + 1 < 32


@CALM
@given(DATES, st.integers(0, 60))
def test_started_months_are_the_least_that_reach_the_end(on, days):
    ends_on = on + timedelta(days=days)
    months = count_started_months(on, ends_on)
    assert add_months(on, months) >= ends_on
    assert months == 0 or add_months(on, months - 1) < ends_on
