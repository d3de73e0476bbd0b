"""What holds a timer, what releases it, and that none fires early."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from cases.actions import correspondence, timers
from cases.models import Timer
from cases.models.timer import LIVE
from notifications.models import Switch
from tests.cases.build import Desk
from tests.rules.helpers import chicago, leap, live_timers

pytestmark = pytest.mark.django_db

DATE = chicago(2026, 10, 21)


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def pause(paused: bool, desk: Desk) -> None:
    Switch.objects.update_or_create(
        name="destruction",
        defaults={"paused": paused, "reason": "drill", "by": desk.agent.pk, "at": desk.now},
    )


def test_what_cannot_be_undone_waits_a_minute_for_mail_that_is_on_its_way(desk):
    case = desk.confirm(desk.open())
    timer = case.timers.get(kind="execute")
    assert (timer.due_at, timer.check_at) == (DATE, DATE + timedelta(minutes=1))


def test_a_pause_holds_destruction_and_nothing_else(desk):
    asked, scheduled = desk.ask(desk.open()), Desk()
    case = scheduled.confirm(scheduled.open())
    pause(True, desk)
    desk.go_to(DATE - timedelta(days=20))
    assert desk.mails(asked, "reminder"), "reminders go out"
    desk.now = DATE + timedelta(days=1)
    desk.run()
    assert desk.read(asked).state == "awaiting_customer"
    assert scheduled.read(case).state == "scheduled"
    assert case.timers.get(kind="execute").held_because == "destruction is paused"
    pause(False, desk)
    leap(desk, days=0.1)
    assert scheduled.read(case).state == "in_grace"


def test_a_hold_is_told_once(desk):
    case = desk.confirm(desk.open())
    pause(True, desk)
    desk.go_to(DATE)
    for _ in range(4):
        leap(desk, days=0.1)
    assert case.events.filter(kind="timer_held").count() == 1


def test_what_was_held_goes_on_as_soon_as_a_person_is_done(desk):
    case = desk.confirm(desk.open())
    desk.reply(case, "Could you call me?")
    desk.go_to(DATE + timedelta(minutes=1))
    assert desk.read(case).state == "scheduled"
    desk.now += timedelta(seconds=1)
    desk.do(correspondence.resolve_todo, case, todo_id=case.todos.get().pk, resolution="called")
    desk.run()
    assert desk.read(case).state == "in_grace"


def test_the_promise_stays_readable_while_it_is_held(desk):
    case = desk.confirm(desk.open())
    pause(True, desk)
    desk.now = DATE + timedelta(hours=5)
    desk.run()
    assert live_timers(case) == {"execute": DATE}


def test_no_timer_fires_early_even_when_it_is_told_to(desk):
    case = desk.confirm(desk.open())
    timer = case.timers.get(kind="execute")
    assert not timers.fire_timer(timer_id=timer.pk, case_id=case.pk, now=DATE)
    assert desk.read(case).state == "scheduled"


def test_the_database_knows_no_timer_that_fired_early(desk):
    case = desk.confirm(desk.open())
    with pytest.raises(IntegrityError, match="timer_never_early"):
        Timer.objects.filter(case=case).update(fired_at=DATE - timedelta(seconds=1))


def test_one_live_timer_of_a_kind(desk):
    case = desk.confirm(desk.open())
    with pytest.raises(IntegrityError, match="timer_live"):
        Timer.objects.create(
            case=case, kind="execute", due_at=DATE, check_at=DATE, created_at=desk.now
        )


def test_a_failing_case_is_put_off_and_stops_no_other(desk, monkeypatch):
    other = Desk()
    broken, fine = desk.confirm(desk.open()), other.confirm(other.open())
    from cases.actions import handlers

    def explode(change, timer):
        if change.case.pk == broken.pk:
            raise RuntimeError("a bug")
        return real(change, timer)

    real = handlers.HANDLERS["execute"]
    monkeypatch.setitem(handlers.HANDLERS, "execute", explode)
    now = DATE + timedelta(minutes=1)
    assert timers.fire_due(now=now) == 1
    assert other.read(fine).state == "executing"
    timer = Timer.objects.get(LIVE, case=broken)
    assert timer.check_at == now + timers.LOOK_AGAIN


def test_planning_twice_changes_nothing(desk):
    case = desk.confirm(desk.open())
    before = list(case.timers.values())
    timers.plan_timers(case=desk.read(case), now=desk.now + timedelta(days=1))
    assert list(case.timers.values()) == before


def test_a_mail_of_before_the_case_holds_nothing(desk):
    """An old letter to the general address that nobody filed is about something else."""
    old = desk.open()
    desk.reply(old, "About the bill.", To=desk.brand.email_from)
    from cases.actions import confirmation

    desk.do(confirmation.withdraw, old)
    desk.now += timedelta(days=1)
    case = desk.confirm(desk.open())
    desk.pass_days(31)
    assert desk.read(case).state == "in_grace"
