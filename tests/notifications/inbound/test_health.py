"""The heartbeat of the doors (G12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from notifications.inbound import door_is_healthy, health, note_door_error, note_door_ok
from notifications.inbound.health import (
    announce_door,
    list_doors,
    look_outside,
    note_door_alive,
    retire_door,
)
from notifications.models import DoorHealth, Inbound
from tests.notifications.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G12")]
MINUTE = timedelta(minutes=1)


def silence(door: str, gap: timedelta) -> None:
    """Let the door have beaten for the last time so long ago."""
    DoorHealth.objects.filter(door=door).update(beat_at=Now() - gap)


def read_risk(*, late_by: timedelta = timedelta(0)):
    return look_outside(now=NOW).find_risk(NOW - late_by)


def test_a_desk_without_a_door_is_not_healthy_and_risks_nothing():
    assert not door_is_healthy()
    assert read_risk() is None


def test_every_door_must_have_beaten_lately():
    note_door_ok(door="lmtp", now=NOW)
    note_door_ok(door="smtp", now=NOW)
    assert door_is_healthy()
    silence("smtp", MINUTE * 1.1)
    assert not door_is_healthy()
    assert door_is_healthy(door="lmtp")
    risk = read_risk()
    assert risk == health.Risk(
        words="the SMTP door is shut: mail that came in time may still be outside", late=True
    )
    note_door_ok(door="smtp", now=NOW)
    assert door_is_healthy()


def test_the_heartbeat_does_not_mind_a_clock_that_was_moved():
    note_door_ok(door="lmtp", now=NOW - timedelta(days=400))
    assert door_is_healthy()
    assert read_risk() is None


def test_an_error_is_kept_beside_the_last_success():
    note_door_ok(door="lmtp", now=NOW)
    note_door_error(door="lmtp", error="no\x00 route", now=NOW + MINUTE)
    (door,) = list_doors()
    assert (door.last_ok_at, door.last_error, door.last_error_at, door.is_open) == (
        NOW,
        "no route",
        NOW + MINUTE,
        True,
    )


def test_a_door_that_only_ever_failed_is_shut():
    note_door_error(door="imap:support", error="refused", now=NOW, kind="pull")
    assert not door_is_healthy()
    assert (list_doors()[0].label, list_doors()[0].kind) == ("mailbox support", "pull")


def test_an_announced_door_is_shut_until_it_opens_and_a_retired_one_is_gone():
    announce_door(door="imap:support", kind="pull")
    assert not door_is_healthy()
    assert read_risk()
    note_door_ok(door="imap:support", now=NOW, kind="pull")
    announce_door(door="imap:support", kind="pull")
    assert door_is_healthy()
    assert retire_door(door="imap:support")
    assert not retire_door(door="imap:support")
    assert read_risk() is None


def test_a_passive_door_is_open_while_it_is_quiet():
    note_door_ok(door="esp:postmark", now=NOW, kind="passive")
    silence("esp:postmark", timedelta(days=3))
    assert door_is_healthy()
    assert read_risk() is None


@pytest.mark.parametrize(
    ("outage", "after", "is_risky"),
    [
        (timedelta(minutes=2), timedelta(minutes=4), True),
        (timedelta(minutes=2), timedelta(minutes=6), False),
        (timedelta(minutes=30), timedelta(minutes=29), True),
        (timedelta(minutes=30), timedelta(minutes=31), False),
        (timedelta(days=2), timedelta(minutes=69), True),
        (timedelta(days=2), timedelta(minutes=71), False),
    ],
)
def test_after_an_outage_the_mail_servers_outside_get_time(settings, outage, after, is_risky):
    settings.DOOR_CATCH_UP = True
    note_door_ok(door="lmtp", now=NOW)
    silence("lmtp", outage)
    note_door_ok(door="lmtp", now=NOW)
    DoorHealth.objects.update(reopened_at=F("reopened_at") - after)
    note_door_ok(door="lmtp", now=NOW)
    assert door_is_healthy()
    risk = read_risk()
    assert (risk is not None and risk.late) is is_risky
    settings.DOOR_CATCH_UP = False
    assert read_risk() is None


def test_a_mailbox_must_have_been_read_up_to_the_deadline():
    note_door_ok(door="imap:support", now=NOW - MINUTE, kind="pull")
    risk = read_risk()
    assert risk == health.Risk(
        words="the mailbox support has not been read up to the deadline yet", late=False
    )
    assert read_risk(late_by=MINUTE) is None
    silence("imap:support", MINUTE * 2)
    note_door_alive(door="imap:support")
    assert door_is_healthy()
    assert read_risk() == risk


def fill(count: int, *, first=0, received_at=NOW) -> None:
    Inbound.objects.bulk_create(
        Inbound(
            channel="test",
            recipient=f"{number}@acme.example.com",
            raw=b"x",
            size=1,
            sha256="0" * 64,
            received_at=received_at,
        )
        for number in range(first, first + count)
    )


def test_a_backlog_is_a_risk(monkeypatch):
    monkeypatch.setattr(health, "MOST_BACKLOG", 20)
    fill(20)
    assert read_risk() is None
    fill(1, first=20)
    assert read_risk() == health.Risk(
        words="more than 20 received mails wait to be read", late=False
    )


def test_old_unread_mail_is_a_risk():
    fill(1, received_at=NOW - timedelta(minutes=14))
    assert read_risk() is None
    Inbound.objects.update(received_at=NOW - timedelta(minutes=16))
    assert read_risk() == health.Risk(
        words="received mail has been waiting to be read for more than 15 minutes", late=False
    )
    Inbound.objects.update(status="processed", disposition="handled")
    assert read_risk() is None
