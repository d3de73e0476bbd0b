"""Redis is emptied, gone or hangs, workers are told to stop: nothing is lost, and nobody waits."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from config.embedded.account import Account
from config.embedded.redis import Redis
from tests.faults.browsers import MAKE_CASE, Browsers, read_made
from tests.faults.test_restarts import listens
from tests.notifications.sink import HANG, find_port, run_sink

pytestmark = pytest.mark.slow
CASES = 60
# Cases whose date came ten minutes ago, while there was neither Redis nor beat.
MAKE_DUE = """
import sys, django; django.setup()
from datetime import timedelta
from config import clock
from tests.cases.build import Desk
from tests.faults.crowd import clone_case
desk = Desk(items=1)
desk.now = clock.now()
case = desk.open()
from cases.actions import confirmation
desk.do(confirmation.confirm, case)
clone_case(case, copies=int(sys.argv[1]))
clock.move_to(case.timers.get(kind="execute").check_at + timedelta(minutes=10))
"""
OPEN = "SELECT count(*) FROM cases_timer WHERE kind = 'execute' AND fired_at IS NULL"
STARTED = (
    "SELECT count(*), count(DISTINCT case_id) FROM cases_event WHERE kind = 'execution_started'"
)
DOWN = "SELECT count(*) FROM cases_caseitem WHERE outcome = 'deactivated'"
CONFIRMED = 6
REPLIES = "SELECT count(*), count(DISTINCT text) FROM notifications_email WHERE purpose = 'reply'"
ORDERED = "SELECT count(*) FROM accounts_sandboxorder"


class Broker:
    """A Redis of the test's own."""

    def __init__(self, scratch: Any, folder: Path) -> None:
        self.server = Redis(folder=folder, account=Account.choose())
        self.endpoints = scratch.servers.endpoints
        self.url = self.endpoints.redis_url

    def start(self) -> None:
        self.server.start(self.endpoints)

    def flush(self) -> None:
        redis.Redis.from_url(self.url).flushall()

    def send(self, number: signal.Signals) -> None:
        assert self.server.process is not None
        self.server.process.send_signal(number)


@pytest.fixture
def broker(scratch: Any) -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="lastcall-redis-") as folder:
        os.chmod(folder, 0o755)
        broker = Broker(scratch, Path(folder))
        broker.start()
        yield broker
        broker.server.stop()


@pytest.mark.guarantee("G8")
@pytest.mark.guarantee("G21")
def test_due_timers_outlive_redis_beat_and_workers(
    scratch: Any, broker: Broker, wait_until: Any
) -> None:
    """Ten minutes without Redis and beat; then Redis is emptied all the time, and the worker is
    told to stop in the middle. All that was due fires within five minutes, and once.

    Seen to fail without `sweep_timers` in beat's timetable: nothing fires.
    """
    here = {
        "REDIS_URL": broker.url,
        "SANDBOX_CLOCK_FILE": str(scratch.servers.data_dir / "clock"),
        "FUSE_AT_ONCE": "100000",
        "SWEEP_SECONDS": "2",
        "TIMERS_AT_ONCE": "10",  # several batches, so that a worker decides one beside another
    }
    scratch.run_code(MAKE_DUE, str(CASES), **here)
    total = CASES + 1
    started = time.monotonic()
    celery = ("-m", "celery", "-A", "config", "--quiet")
    schedule = scratch.servers.data_dir / "beat"
    scratch.spawn(*celery, "beat", "--pidfile=", "-s", str(schedule), **here)
    worker = scratch.spawn(*celery, "worker", "--concurrency", "2", "--without-mingle", **here)

    def fires_while_flushed(most: int) -> bool:
        broker.flush()
        time.sleep(0.2)
        return scratch.query(OPEN)[0][0] <= most

    wait_until(lambda: fires_while_flushed(total - 1), 120)
    worker.send_signal(signal.SIGTERM)
    asked = time.monotonic()
    assert worker.wait(35) == 0
    assert time.monotonic() - asked < 30, "it drained too slowly"
    scratch.spawn(*celery, "worker", "--concurrency", "2", "--without-mingle", **here)
    wait_until(lambda: fires_while_flushed(0), 120)
    assert time.monotonic() - started < 300
    wait_until(lambda: scratch.query(DOWN) == [(total,)], 120)
    assert scratch.query(STARTED) == [(total, total)]
    assert scratch.query(ORDERED) == [(total,)], "each service was ordered down once"
    scratch.manage("verify_history")


