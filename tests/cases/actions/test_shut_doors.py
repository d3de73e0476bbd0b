"""While mail cannot come in nothing final happens, and nobody loses by it (G12)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from cases.models import Case
from notifications.inbound.health import note_door_ok
from notifications.models import DoorHealth, Inbound
from tests.cases.build import Desk
from tests.rules.helpers import leap, purposes
from tests.scene import play_once

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G12")]
MINUTE = timedelta(minutes=1)
MINUTES = 1 / 24 / 60  # in days


@pytest.fixture(autouse=True)
def catch_up(settings):
    settings.DOOR_CATCH_UP = True


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def shut(minutes: float = 2) -> None:
    """The LMTP door fell silent so long ago."""
    DoorHealth.objects.filter(door="lmtp").update(beat_at=Now() - timedelta(minutes=minutes))


def reopen(desk: Desk, *, minutes_ago: float = 0) -> None:
    note_door_ok(door="lmtp", now=desk.now)
    ago = timedelta(minutes=minutes_ago)
    DoorHealth.objects.update(reopened_at=F("reopened_at") - ago)


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker) -> Iterator[tuple[Desk, Case]]:
    with play_once(django_db_blocker):
        desk = Desk()
        case = desk.ask(desk.open())
        desk.pass_days(13.9)
        note_door_ok(door="lmtp", now=desk.now)
        yield desk, case


@pytest.fixture
def waiting(played, db) -> tuple[Desk, Case]:
    """A case whose drop is due in a moment, on a desk whose door is open."""
    return deepcopy(played)


def held(case) -> str:
    return case.timers.exclude(held_because="").get(cancelled_at=None, fired_at=None).held_because


def test_an_open_door_holds_nothing(waiting):
    desk, case = waiting
    leap(desk, days=0.2)
    assert desk.read(case).state == "dropped"


def test_a_shut_door_holds_the_drop_and_it_goes_on_by_itself(waiting):
    """Seen to fail when `find_hold` did not return the risk."""
    desk, case = waiting
    shut()
    leap(desk, days=0.2)
    assert desk.read(case).state == "awaiting_customer"
    assert held(case) == "the LMTP door is shut: mail that came in time may still be outside"
    assert "Drop waits: the LMTP door is shut" in case.events.get(kind="timer_held").summary
    reopen(desk)
    leap(desk, days=6 * MINUTES)
    assert desk.read(case).state == "awaiting_customer", "mail servers outside try again later"
    reopen(desk, minutes_ago=6)
    leap(desk, days=6 * MINUTES)
    assert desk.read(case).state == "dropped"


@pytest.mark.rule("R14")
def test_an_answer_that_waited_outside_the_shut_door_came_in_time(waiting):
    desk, case = waiting
    shut()
    leap(desk, days=0.2)
    reopen(desk)
    leap(desk, days=6 * MINUTES)
    desk.reply(case, "Mara did.")
    assert desk.read(case).state == "in_review"


@pytest.mark.rule("R14")
def test_an_answer_after_the_catch_up_came_too_late(waiting):
    desk, case = waiting
    shut()
    leap(desk, days=0.2)
    reopen(desk, minutes_ago=6)
    leap(desk, days=6 * MINUTES)
    desk.reply(case, "Mara did.")
    assert desk.read(case).state == "dropped"


@pytest.mark.rule("R21")
def test_a_wish_to_come_back_that_waited_outside_came_in_time(desk):
    case = desk.confirm(desk.open())
    desk.pass_days(60.3)
    assert purposes(case)[-1] == "final_notice"
    note_door_ok(door="lmtp", now=desk.now)
    shut()
    leap(desk, days=1)
    assert desk.read(case).state == "in_grace"
    reopen(desk)
    desk.reply(case, "Please restore everything, we want to come back.")
    assert desk.read(case).state in ("restoring", "restored", "restore_requested")


def test_the_execution_waits_too_and_reminders_do_not(desk):
    case = desk.confirm(desk.open())
    other = Desk()
    other.now = desk.now
    asked = other.ask(other.open())
    note_door_ok(door="lmtp", now=desk.now)
    shut()
    other.pass_days(3.5)
    assert purposes(asked) == ["questions", "reminder"]
    leap(desk, days=40)
    assert desk.read(case).state == "scheduled"


def test_a_backlog_holds_whoever_it_may_concern(waiting):
    desk, case = waiting
    Inbound.objects.create(
        channel="lmtp", recipient="reply+zzzzzzzzzzzzzzzz@r.example.com",
        recipient_token="zzzzzzzzzzzzzzzz", raw=b"x", size=1, sha256="0" * 64,
        received_at=desk.now, lease_until=Now() + timedelta(days=1),
    )  # fmt: skip
    leap(desk, days=0.2)
    assert desk.read(case).state == "awaiting_customer"
    assert "waiting to be read for more than 15 minutes" in held(case)
    Inbound.objects.update(lease_until=None)
    leap(desk, days=6 * MINUTES)
    leap(desk, days=6 * MINUTES)
    assert desk.read(case).state == "dropped"
