"""An outage of ten days, and the switches thrown while many workers send."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from cases.actions import information, timers
from notifications import epoch, outbox
from notifications.models import Email, Switch
from tests.cases.build import QUESTION, Desk

TEN_DAYS = timedelta(days=10)


@pytest.mark.django_db
@pytest.mark.guarantee("G14")
@pytest.mark.parametrize("begins_on_day", [0, 2, 6, 13])
def test_after_ten_days_asleep_no_reminder_leaves_with_its_drop(sink, begins_on_day: int) -> None:
    """Nothing runs for ten days. What follows keeps its distances, whatever was overdue.

    Seen to fail without the interval since the last reminder in `drop_at`: the drop came with it.
    """
    desk = Desk()
    case = desk.ask(desk.open())
    for _ in range(begins_on_day):
        desk.now += timedelta(days=1)
        desk.run()
    desk.now += TEN_DAYS
    for _ in range(30 * 2):
        desk.run()
        desk.now += timedelta(hours=12)
    assert desk.read(case).state == "dropped"
    accepted = {m.purpose + m.key[-1]: m.accepted_at for m in desk.mails(case) if m.accepted_at}
    reminders = sorted(at for name, at in accepted.items() if name.startswith("reminder"))
    [dropped] = [at for name, at in accepted.items() if name.startswith("dropped")]
    assert len(reminders) == 2
    assert reminders[1] - reminders[0] >= timedelta(days=4)
    assert dropped - reminders[1] >= timedelta(days=7)


@pytest.mark.django_db
@pytest.mark.guarantee("G24")
def test_on_a_restored_backup_nothing_leaves_and_nothing_fires(sink) -> None:
    """Also what could be undone. Red when `fire_due` no longer asks `hold_if_restored`."""
    desk, other = Desk(), Desk()
    reminder = desk.ask(desk.open()).timers.get()
    other.do(information.request_information, other.open(), questions=[QUESTION])
    epoch.hold("Older.", now=desk.now)
    assert outbox.deliver_due(now=desk.now) == 0
    assert timers.fire_due(now=reminder.due_at) == 0
    assert Email.objects.filter(status="queued").count() == 1
    Switch.objects.all().delete()
    assert timers.fire_due(now=reminder.due_at) == 1


MAILS = 300


@pytest.mark.django_db(transaction=True)
@pytest.mark.guarantee("G7")
def test_a_pause_under_load_acts_within_one_claim(sink) -> None:
    """Three workers send; a switch is thrown: each may finish the one mail that it has begun."""
    desk = Desk()
    thread = outbox.open_thread(now=desk.now)
    for number in range(MAILS):
        outbox.queue(
            key=f"load:{number}", purpose="load", thread=thread, from_name="", to_name="",
            from_email=desk.brand.email_from, reply_to="", to_email="rosa@fernwood.example",
            subject=f"Load {number}", text="x", html="", now=desk.now,
        )  # fmt: skip
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.is_set():
                outbox.deliver_due(now=desk.now, limit=100)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(4):
            wait_for_more(sink)
            Switch.objects.update_or_create(name="sending", defaults={"paused": True})
            paused_at = len(sink.accepted)
            settle(sink)
            assert len(sink.accepted) <= paused_at + len(workers) * 2
            assert not Email.objects.filter(status="sending", begun_at__isnull=False).exists()
            Switch.objects.update(paused=False)
        wait_for(lambda: len(sink.accepted) == MAILS)
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert len({m["X-Lastcall-Id"] for m in sink.messages}) == MAILS
    assert Email.objects.filter(status="sent").count() == MAILS


def wait_for(condition, seconds: float = 60.0) -> None:
    import time

    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)


def wait_for_more(sink) -> None:
    """Wait until the workers send."""
    seen = len(sink.accepted)
    wait_for(lambda: len(sink.accepted) > seen + 5)


def settle(sink) -> None:
    """Wait until nothing has been accepted for half a second."""
    import time

    seen, still_since = -1, time.monotonic()
    while time.monotonic() - still_since < 0.5:
        if len(sink.accepted) != seen:
            seen, still_since = len(sink.accepted), time.monotonic()
        time.sleep(0.02)
