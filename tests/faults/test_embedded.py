"""The embedded servers, for real: started, stopped, killed, left behind, crowded."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import EmbeddedFailed, Servers, account, read_endpoints
from config.embedded.endpoints import FILE

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / ".data" / "test-template"  # the test run's own, which spares an initdb
pytestmark = pytest.mark.slow


@pytest.fixture
def make_servers(data_dir):
    made = []

    def make(folder=data_dir, *, from_template=True, **options):
        folder.mkdir(exist_ok=True)
        if from_template and not any(folder.iterdir()):
            Servers.copy_template(TEMPLATE, folder)
        made.append(Servers(data_dir=folder, **options))
        return made[-1]

    yield make
    for servers in made:
        servers.stop()


def query(endpoints, text):
    with psycopg.connect(endpoints.database_url, connect_timeout=3, autocommit=True) as connection:
        cursor = connection.execute(text)
        return cursor.fetchone() if cursor.description else None


def wait_until(condition, seconds=10.0):
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come true in time"
        time.sleep(0.05)


def is_shut(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_whole_life(make_servers, data_dir):
    servers = make_servers(from_template=False)
    endpoints = servers.start()
    assert query(endpoints, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == (
        False,
    )
    assert query(endpoints, "SHOW fsync") == ("on",)
    assert query(endpoints, "SHOW synchronous_commit") == ("on",)
    assert query(endpoints, "SHOW listen_addresses") == ("127.0.0.1",)
    query(endpoints, "CREATE TABLE kept AS SELECT 42 AS answer")
    client = redis.Redis.from_url(endpoints.redis_url)
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    client.close()
    servers.stop()
    assert is_shut(endpoints.postgres_port)
    assert is_shut(endpoints.redis_port)

    again = make_servers().start()
    assert again == endpoints
    assert query(again, "SELECT answer FROM kept") == (42,)


def test_strangers_are_refused_and_the_secrets_are_private(make_servers, data_dir):
    endpoints = make_servers().start()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(endpoints.database_url.replace(endpoints.postgres_password, "guess"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=endpoints.redis_port).ping()
    assert stat.S_IMODE((data_dir / FILE).stat().st_mode) == 0o600
    assert endpoints.postgres_password not in repr(endpoints)


def test_a_killed_server_heals(make_servers, data_dir):
    servers = make_servers()
    endpoints = servers.start()
    query(endpoints, "CREATE TABLE kept AS SELECT 7 AS answer")
    servers.postgres.process.kill()
    servers.postgres.process.wait()
    servers.redis.process.kill()
    servers.redis.process.wait()
    assert (servers.postgres.data / "postmaster.pid").exists()

    assert query(make_servers().start(), "SELECT answer FROM kept") == (7,)


def test_servers_that_a_dead_supervisor_left_are_replaced(make_servers):
    left = make_servers()
    left.start()
    old_postgres, old_redis = left.postgres.process, left.redis.process

    endpoints = make_servers().start()

    assert query(endpoints, "SELECT 1") == (1,)
    assert old_postgres.wait(10) is not None
    assert old_redis.wait(10) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_servers_end_with_the_process_that_started_them(data_dir):
    code = (
        "import sys, time; from pathlib import Path; from config.embedded import Servers;"
        "Servers(data_dir=Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout.readline() == "up\n"
        endpoints = read_endpoints(data_dir)
        starter.kill()
    wait_until(lambda: is_shut(endpoints.postgres_port) and is_shut(endpoints.redis_port))


def test_a_cluster_that_was_half_made_is_made_again(make_servers, data_dir):
    servers = make_servers(from_template=False)
    servers.postgres.data.mkdir()
    (servers.postgres.data / "PG_VERSION").write_text("16\n")
    assert query(servers.start(), "SELECT 1") == (1,)


@pytest.mark.parametrize("which", ["postgres_port", "redis_port"])
def test_a_port_that_was_taken_meanwhile_is_given_up(make_servers, which):
    servers = make_servers()
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", getattr(servers.endpoints, which)))
        thief.listen()
        taken = thief.getsockname()[1]
        endpoints = servers.start()
        assert getattr(endpoints, which) != taken
        assert query(endpoints, "SELECT 1") == (1,)


def test_two_clones_side_by_side(make_servers, data_dir):
    one = make_servers(data_dir / "one").start()
    two = make_servers(data_dir / "two").start()
    query(one, "CREATE TABLE mine (x int)")
    assert query(two, "SELECT to_regclass('mine')") == (None,)


def test_lost_passwords_are_named(make_servers, data_dir):
    servers = make_servers()
    servers.start()
    servers.stop()
    (data_dir / FILE).unlink()
    with pytest.raises(EmbeddedFailed, match=rf"other passwords than {FILE}"):
        make_servers().start()


def test_a_server_that_cannot_start_says_why(make_servers):
    servers = make_servers()
    servers.start()
    servers.stop()
    (servers.postgres.data / "global" / "pg_control").unlink()
    with pytest.raises(EmbeddedFailed, match="pg_control"):
        make_servers().start()


def test_one_of_the_two_can_be_left_out(make_servers):
    servers = make_servers(with_postgres=False)
    endpoints = servers.start()
    assert redis.Redis.from_url(endpoints.redis_url).ping()
    assert is_shut(endpoints.postgres_port)


def test_missing_programs_name_the_remedy(make_servers, monkeypatch, tmp_path):
    monkeypatch.setattr(account, "PROGRAMS", tmp_path / "none")
    with pytest.raises(EmbeddedFailed, match=r"make setup.*DATABASE_URL"):
        make_servers().start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its servers to another user")
def test_below_a_closed_folder_root_keeps_the_data_elsewhere(make_servers, data_dir, monkeypatch):
    monkeypatch.setattr(account, "FAR_HOME", data_dir / "far")
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    servers = make_servers(closed / "data", from_template=False)
    assert query(servers.start(), "SELECT 1") == (1,)
    assert servers.postgres.folder.parent == data_dir / "far"
    assert (closed / "data" / "servers-are-in").read_text().strip() == str(servers.postgres.folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_nobody(data_dir):
    """In a forked process: that user may not be able to reach the interpreter's own folder."""
    os.chown(data_dir, 65534, 65534)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            servers = Servers(data_dir=data_dir)  # with an initdb of its own
            code = 0 if query(servers.start(), "SELECT 1") == (1,) else 2
            servers.stop()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_stopping_ends_open_sessions(make_servers):
    servers = make_servers()
    endpoints = servers.start()
    held = psycopg.connect(endpoints.database_url)
    began = time.monotonic()
    servers.stop()
    assert time.monotonic() - began < 5
    with pytest.raises(psycopg.OperationalError):
        held.execute("SELECT 1")


def test_a_server_that_ignores_the_polite_signal_still_stops(make_servers, monkeypatch):
    servers = make_servers(with_postgres=False)
    servers.start()
    monkeypatch.setattr("config.embedded.redis.STOP_S", 0.3)
    servers.redis.process.send_signal(signal.SIGSTOP)
    process = servers.redis.process
    servers.stop()
    assert process.poll() is not None
