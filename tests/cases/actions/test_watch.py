"""Operators are told once of what stands still, and a monitor outside hears while nothing does."""

from __future__ import annotations

import http.server
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail

from cases.actions.watch import TELL_AGAIN, watch
from config import clock
from notifications.models import Pulse, Stall, Switch
from notifications.pulse import SWEEPS, note_pulse
from tests.cases.build import CALL, Desk

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G23")]


class Monitor(http.server.BaseHTTPRequestHandler):
    calls = 0

    def do_GET(self) -> None:
        type(self).calls += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def monitor(settings) -> Iterator[type[Monitor]]:
    """A monitor outside that counts calls, and two operators."""
    Monitor.calls = 0
    server = http.server.HTTPServer(("127.0.0.1", 0), Monitor)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.OPERATORS = ["ops@example.com", "night@example.com"]
    settings.DEADMAN_URL = f"http://127.0.0.1:{server.server_port}/ping/secret"
    yield Monitor
    server.shutdown()
    server.server_close()


def look(now=CALL) -> None:
    Pulse.objects.filter(name="watch").delete()
    watch(now=now)


def fall_silent(*names: str) -> None:
    for name in names:
        note_pulse(name)
    Pulse.objects.filter(name__in=names).update(beat_at="2020-01-01T00:00Z")


def test_while_all_is_well_only_the_monitor_hears(monitor) -> None:
    for sweep in SWEEPS:
        note_pulse(sweep)
    look()
    assert (monitor.calls, mail.outbox, list(Stall.objects.all())) == (1, [], [])


def test_a_stall_is_told_once_then_again_after_hours_then_its_end(monitor) -> None:
    fall_silent(*SWEEPS)
    look()
    look(CALL + timedelta(minutes=5))
    assert monitor.calls == 0
    assert [m.to for m in mail.outbox] == [["ops@example.com", "night@example.com"]]
    assert "No worker has done anything" in mail.outbox[0].subject
    assert "/desk/health/" in mail.outbox[0].body
    look(CALL + TELL_AGAIN)
    assert len(mail.outbox) == 2
    for sweep in SWEEPS:
        note_pulse(sweep)
    look(CALL + TELL_AGAIN)
    assert mail.outbox[-1].subject == "Lastcall runs again"
    assert (monitor.calls, Stall.objects.count()) == (1, 0)


def test_one_watches_at_a_time(monitor) -> None:
    watch(now=CALL)
    watch(now=CALL)
    assert monitor.calls == 1


def test_a_mail_that_cannot_be_sent_is_tried_again(settings) -> None:
    fall_silent("web")
    settings.EMAIL_BACKEND = "no.such.Backend"
    look()
    assert Stall.objects.get().told_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    look()
    assert len(mail.outbox) == 1


def test_what_a_person_paused_is_no_stall(monitor) -> None:
    Switch.objects.create(name="sending", paused=True, reason="A wrong template")
    look()
    assert (monitor.calls, mail.outbox) == (1, [])


def test_a_restored_backup_is_told(monitor) -> None:
    Switch.objects.create(name="restored", paused=True, reason="Older.")
    look()
    assert monitor.calls == 0
    assert "restored backup" in mail.outbox[0].subject


def test_work_that_is_overdue_is_a_stall_within_five_minutes(monitor) -> None:
    desk = Desk()
    desk.ask(desk.open())
    due_at = desk.customer.cases.get().timers.order_by("check_at").first().check_at
    look(due_at + timedelta(minutes=4))
    assert monitor.calls == 1
    look(due_at + timedelta(minutes=4, seconds=1))
    assert "Timers are late" in mail.outbox[-1].subject


def test_what_a_moved_clock_brought_is_not_late_yet(monitor, settings) -> None:
    desk = Desk()
    desk.ask(desk.open())
    later = desk.customer.cases.get().timers.order_by("check_at").last().check_at
    clock.move_to(later + timedelta(days=7))
    look(later + timedelta(days=7))
    assert monitor.calls == 1
    long_ago = time.time() - 300  # in real seconds
    os.utime(settings.SANDBOX_CLOCK_FILE, (long_ago, long_ago))
    look(later + timedelta(days=7))
    assert "Timers are late" in mail.outbox[-1].subject


def test_a_monitor_that_is_gone_stops_nothing(settings) -> None:
    settings.DEADMAN_URL = "http://127.0.0.1:1/"
    look()
