"""What a monitor reads, and who may."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from prometheus_client.parser import text_string_to_metric_families

from config import clock, metrics
from notifications import inbound, pulse
from notifications.inbound.health import note_door_error, note_door_ok
from notifications.models import Pulse, Switch
from tests.cases.build import Desk

ALERTS = Path(__file__).resolve().parents[2] / "docs" / "deploy" / "alerts.yaml"

pytestmark = pytest.mark.django_db


def read(client, **headers):
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.guarantee("G23")
def test_the_gauges_say_what_waits_and_which_door_is_shut(client):
    now = clock.now()
    note_door_ok(door="lmtp", now=now - timedelta(seconds=7))
    note_door_error(door="imap:support", error="refused", now=now, kind="pull")
    Switch.objects.create(name="sending", paused=True)
    inbound.store(
        channel="lmtp",
        recipient="a@example.com",
        envelope_from="",
        raw=b"x",
        now=now - timedelta(minutes=3),
    )
    found = read(client)
    assert found["lastcall_door_open", "lmtp"] == 1
    assert found["lastcall_door_open", "imap:support"] == 0
    assert 0 <= found["lastcall_door_silence_seconds", "lmtp"] < 5
    assert 7 <= found["lastcall_door_lag_seconds", "lmtp"] < 20
    assert found["lastcall_door_last_error_timestamp_seconds", "imap:support"] > 0
    assert found["lastcall_paused", "sending"] == 1
    assert found["lastcall_inbound_waiting",] == 1
    assert 180 <= found["lastcall_inbound_oldest_seconds",] < 200
    assert found["lastcall_outbox_waiting",] == found["lastcall_outbox_unknown",] == 0


@pytest.mark.guarantee("G23")
def test_overdue_work_and_silent_parts_are_gauges(client):
    desk = Desk()
    case = desk.ask(desk.open())
    case.timers.update(check_at=clock.now() - timedelta(minutes=9))
    for sweep in pulse.SWEEPS:
        pulse.note_pulse(sweep)
    Pulse.objects.filter(name="sweep_inbound").update(beat_at="2020-01-01T00:00Z")
    found = read(client)
    assert 540 <= found["lastcall_timer_oldest_seconds",] < 560
    assert found["lastcall_provisioning_oldest_seconds",] == 0
    assert 0 <= found["lastcall_part_silence_seconds", "sweep_timers"] < 20
    assert found["lastcall_part_silence_seconds", "sweep_inbound"] > 1e7
    assert found["lastcall_stalled", "sweep_inbound"] == found["lastcall_stalled", "timers"] == 1


def test_every_alert_is_about_a_gauge_that_exists(client):
    """docs/deploy/alerts.yaml names no gauge that the desk does not tell."""
    note_door_ok(door="lmtp", now=clock.now())
    pulse.note_pulse("sweep_timers")
    Switch.objects.create(name="restored", paused=True)
    told = {name for name, *_ in read(client)}
    named = set(re.findall(r"lastcall_[a-z_]+", ALERTS.read_text()))
    assert len(named) >= 8
    assert named <= told


def test_an_empty_desk_is_told_too(client):
    assert read(client)["lastcall_inbound_oldest_seconds",] == 0


@pytest.mark.parametrize(
    "where",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_strangers_are_told_nothing(client, where):
    answer = client.get("/metrics", **where)
    assert (answer.status_code, answer.content) == (403, b"METRICS_TOKEN is needed")


def test_with_a_token_only_the_token_counts(client, settings):
    settings.METRICS_TOKEN = "tökén of the monitor"
    assert client.get("/metrics").status_code == 403
    wrong = {"HTTP_AUTHORIZATION": "Bearer token"}
    assert client.get("/metrics", **wrong).status_code == 403
    right = {"HTTP_AUTHORIZATION": "Bearer tökén of the monitor", "REMOTE_ADDR": "203.0.113.9"}
    assert read(client, **right)


def test_only_reading(client):
    assert client.post("/metrics").status_code == 405


def test_without_a_database_it_says_so(client, monkeypatch):
    def fail(_now):
        raise OperationalError("gone")
        yield

    monkeypatch.setattr(metrics, "SOURCES", [fail])
    answer = client.get("/metrics")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
