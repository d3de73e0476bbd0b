"""Whatever process stops, somebody is told which within five minutes (G23)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from subprocess import Popen
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from redis import Redis

from config.embedded import Servers, find_free_port
from notifications.pulse import SILENT
from tests.notifications.sink import Sink, parse, run_sink

pytestmark = [pytest.mark.slow, pytest.mark.guarantee("G23")]

CELERY = ("-m", "celery", "-A", "config", "--quiet")
# As if four minutes had passed: whoever lives shows it again, and may watch again at once.
FOUR_MINUTES = """
UPDATE notifications_pulse SET beat_at = beat_at - interval '4 minutes';
UPDATE notifications_doorhealth SET beat_at = beat_at - interval '4 minutes';
"""
LATER = """
UPDATE notifications_pulse SET beat_at = beat_at - interval '1 minute' WHERE name = 'watch'
"""
STALLS = "SELECT name FROM notifications_stall WHERE told_at IS NOT NULL"


@dataclass
class Running:
    """Every process of a desk on the scratch database, and where its operators' mail ends."""

    scratch: object
    redis: Servers
    sink: Sink
    web_port: int
    parts: dict[str, Popen[bytes]]

    def told(self) -> set[str]:
        self.scratch.query(LATER)
        return {name for (name,) in self.scratch.query(STALLS)}

    def has_nothing_to_do(self) -> bool:
        """No task waits in Redis, nor is one in a worker's hands."""
        with Redis.from_url(self.redis.endpoints.redis_url) as client:
            return not client.exists("celery", "at_once", "unacked")

    def subjects(self) -> list[str]:
        return [str(parse(envelope)["Subject"]) for envelope in self.sink.seen]

    def read(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.web_port}{path}", timeout=5) as answer:
            return answer.read().decode()


@pytest.fixture
def running(scratch, wait_until, data_dir) -> Iterator[Running]:
    redis = Servers(data_dir=data_dir, with_postgres=False)
    redis.start()
    web, lmtp, smtp = (str(find_free_port()) for _ in range(3))
    with run_sink(Sink()) as (sink, port):
        given = {
            "REDIS_URL": redis.endpoints.redis_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "OPERATORS": "ops@example.com",
            "DOOR_LMTP_PORT": lmtp,
            "DOOR_SMTP_PORT": smtp,
            "SWEEP_SECONDS": "2",
            "WATCH_SECONDS": "2",
        }
        commands = {
            "web": ("-m", "granian", "--interface", "wsgi", "--port", web, "--no-ws",
                    "--workers", "1", "config.wsgi:application"),
            "worker": (*CELERY, "worker", "--pool", "solo", "--without-gossip",
                       "--without-mingle"),
            "beat": (*CELERY, "beat", "--pidfile="),
            "door": ("manage.py", "receive_smtp"),
        }  # fmt: skip
        parts = {name: scratch.spawn(*words, **given) for name, words in commands.items()}
        running = Running(scratch, redis, sink, int(web), parts)
        try:
            wait_until(lambda: is_complete(scratch))
            yield running
        finally:
            for part in parts.values():
                signal_all(part.pid, signal.SIGCONT)
            signal_all(parts["web"].pid, signal.SIGKILL)  # its worker, too, which would stay
            scratch.kill_all()
            redis.stop()


def signal_all(pid: int, number: signal.Signals) -> None:
    """To a process and its children (Linux): granian's workers are such."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (*map(int, children), pid):
        os.kill(one, number)


def is_complete(scratch) -> bool:
    """Has everything shown that it lives?"""
    (pulses,) = scratch.query("SELECT count(*) FROM notifications_pulse")
    (doors,) = scratch.query("SELECT count(*) FROM notifications_doorhealth")
    return pulses[0] == 7 and doors[0] == 2


def test_each_process_that_stops_is_named_to_operators(running: Running, wait_until) -> None:
    """Red when `find_silences` finds nothing, when no part but the worker watches (the worker and
    beat go unnoticed), or when a sweep's pulse is written before its work (a hung worker does)."""
    assert timedelta(minutes=4) > SILENT
    names = {"web": {"web"}, "worker": {"worker"}, "beat": {"beat"}, "door": {"door:lmtp"}}
    for part, culprits in names.items():
        stop_and_go_on(running, part, culprits, wait_until)
    assert any("runs again" in subject for subject in running.subjects())


def stop_and_go_on(
    running: Running, part: str, culprits: set[str], wait_until: Callable[..., None]
) -> None:
    """Stop one process as a hang does, let four minutes pass, and see who is named."""
    signal_all(running.parts[part].pid, signal.SIGSTOP)
    if part == "beat":  # what it handed out already is done first, and shows a worker alive
        wait_until(running.has_nothing_to_do, seconds=40)
    running.scratch.query(FOUR_MINUTES)
    try:
        wait_until(lambda: culprits <= running.told(), seconds=40)
        others = {"web", "worker", "beat"} - culprits
        wait_until(lambda: not others & running.told(), seconds=40)
        if part != "web":
            for name in culprits:
                assert f'lastcall_stalled{{what="{name}"}} 1.0' in running.read("/metrics")
    finally:
        signal_all(running.parts[part].pid, signal.SIGCONT)
    wait_until(lambda: not running.told(), seconds=40)


def test_without_servers_the_probes_say_which(running: Running, wait_until) -> None:
    """Red when /readyz does not look."""
    assert '"status": "ok"' in running.read("/readyz")
    running.redis.stop()
    assert '"status": "degraded"' in running.read("/readyz")
    running.scratch.query(FOUR_MINUTES)
    wait_until(lambda: running.told() & {"beat", "worker"}, seconds=40)
    postgres = running.scratch.servers.postgres
    postgres.process.send_signal(signal.SIGQUIT)
    postgres.process.wait(30)
    try:
        with pytest.raises(HTTPError) as refused:
            running.read("/readyz")
        assert (refused.value.code, refused.value.headers["Retry-After"]) == (503, "5")
        assert running.read("/livez") == "ok"
    finally:
        postgres.start(running.scratch.servers.endpoints)
