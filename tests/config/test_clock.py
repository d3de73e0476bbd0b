"""The desk's clock: the system's, and in the sandbox as far ahead as the file says."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from config import clock

SECOND = timedelta(seconds=1)


def test_now_is_an_aware_instant_in_utc():
    assert abs(clock.now() - datetime.now(UTC)) < SECOND
    assert clock.now().utcoffset() == timedelta(0)


def test_moving_lasts_and_time_goes_on(settings):
    wanted = datetime(2031, 2, 28, 12, tzinfo=UTC)
    clock.move_to(wanted)
    first = clock.now()
    assert timedelta(0) <= first - wanted < SECOND
    assert clock.now() >= first


def test_moving_twice_counts_from_the_system_clock(settings):
    clock.move_to(datetime(2031, 1, 1, tzinfo=UTC))
    clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now() - datetime(2030, 1, 1, tzinfo=UTC) < SECOND
    clock.reset()
    assert clock.offset() == timedelta(0)


def test_another_process_sees_the_same_clock(settings):
    clock.move_to(datetime(2040, 6, 1, tzinfo=UTC))
    code = "import django; django.setup(); from config import clock; print(clock.now().year)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip().endswith("2040")


def test_outside_the_sandbox_the_file_is_ignored_and_moving_refused(settings):
    clock.move_to(datetime(2031, 1, 1, tzinfo=UTC))
    settings.SANDBOX = False
    assert abs(clock.now() - datetime.now(UTC)) < SECOND
    with pytest.raises(clock.ClockIsFixed):
        clock.move_to(datetime(2032, 1, 1, tzinfo=UTC))
    with pytest.raises(clock.ClockIsFixed):
        clock.reset()


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        clock.move_to(datetime(2031, 1, 1))