@pytest.mark.guarantee("G19")
def test_a_redis_that_hangs_keeps_no_page_waiting(
    scratch: Any, broker: Broker, wait_until: Any
) -> None:
    """`kill -STOP`: connections are taken and nothing is answered; then it is gone altogether.

    Replies wait for their minute and wake nobody; confirmations wake workers at once.

    Seen to fail when `wake` published by itself: a confirmation took nine seconds.
    """
    port = find_port()
    made = read_made(scratch.run_code(MAKE_CASE, str(CONFIRMED)))
    waiting = iter(made["more"])
    browsers = Browsers(port=port, made=made, verb="reply")
    scratch.serve(port, REDIS_URL=broker.url)
    wait_until(lambda: listens(port))

    def work_on() -> None:
        before = len(browsers.acknowledged)
        for _ in range(CONFIRMED // 2):
            assert browsers.write("now", case=next(waiting), verb="confirm")
        wait_until(lambda: len(browsers.acknowledged) > before + 30)

    with browsers.at_work():
        wait_until(lambda: len(browsers.acknowledged) > 10)
        browsers.slowest_s = 0.0
        broker.send(signal.SIGSTOP)
        work_on()
        broker.send(signal.SIGCONT)
        broker.server.stop()
        work_on()
    assert set(browsers.answers) == {302}, browsers.answers
    assert browsers.slowest_s < 2
    assert scratch.query(REPLIES) == [(len(browsers.acknowledged),) * 2]


QUEUE_MAILS = """
import django; django.setup()
from config import clock
from notifications import outbox, tasks
from notifications.models import Thread
thread = Thread.objects.create(token="ponmlkjihgfedcba", created_at=clock.now())
for number in range(3):
    outbox.queue(key=f"k{number}", purpose="test", thread=thread, from_name="Acme",
        from_email="c@acme.example.com", reply_to=thread.address("r.example.com"), to_name="",
        to_email=f"robin{number}@customer.example.com", subject="x", text="x", html="",
        now=clock.now())
tasks.sweep_outbox.delay()
"""
MAILS = "SELECT status, count(*) FROM notifications_email GROUP BY 1 ORDER BY 1"


@pytest.mark.guarantee("G5")
@pytest.mark.guarantee("G21")
def test_a_worker_that_is_told_to_stop_waits_for_no_silent_mail_server(
    scratch: Any, broker: Broker, wait_until: Any
) -> None:
    """The server keeps silent after the final dot: the mail's fate is unknown, the others wait.

    Seen to fail without `config.draining`: it waited for as long as the server may be silent.
    """
    with run_sink() as (sink, port):
        sink.always["DATA"] = HANG
        here = {
            "REDIS_URL": broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "EMAIL_TIMEOUT_S": "60",
        }
        worker = scratch.spawn(
            "-m", "celery", "-A", "config", "--quiet", "worker", "--concurrency", "1",
            "--without-mingle", **here,
        )  # fmt: skip
        scratch.run_code(QUEUE_MAILS, **here)
        wait_until(lambda: sink.seen)
        worker.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        assert worker.wait(40) == 0
        assert time.monotonic() - asked < 15, "it waited for the mail server"
        assert len(sink.seen) == 1
    assert scratch.query(MAILS) == [("queued", 2), ("unknown", 1)]
