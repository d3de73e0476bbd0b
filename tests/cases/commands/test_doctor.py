"""`manage.py doctor`: it sees each fault, and says what to do."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from cases.actions.information import request_information
from cases.queries import doctor
from config import clock
from notifications import epoch, pulse
from notifications.models import DoorHealth, Epoch, Pulse
from tests import factories
from tests.cases.build import QUESTION, Desk


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs here: two seconds of waiting for one's answer would find none either."""
    monkeypatch.setattr(doctor, "TIMEOUT_S", 0.5)


def find(check, subject: str = "") -> list[doctor.Finding]:
    found = list(check(clock.now()))
    return [f for f in found if f.subject.startswith(subject)]


def test_the_throwaway_database_of_the_tests_is_called_unsafe(db) -> None:
    seen = find(doctor.examine_database, "durability")
    assert any(f.level == "problem" and f.seen.startswith("fsync is off") for f in seen)
    assert all("on" in f.remedy for f in seen)


def test_clock_migrations_and_version_are_well(db) -> None:
    levels = {f.subject: f.level for f in find(doctor.examine_database)}
    assert levels["clock"] == levels["migrations"] == levels["database"] == "ok"


def test_a_clock_that_is_ahead_is_a_problem(db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.clock, "find_drift", lambda: doctor.MOST_DRIFT * 3)
    assert find(doctor.examine_database, "clock")[0].level == "problem"


def test_a_migration_that_is_missing_is_named(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'cases'")
    found = find(doctor.examine_database, "migrations")[0]
    assert found.level == "problem"
    assert "cases." in found.seen
    assert "migrate" in found.remedy


def test_redis_answers_and_a_dead_one_is_told(db, settings) -> None:
    levels = {f.subject: f.level for f in find(doctor.examine_redis)}
    assert levels["redis"] in ("ok", "warning")
    assert levels["workers"] == "problem"
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    dead = find(doctor.examine_redis)
    assert [(f.subject, f.level) for f in dead] == [("redis", "problem")]


def test_mail_that_cannot_leave_and_doors_that_are_shut_are_told(db, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    DoorHealth.objects.create(door="lmtp", kind=DoorHealth.Kind.PUSH, last_error="killed")
    found = {f.subject: f for f in find(doctor.examine_mail)}
    assert found["mail out"].level == "problem"
    assert "EMAIL_URL" in found["mail out"].remedy
    assert found["mail in"].level == "problem"
    assert "killed" in found["mail in"].seen


def test_a_brand_without_a_policy_cannot_take_a_call(db) -> None:
    Desk()
    lonely = factories.make_brand()
    found = find(doctor.examine_brands)
    assert [f.subject for f in found] == [f"brand {lonely}"]


def test_late_work_is_told(db) -> None:
    desk = Desk()
    desk.do(request_information, desk.open(), questions=[QUESTION])
    found = find(doctor.examine_work)
    assert any("waits to be sent" in f.seen for f in found)


def test_the_command_prints_everything_and_fails(db, settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "not" / "yet"
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("doctor", stdout=out)
    assert stopped.value.code == 1
    said = out.getvalue()
    assert "PROBLEM  durability: fsync is off" in said
    assert "→ Set fsync = on" in said
    assert "disk: " in said


def test_a_dead_database_is_one_finding(db, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def refuse(now):
        raise OperationalError("connection refused\nmore")
        yield

    monkeypatch.setattr(doctor, "CHECKS", (refuse, doctor.examine_disk))
    found = list(doctor.examine(now=clock.now()))
    assert [(f.subject, f.level, f.seen) for f in found] == [
        ("database", "problem", "connection refused")
    ]


# -- what runs unseen --------------------------------------------------------------------------
def test_timeouts_that_are_off_are_named(db) -> None:
    assert [f.level for f in find(doctor.examine_timeouts)] == ["ok"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
    assert [f.level for f in find(doctor.examine_timeouts)] == ["warning"]
    assert "lock_timeout is off" in find(doctor.examine_timeouts)[0].seen


def test_sweeps_that_never_ran_and_those_that_stopped_are_told(db) -> None:
    assert "Has never run here: sending mail" in find(doctor.examine_background)[0].seen
    for name in pulse.SWEEPS:
        pulse.note_pulse(name)
    assert [f.level for f in find(doctor.examine_background)] == ["ok"]
    Pulse.objects.update(beat_at="2020-01-01T00:00Z")
    found = find(doctor.examine_background)
    assert [f.level for f in found] == ["problem"]
    assert "worker" in found[0].remedy


def test_the_epoch_is_looked_at(db, settings, tmp_path: Path) -> None:
    settings.EPOCH_FILE = tmp_path / "epoch"
    assert [f.level for f in find(doctor.examine_epoch)] == ["ok"]
    epoch.begin(now=clock.now())
    Epoch.objects.update(number=3)
    assert "no mark outside" in find(doctor.examine_epoch)[0].seen
    epoch.hold("Older than it was.", now=clock.now())
    found = find(doctor.examine_epoch)[0]
    assert (found.level, "resume_after_restore" in found.remedy) == ("problem", True)


def test_an_epoch_that_cannot_be_written_is_a_problem(db, settings) -> None:
    settings.EPOCH_FILE = "/proc/none/epoch"
    if os.geteuid():  # root may write anywhere that takes writing
        assert find(doctor.examine_epoch)[0].level == "problem"


def test_nobody_to_tell_is_a_warning(db, settings) -> None:
    settings.OPERATORS, settings.DEADMAN_URL = [], ""
    assert [f.level for f in find(doctor.examine_telling)] == ["warning", "warning"]
    settings.OPERATORS, settings.DEADMAN_URL = ["ops@example.com"], "https://m.example.com/"
    assert [f.level for f in find(doctor.examine_telling)] == ["ok"]


def test_queues_that_grow_are_told(db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "MOST_WAITING", -1)
    assert find(doctor.examine_redis, "queues")[0].level == "warning"
