"""`make run` for real, without the example data: opened, refused twice, stopped, nothing left."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from config.embedded import Servers, find_free_port, read_endpoints
from config.ports import read_ports
from config.run.place import CannotRun
from config.run.supervisor import Supervisor
from tests.faults.test_imap import MAILBOX

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / ".data" / "test-template"  # the test run's own, which spares an initdb
pytestmark = pytest.mark.slow


def make_environment(data_dir, **more):
    kept = ("PATH", "HOME", "LANG")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "LASTCALL_ENV_FILE": str(data_dir / ".env"),
        "LASTCALL_DATA": str(data_dir / "data"),
        "EXAMPLE_DATA": "0",
        **more,
    }


def start(environment):
    return subprocess.Popen(
        [sys.executable, "-m", "config.run"], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def read_until(process, words):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError("it ended before it said " + words + ":\n" + "".join(lines))


def processes_of(data_dir):
    """Every process whose environment or arguments name this folder (Linux)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                text = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(data_dir).encode() in text:
                found.append(int(entry.name))
    return found


def test_open_use_and_stop(data_dir):
    process = start(make_environment(data_dir))
    try:
        opened = read_until(process, "Ctrl-C stops everything")
        ports = read_ports(data_dir / "data")
        address = f"http://127.0.0.1:{ports.web}"
        assert address in opened
        assert "DEBUG=1" in (data_dir / ".env").read_text()
        with urlopen(f"{address}/readyz") as response:
            assert json.load(response)["status"] == "ok"
        with urlopen(f"{address}/accounts/login/") as response:
            assert response.status == 200

        second = start(make_environment(data_dir))
        refused, _ = second.communicate(timeout=20)
        assert second.returncode == 1
        assert f"already runs from this folder (process {process.pid}" in refused

        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=40)
        assert time.monotonic() - began < 20  # room for a busy machine
        assert process.returncode == 0, rest
        assert "everything is stopped" in rest
        assert "did not stop in time" not in rest
        assert processes_of(data_dir) == []
    finally:
        process.kill()


def test_nothing_is_left_when_the_supervisor_itself_is_killed(data_dir):
    process = start(make_environment(data_dir))
    try:
        read_until(process, "Ctrl-C stops everything")
    finally:
        process.kill()
        process.communicate()
    limit = time.monotonic() + 25
    while processes_of(data_dir) and time.monotonic() < limit:
        time.sleep(0.2)
    assert processes_of(data_dir) == []


def test_a_named_port_that_is_taken_is_refused_by_name(data_dir):
    import socket

    with socket.socket() as thief:
        thief.bind(("127.0.0.1", 0))
        thief.listen()
        port = thief.getsockname()[1]
        process = start(make_environment(data_dir, PORT=str(port)))
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"port {port}, which PORT names, is taken" in said


def test_a_wrong_variable_is_named(data_dir):
    process = start(make_environment(data_dir, PORT="many"))
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "PORT must be a whole number" in said
    assert "Traceback" not in said


def test_a_database_that_is_not_there_is_named(data_dir):
    url = f"postgres://desk:secret@127.0.0.1:{find_free_port()}/desk"
    process = start(make_environment(data_dir, DATABASE_URL=url))
    said, _ = process.communicate(timeout=40)
    assert process.returncode == 1
    assert "does not answer; see DATABASE_URL" in said
    assert "secret" not in said
    assert processes_of(data_dir) == []


def test_the_death_of_postgresql_ends_the_run_with_its_last_words(data_dir):
    supervisor = Supervisor()
    supervisor.servers = Servers.copy_template(TEMPLATE, data_dir)
    supervisor.servers.start()
    try:
        supervisor.servers.postgres.process.kill()
        supervisor.servers.postgres.process.wait()
        with pytest.raises(CannotRun, match=r"Postgres was ended by SIGKILL. Its last lines:"):
            supervisor._look_after()
    finally:
        supervisor.servers.stop()


def test_a_mailbox_that_is_set_up_later_is_read_without_a_restart(data_dir, dovecot):
    environment = make_environment(
        data_dir,
        IMAP_TEST_PASSWORD=dovecot.password,
        SSL_CERT_FILE=str(dovecot.ca_file),
    )
    process = start(environment)
    try:
        read_until(process, "Ctrl-C stops everything")
        endpoints = read_endpoints(data_dir / "data")
        with psycopg.connect(endpoints.database_url, autocommit=True) as connection:
            connection.execute(MAILBOX, (dovecot.imaps_port, "\\Seen"))
        read_until(process, "imap:support is watched")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0, rest
        assert "did not stop in time" not in rest
        assert processes_of(data_dir) == []
    finally:
        process.kill()
