"""What a run needs before anything starts: .env, lock, ports."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from config.ports import Ports, read_ports, save_ports
from config.run.place import VARIABLES, CannotRun, choose_ports, make_env_file, take_lock

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken():
    """A port on which somebody listens, with some free ones after it."""
    with socket.socket() as thief:
        thief.bind((HOST, 0))
        thief.listen()
        yield thief.getsockname()[1]


@pytest.fixture(autouse=True)
def _no_port_is_named(monkeypatch):
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)


def test_the_first_env_file_makes_a_sandbox_and_is_private(monkeypatch, tmp_path):
    monkeypatch.delenv("DEBUG")
    file = tmp_path / ".env"
    assert make_env_file(file)
    text = file.read_text()
    assert "DEBUG=1" in text
    assert "SANDBOX=1" in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not make_env_file(file)
    assert file.read_text() == text


def test_no_env_file_where_the_environment_decides(tmp_path):
    assert os.environ["DEBUG"] == "1"
    assert not make_env_file(tmp_path / ".env")


def test_a_second_supervisor_is_told_of_the_first(tmp_path):
    lock = take_lock(tmp_path)
    with pytest.raises(CannotRun, match=f"process {os.getpid()}"):
        take_lock(tmp_path)
    os.close(lock)
    os.close(take_lock(tmp_path))


def test_a_taken_port_gives_way_to_the_next_and_is_remembered(tmp_path, taken):
    save_ports(tmp_path, Ports(web=taken))
    chosen = choose_ports(tmp_path, host=HOST)
    assert chosen.web > taken
    assert read_ports(tmp_path) == chosen
    assert choose_ports(tmp_path, host=HOST) == chosen


@pytest.mark.skipif(sys.platform != "linux", reason="the claim is Linux's")
def test_two_clones_that_start_at_once_choose_different_ports(tmp_path):
    code = (
        "import sys; from pathlib import Path; from config.run.place import choose_ports;"
        "print(choose_ports(Path(sys.argv[1]), host='127.0.0.1').web, flush=True); input()"
    )
    start = [sys.executable, "-c", code]
    clones = [
        subprocess.Popen(
            [*start, str(tmp_path / name)], stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT
        )
        for name in "ab"
    ]
    chosen = [clone.stdout.readline() for clone in clones]
    for clone in clones:
        clone.communicate("\n", timeout=10)
    assert chosen[0] != chosen[1]


def test_no_port_is_given_twice(tmp_path, taken):
    save_ports(tmp_path, Ports(web=taken, lmtp=taken, smtp=taken, sink=taken))
    chosen = choose_ports(tmp_path, host=HOST)
    assert len({chosen.web, chosen.lmtp, chosen.smtp, chosen.sink}) == 4


def test_a_named_port_is_never_swapped(tmp_path, taken, monkeypatch):
    monkeypatch.setenv("DOOR_LMTP_PORT", str(taken))
    with pytest.raises(CannotRun, match=f"port {taken}, which DOOR_LMTP_PORT names, is taken"):
        choose_ports(tmp_path, host=HOST)


def test_an_address_of_another_machine_is_named(tmp_path):
    with pytest.raises(CannotRun, match=r"192\.0\.2\.1 is no address of this machine; see HOST"):
        choose_ports(tmp_path, host="192.0.2.1")
