"""The heartbeat of the doors (G12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.inbound import door_is_healthy, note_door_error, note_door_ok
from notifications.models import DoorHealth
from tests.notifications.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G12")]
MINUTE = timedelta(minutes=1)


def test_a_desk_without_a_door_is_not_healthy():
    assert not door_is_healthy(now=NOW)


def test_every_door_must_have_been_open_lately():
    note_door_ok(door="lmtp", now=NOW)
    note_door_ok(door="smtp", now=NOW - MINUTE)
    assert door_is_healthy(now=NOW, max_age=MINUTE)
    assert not door_is_healthy(now=NOW + MINUTE / 2, max_age=MINUTE)
    assert door_is_healthy(now=NOW + MINUTE / 2, max_age=MINUTE, door="lmtp")
    note_door_ok(door="smtp", now=NOW)
    assert door_is_healthy(now=NOW + MINUTE / 2, max_age=MINUTE)


def test_an_error_is_kept_beside_the_last_success():
    note_door_ok(door="lmtp", now=NOW)
    note_door_error(door="lmtp", error="no\x00 route", now=NOW + MINUTE)
    assert DoorHealth.objects.values().get() == {
        "door": "lmtp",
        "last_ok_at": NOW,
        "last_error": "no route",
        "last_error_at": NOW + MINUTE,
    }


def test_a_door_that_only_ever_failed_is_not_healthy():
    note_door_error(door="imap:support", error="refused", now=NOW)
    assert not door_is_healthy(now=NOW)
