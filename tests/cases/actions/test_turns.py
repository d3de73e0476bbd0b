"""Batches of timers overlap and stay in order."""

import threading

import pytest

from cases.actions import timers
from cases.actions.turns import Turns
from cases.models import Event
from notifications.models import Email
from tests.cases.actions.test_firing import make_due, states


@pytest.mark.django_db(transaction=True)
@pytest.mark.guarantee("G7")
def test_two_threads_fire_what_is_due_in_order_and_once():
    """Red without the lock on deciding: numbers of a later batch come before those of an earlier
    one; and red when the second thread's connection stays open, at the test's end."""
    due = make_due()
    now = max(case.received_at for case in due)
    assert timers.fire_due(now=now, limit=1, overlap=True) == 4
    assert set(states(due)) == {"dropped"}
    numbers = [case.pk for case in due]
    told = Event.objects.filter(kind="dropped").order_by("id")
    assert list(told.values_list("case_id", flat=True)) == numbers
    mailed = Email.objects.filter(purpose="dropped").order_by("id")
    assert list(mailed.values_list("thread__case", flat=True)) == numbers


def test_the_next_is_decided_while_one_is_written_and_is_written_after_it():
    """Red when the turn is not passed on before the writing, or the second does not wait for it."""
    turns, decided = Turns(), threading.Event()
    seen: list[str] = []

    def follow() -> None:
        with turns.take() as pass_on:
            seen.append("second decided")
            decided.set()
            pass_on()
            seen.append("second written")

    second = threading.Thread(target=follow)
    with turns.take() as pass_on:
        second.start()
        seen.append("first decided")
        pass_on()
        assert decided.wait(10)
        seen.append("first written")
    second.join()
    assert seen == ["first decided", "second decided", "first written", "second written"]


def test_what_fails_while_it_is_decided_keeps_nobody_waiting():
    turns = Turns()
    with pytest.raises(ValueError, match="broken"), turns.take():
        raise ValueError("broken")
    with turns.take() as pass_on:
        pass_on()
