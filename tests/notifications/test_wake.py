"""A wake-up is best effort and never holds anybody up (G8, G19)."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import transaction

from notifications import wake as wake_module
from notifications.wake import wake


class Task:
    """Stands in for the broker's client, the network's edge."""

    name = "test"

    def __init__(self, fault=None):
        self.calls = []
        self.fault = fault
        self.called = threading.Event()

    def apply_async(self, args, **options):
        self.called.set()
        if self.fault:
            self.fault()
        self.calls.append(args)


@pytest.fixture(autouse=True)
def fresh_publisher(monkeypatch):
    monkeypatch.setattr(wake_module, "_current", None)


@pytest.mark.django_db(transaction=True)
def test_the_broker_hears_of_committed_work_only():
    task = Task()
    with pytest.raises(RuntimeError), transaction.atomic():
        wake(task, 1)
        raise RuntimeError
    with transaction.atomic():
        wake(task, 2)
        assert not task.called.is_set()
    assert task.called.wait(2)
    time.sleep(0.05)
    assert task.calls == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_who_asks_for_silence_wakes_nobody_until_it_is_over():
    task = Task()
    with wake_module.silence():
        wake(task, 1)
    wake(task, 2)
    assert task.called.wait(2)
    time.sleep(0.05)
    assert task.calls == [(2,)]


@pytest.mark.guarantee("G19")
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_hangs_holds_up_nobody():
    release = threading.Event()

    def hang():
        release.wait(2)
        release.set()  # whoever waited for it has shown it by now

    task = Task(fault=hang)
    started = time.monotonic()
    for number in range(wake_module.CAPACITY + 50):
        wake(task, number)
    assert time.monotonic() - started < 1
    release.set()


@pytest.mark.django_db(transaction=True)
def test_equal_wake_ups_in_a_burst_are_few_and_the_last_comes_after_the_last_commit():
    task = Task()
    for _ in range(200):
        wake(task)
    time.sleep(2 * wake_module.SPACING_S + 0.1)
    assert 1 <= len(task.calls) <= 2
    before = len(task.calls)
    wake(task)
    time.sleep(wake_module.SPACING_S + 0.1)
    assert len(task.calls) == before + 1


@pytest.mark.guarantee("G19")
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_gone_is_left_alone_for_a_while():
    def refuse():
        raise ConnectionError("gone")

    task = Task(fault=refuse)
    for number in range(20):
        wake(task, number)
    assert task.called.wait(2)
    task.fault = None
    time.sleep(0.1)
    assert task.calls == []


@pytest.mark.guarantee("G19")
@pytest.mark.django_db(transaction=True)
def test_mail_is_queued_and_stored_without_a_broker(make_email, settings, sink):
    from config.celery import app
    from notifications import inbound, outbox
    from notifications.models import Inbound
    from tests.notifications.conftest import NOW

    saved = app.conf.broker_url
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    try:
        started = time.monotonic()
        make_email()
        inbound.store(channel="lmtp", recipient="a@x", envelope_from="", raw=b"x", now=NOW)
        assert time.monotonic() - started < 1
    finally:
        app.conf.broker_url = saved
        app._after_fork()  # the pool of connections to the broker that is gone serves nobody
    assert outbox.sweep(now=NOW) == 1
    assert Inbound.objects.count() == 1
