"""The bulk fuse: what is due all at once waits until a supervisor says how many may go (G13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from cases.actions import fuse, switches, timers
from cases.actions.base import Actor, NotPossible
from cases.models import Case
from notifications.models import Switch, SwitchChange
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G13")]
MONTH = timedelta(days=31)


@pytest.fixture(autouse=True)
def two_at_once(settings: Any, sink: Any) -> None:
    settings.FUSE_AT_ONCE, settings.FUSE_PERCENT = 2, 0


@pytest.fixture
def boss(db: None) -> User:
    return factories.make_user(role="supervisor", first_name="Sue", last_name="Per")


class Crowd:
    """Confirmed cases that are all due on one date."""

    def __init__(self, size: int) -> None:
        self.desks = [Desk(items=1) for _ in range(size)]
        self.cases = [desk.confirm(desk.open()) for desk in self.desks]
        self.now = self.desks[0].now + MONTH

    def sweep(self, times: int = 3) -> None:
        for _ in range(times):
            timers.fire_due(now=self.now)

    @property
    def started(self) -> int:
        return Case.objects.exclude(state="scheduled").count()


def resume(boss: User, now: datetime, **given: Any) -> None:
    who = Actor.staff(boss)
    switches.throw_switch(
        name="destruction", paused=False, reason="Checked", actor=who, now=now, **given
    )


def test_a_clock_a_month_ahead_cancels_nothing() -> None:
    """Seen to fail without `blow_if_too_many` in `fire_due`."""
    crowd = Crowd(3)
    crowd.sweep()
    assert crowd.started == 0
    switch = Switch.objects.get()
    assert (switch.paused, switch.by) == (True, "The fuse")
    assert switch.reason.startswith("More than 2 cases would be")
    change = SwitchChange.objects.get()
    assert (change.name, change.paused, change.by) == ("destruction", True, "The fuse")
    held = set(
        crowd.cases[0].timers.exclude(held_because="").values_list("held_because", flat=True)
    )
    assert held == {"destruction is paused"}


def test_a_normal_day_is_not_held_up() -> None:
    crowd = Crowd(2)
    crowd.sweep()
    assert crowd.started == 2
    assert not SwitchChange.objects.exists()


def test_only_what_cannot_be_undone_counts() -> None:
    """Seen to fail when every kind of timer was counted."""
    desks = [Desk(items=1) for _ in range(3)]
    cases = [desk.ask(desk.open()) for desk in desks]
    reminders = [case.timers.order_by("due_at").first() for case in cases]
    assert {timer.kind.rstrip("_0123456789") for timer in reminders} == {"reminder"}
    assert timers.fire_due(now=max(timer.due_at for timer in reminders)) == 3
    assert not Switch.objects.exists()


def test_a_supervisor_lets_so_many_through(boss: User) -> None:
    """Seen to fail while `find_hold` did not spend the allowance."""
    crowd = Crowd(4)
    crowd.sweep()
    with pytest.raises(NotPossible, match="More than 2 cases wait"):
        resume(boss, crowd.now)
    resume(boss, crowd.now, allowance=2)
    crowd.sweep(times=1)
    assert crowd.started == 2
    assert not Switch.objects.get().paused
    crowd.now += timedelta(minutes=6)
    crowd.sweep()
    assert crowd.started == 4, "what is left is as much as on a normal day"
    assert [c.allowance for c in SwitchChange.objects.all()] == [2, None]


def test_an_allowance_that_is_used_up_leaves_the_fuse_in_force(boss: User) -> None:
    crowd = Crowd(4)
    crowd.sweep()
    resume(boss, crowd.now, allowance=1)
    crowd.sweep()
    crowd.now += timedelta(minutes=6)
    crowd.sweep()
    assert crowd.started == 1
    assert Switch.objects.get().by == "The fuse"


def test_an_allowance_ends(boss: User) -> None:
    """Seen to fail while `Switch.allows` did not look at the instant."""
    crowd = Crowd(3)
    crowd.sweep()
    resume(boss, crowd.now, allowance=9, allowance_lasts=timedelta(hours=1))
    crowd.now += timedelta(hours=1)
    crowd.sweep()
    assert crowd.started == 0
    assert Switch.objects.get().paused


@pytest.mark.parametrize(
    "given", [{"allowance": 0}, {"allowance": 5, "allowance_lasts": timedelta(days=4)}]
)
def test_an_allowance_is_bounded(boss: User, given: dict[str, Any]) -> None:
    crowd = Crowd(1)
    with pytest.raises(NotPossible, match="at least one case"):
        resume(boss, crowd.now, **given)


def test_a_share_of_all_that_is_planned_may_be_more(settings: Any) -> None:
    """Seen to fail while the statistics were those of the table."""
    Crowd(3)
    asked = Desk(items=1)
    asked.ask(asked.open())  # its reminders do not count
    settings.FUSE_PERCENT = 100
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cases_timer")
    assert fuse.find_limit() == 3
    settings.FUSE_PERCENT = 50
    assert fuse.find_limit() == 2


def test_the_count_stops_at_the_limit(django_assert_num_queries: Callable[..., Any]) -> None:
    crowd = Crowd(2)
    assert fuse.count_due(now=crowd.now, most=1) == 1
    with django_assert_num_queries(3):  # the switch, the statistics, the count
        fuse.blow_if_too_many(now=crowd.now - MONTH)


def test_the_pages_say_so_and_ask_for_a_number(
    client: Client, boss: User, time_machine: Any
) -> None:
    crowd = Crowd(3)
    crowd.sweep()
    time_machine.move_to(crowd.now, tick=False)
    client.force_login(boss)
    page = fold(client.get("/desk/outbox/").content.decode())
    assert "More than 2 cases would be dropped" in page
    assert "paused by The fuse" in page
    assert "Drop, execution and purge is paused" in client.get("/desk/health/").content.decode()
    said = client.post("/desk/switch/destruction/", {"paused": "0"}, follow=True).content.decode()
    assert "Say how many of them may go" in said
    client.post("/desk/switch/destruction/", {"paused": "0", "allowance": "x"})
    assert Switch.objects.get().paused
    client.post("/desk/switch/destruction/", {"paused": "0", "allowance": "5", "hours": "2"})
    switch = Switch.objects.get()
    assert (switch.paused, switch.allowance) == (False, 5)
    assert switch.allowance_until == crowd.now + timedelta(hours=2)
    page = fold(client.get("/desk/outbox/").content.decode())
    assert "resumed by Sue Per, 5 let through" in page
