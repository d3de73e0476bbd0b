"""Who has fallen silent, and what is said of it (G23)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Pulse
from notifications.pulse import SILENT, SWEEPS, find_silences, note_pulse, read_pulses

FRESH, GONE = timedelta(seconds=5), SILENT + timedelta(seconds=1)


def pulses(**silent: timedelta) -> dict[str, timedelta]:
    return {**dict.fromkeys([*SWEEPS, "beat", "web"], FRESH), **silent}


def test_a_pulse_is_written_at_most_every_few_seconds(db) -> None:
    assert note_pulse("beat")
    assert not note_pulse("beat")
    assert note_pulse("beat", every_s=-1)
    assert timedelta(0) <= read_pulses()["beat"] < timedelta(seconds=5)


def test_silence_is_measured_by_the_database(db, time_machine) -> None:
    note_pulse("web")
    time_machine.move_to("2031-01-01")
    assert read_pulses()["web"] < timedelta(seconds=5)
    Pulse.objects.update(beat_at="2020-01-01T00:00Z")
    assert read_pulses()["web"] > timedelta(days=365)


@pytest.mark.parametrize(
    ("silent", "named"),
    [
        ((), []),
        (("beat",), []),  # manage.py tick does the sweeps here
        (("beat", "sweep_timers"), ["beat"]),
        (("beat", *SWEEPS), ["beat"]),
        (SWEEPS, ["worker"]),
        (("sweep_timers",), ["sweep_timers"]),
        (("sweep_timers", "sweep_outbox"), ["sweep_outbox", "sweep_timers"]),
        (("web",), ["web"]),
        (("web", *SWEEPS), ["worker", "web"]),
    ],
)
def test_the_culprit_is_named_and_no_consequence(silent, named) -> None:
    found = find_silences(pulses(**dict.fromkeys(silent, GONE)))
    assert [silence.name for silence in found] == named


def test_a_part_that_never_ran_is_no_news() -> None:
    assert find_silences({}) == []
    assert find_silences({"sweep_timers": FRESH}) == []


def test_three_minutes_are_allowed() -> None:
    assert find_silences(pulses(web=SILENT)) == []
    assert find_silences(pulses(web=GONE))[0].words == "No web server has been alive for 3 min"
