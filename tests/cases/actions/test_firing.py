"""Many timers fire in one transaction, with the statements of one."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.actions import handlers, timers
from cases.actions.base import NotPossible
from cases.models import Case, Event, Link, Timer, Todo
from cases.models.timer import LIVE
from notifications.models import Email
from tests.cases.build import Desk
from tests.scene import play_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker) -> Iterator[list[Case]]:
    with play_once(django_db_blocker):
        yield make_due()


@pytest.fixture
def due(played, db) -> list[Case]:
    return deepcopy(played)


def make_due() -> list[Case]:
    """Cases whose drop is due, the first one longest."""
    desks = [Desk() for _ in range(4)]
    cases = [desk.ask(desk.open()) for desk in desks]
    for number, case in enumerate(cases):
        two = [case.asked_at + timedelta(days=days) for days in (3, 7)]
        Case.objects.filter(pk=case.pk).update(
            asked_at=case.asked_at - timedelta(days=60, minutes=-number),
            reminders_accepted=[at - timedelta(days=60, minutes=-number) for at in two],
        )
        timers.plan_timers(case=desks[number].read(case), now=desks[number].now)
    Timer.objects.filter(LIVE).exclude(kind="drop").delete()
    return cases


def fire(cases: list[Case], *, limit: int = 200) -> int:
    now = max(case.received_at for case in cases)
    return timers.fire_batch(now=now, limit=limit).fired


def states(cases: list[Case]) -> list[str]:
    return [Case.objects.get(pk=case.pk).state for case in cases]


def test_each_case_is_told_mailed_and_saved_as_if_it_were_alone(due):
    before = {case.pk: (case.version, case.last_sequence) for case in due}
    assert fire(due) == len(due)
    for case in due:
        case = Case.objects.get(pk=case.pk)
        events = list(case.events.order_by("sequence"))
        assert [event.sequence for event in events] == list(range(1, case.last_sequence + 1))
        assert [event.kind for event in events[-2:]] == ["dropped", "mail_dropped"]
        mail = Email.objects.get(thread=case.thread_id, purpose="dropped")
        assert events[-1].email_id == mail.pk
        earlier = Email.objects.get(thread=case.thread_id, purpose="questions")
        assert mail.headers["References"] == earlier.message_id
        assert (case.version, case.due_at) == (before[case.pk][0] + 1, None)
        assert case.last_sequence == before[case.pk][1] + 2
        assert set(case.items.values_list("outcome", "holds_item")) == {("kept", False)}
        assert Link.objects.filter(case=case, purpose="dropped").count() == 1
        assert not case.timers.filter(LIVE).exists()


def test_the_longest_due_fires_first(due):
    assert fire(due, limit=1) == 1
    assert states(due) == ["dropped", *["awaiting_customer"] * 3]


@pytest.mark.parametrize(("most_s", "fired"), [(60, 4), (-1, 1)])
def test_a_sweep_goes_on_until_all_is_done_or_its_time_is_over(due, most_s, fired):
    """Red when a sweep ends with its first batch: no more would fire in five seconds."""
    now = max(case.received_at for case in due)
    assert timers.fire_due(now=now, read_clock=lambda: now, most_s=most_s, limit=1) == fired


def test_what_is_held_keeps_nothing_else_waiting(due):
    """Red when a sweep ends with a batch in which nothing fired: thousands that wait for a person
    would stand before every reminder."""
    now = max(case.received_at for case in due)
    for case in due[:3]:
        Todo.objects.create(
            case=case, kind="question", reason="?", answers=["dismiss"], created_at=now
        )
    assert timers.fire_due(now=now, limit=1) == 1
    assert states(due) == [*["awaiting_customer"] * 3, "dropped"]


def test_firing_many_takes_as_many_statements_as_firing_one(due):
    with CaptureQueriesContext(connection) as one:
        fire(due, limit=1)
    with CaptureQueriesContext(connection) as many:
        assert fire(due) == 3
    assert len(many) <= len(one)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), NotPossible("not now")])
def test_a_case_that_raises_is_undone_alone(due, monkeypatch, error):
    """Red when the case is not taken out of the batch, or half of it stays."""
    real, broken = handlers.HANDLERS["drop"], due[1]

    def break_one(change, timer):
        real(change, timer)
        if change.case.pk == broken.pk:
            raise error

    monkeypatch.setitem(handlers.HANDLERS, "drop", break_one)
    events = Event.objects.filter(case=broken).count()
    assert fire(due) == 3
    assert states(due) == ["dropped", "awaiting_customer", "dropped", "dropped"]
    assert Event.objects.filter(case=broken).count() == events
    assert not Email.objects.filter(thread=broken.thread_id, purpose="dropped").exists()
    assert Timer.objects.get(LIVE, case=broken).check_at > max(c.received_at for c in due)


def test_many_that_raise_are_tried_one_by_one(due, monkeypatch):
    def refuse(change, timer):
        raise NotPossible("not now")

    monkeypatch.setattr(timers, "MOST_TAKEN_OUT", 1)
    monkeypatch.setitem(handlers.HANDLERS, "drop", refuse)
    assert fire(due) == 0
    assert set(states(due)) == {"awaiting_customer"}
    assert fire(due) == 0, "and they are left alone for a while"
