"""PostgreSQL and our own processes are restarted under load: nothing by half, nothing lost."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.faults.browsers import MAKE_CASE, Browsers, read_made
from tests.notifications.sink import find_port

pytestmark = pytest.mark.slow
RESTARTS = 20
HELD_S = 2.5
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
NOTES = "SELECT summary || coalesce(data->>'text', '') FROM cases_event WHERE kind = 'note'"


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def check_notes(scratch: Any, browsers: Browsers) -> None:
    """Every acknowledged note is there, and each once; the history is whole (G4, G16, G17)."""
    told = Counter(summary for (summary,) in scratch.query(NOTES))
    written = [note for note in browsers.acknowledged if not any(note in text for text in told)]
    assert written == [], "acknowledged and lost"
    assert max(told.values()) == 1, "written twice"
    assert len(told) == len(browsers.acknowledged)
    scratch.manage("verify_history")


@pytest.mark.guarantee("G20")
@pytest.mark.guarantee("G17")
def test_twenty_immediate_restarts_of_postgres_under_load(scratch: Any, wait_until: Any) -> None:
    """Notes are written by three people, each tried again until it was acknowledged.

    What pages answer without AnswerOutages is seen in tests/config/test_outage.py.
    """
    port = find_port()
    browsers = Browsers(port=port, made=read_made(scratch.run_code(MAKE_CASE)))
    scratch.serve(port)
    wait_until(lambda: listens(port))
    slowest = 0.0
    with browsers.at_work():
        for _ in range(RESTARTS):
            time.sleep(0.15)
            scratch.crash_postgres()
            back, before = time.monotonic(), len(browsers.acknowledged)
            wait_until(lambda before=before: len(browsers.acknowledged) > before, 30)
            slowest = max(slowest, time.monotonic() - back)
    assert slowest < 30
    assert set(browsers.answers) <= {302, 503}, browsers.answers
    assert browsers.without_retry_after == 0
    assert browsers.answers[503] or browsers.broken, "no restart met a request"
    check_notes(scratch, browsers)


@pytest.mark.guarantee("G21")
def test_what_was_begun_is_answered_before_the_web_server_ends(
    scratch: Any, wait_until: Any
) -> None:
    """A note waits for a case that somebody else has locked, and the server is told to stop."""
    port = find_port()
    browsers = Browsers(port=port, made=read_made(scratch.run_code(MAKE_CASE)))
    server = scratch.serve(port)
    wait_until(lambda: listens(port))
    database = psycopg.connect(scratch.url_of(scratch.database))
    with ThreadPoolExecutor(1) as clicks, database:
        database.execute("SELECT FROM cases_case FOR UPDATE")
        last = clicks.submit(browsers.write, "the last")
        wait_until(lambda: scratch.query(WAITING) == [(1,)])
        server.send_signal(signal.SIGTERM)
        time.sleep(HELD_S)
        database.rollback()
        assert last.result(), "it was cut off"
    assert server.wait(10) in (0, -signal.SIGTERM)
    assert len(scratch.query(NOTES)) == 1


@pytest.mark.guarantee("G21")
def test_a_rolling_restart_of_the_web_server_loses_nothing(scratch: Any, wait_until: Any) -> None:
    """SIGTERM drains: what was begun is answered, what was acknowledged is there."""
    port = find_port()
    browsers = Browsers(port=port, made=read_made(scratch.run_code(MAKE_CASE)))
    server = scratch.serve(port)
    wait_until(lambda: listens(port))
    with browsers.at_work():
        for _ in range(2):
            before = len(browsers.acknowledged)
            wait_until(lambda before=before: len(browsers.acknowledged) > before + 5)
            server.send_signal(signal.SIGTERM)
            started = time.monotonic()
            assert server.wait(30) in (0, -signal.SIGTERM)
            assert time.monotonic() - started < 30
            server = scratch.serve(port)
            wait_until(lambda: listens(port))
        before = len(browsers.acknowledged)
        wait_until(lambda: len(browsers.acknowledged) > before + 5)
    assert set(browsers.answers) == {302}, browsers.answers
    check_notes(scratch, browsers)
