"""The settings file under different environments."""

import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

FILE = Path(__file__).resolve().parents[2] / "config" / "settings.py"
PRODUCTION = {
    "DEBUG": "0",
    "SANDBOX": "0",
    "SECRET_KEY": "a long secret",
    "ALLOWED_HOSTS": "desk.example.com",
    "DATABASE_URL": "postgres://desk@db.example/desk",
    "REDIS_URL": "rediss://redis.example/0",
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    def read_settings(**variables):
        kept = {name: os.environ[name] for name in ("PATH", "LASTCALL_ENV_FILE")}
        given = kept | {"LASTCALL_DATA": str(tmp_path)} | variables
        monkeypatch.setattr("os.environ", given)
        return SimpleNamespace(**runpy.run_path(str(FILE)))

    return read_settings


def test_a_sandbox_without_debug_is_refused(read):
    with pytest.raises(ImproperlyConfigured, match="SANDBOX is on but DEBUG is off"):
        read(**PRODUCTION | {"SANDBOX": "1"})


def test_production_needs_a_secret(read):
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY must be set"):
        read(**PRODUCTION | {"SECRET_KEY": ""})


def test_production_is_strict(read):
    found = read(**PRODUCTION)
    assert found.ALLOWED_HOSTS == ["desk.example.com"]
    assert found.SECURE_SSL_REDIRECT
    assert found.SECURE_HSTS_SECONDS >= 31_536_000
    assert found.SESSION_COOKIE_SECURE
    assert found.CSRF_COOKIE_SECURE
    assert "config.sandbox" not in found.INSTALLED_APPS
    assert "Manifest" in found.STORAGES["staticfiles"]["BACKEND"]


def test_production_names_no_host_by_itself(read):
    assert read(**PRODUCTION | {"ALLOWED_HOSTS": ""}).ALLOWED_HOSTS == []


def test_the_sandbox_sends_to_its_own_sink(read):
    found = read(DEBUG="1", SANDBOX="1", SINK_PORT="9026")
    assert (found.EMAIL_HOST, found.EMAIL_PORT) == ("127.0.0.1", 9026)
    assert "config.sandbox" in found.INSTALLED_APPS


def test_every_connection_has_its_timeouts(read):
    database = read(**PRODUCTION).DATABASES["default"]
    options = database["OPTIONS"]["options"]
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert f"-c {name}=" in options
    assert database["CONN_HEALTH_CHECKS"] is True
    assert database["CONN_MAX_AGE"] == 0


@pytest.mark.django_db
def test_the_timeouts_reach_postgresql():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("20s",)  # what the tests ask for


def test_celery_carries_wake_ups_only(read):
    found = read(**PRODUCTION)
    assert found.CELERY_TASK_ACKS_LATE
    assert found.CELERY_TASK_REJECT_ON_WORKER_LOST
    assert found.CELERY_TASK_IGNORE_RESULT
    assert found.CELERY_TASK_PUBLISH_RETRY is False
    assert found.CELERY_WORKER_PREFETCH_MULTIPLIER == 1
    assert found.CELERY_ACCEPT_CONTENT == ["json"]
    assert (found.CELERY_TASK_SOFT_TIME_LIMIT, found.CELERY_TASK_TIME_LIMIT) == (90, 120)
    assert found.CELERY_BROKER_TRANSPORT_OPTIONS == {
        "visibility_timeout": 600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "queue_order_strategy": "sorted",
    }


def test_a_sweep_expires_before_the_next_one(read):
    for entry in read(**PRODUCTION).CELERY_BEAT_SCHEDULE.values():
        assert entry["options"]["expires"] < entry["schedule"].total_seconds()


@pytest.mark.guarantee("G8")
def test_every_sweep_is_in_the_schedule_and_exists():
    """What has no wake-up, or has lost it with Redis, is found by these alone."""
    from config.celery import app

    app.loader.import_default_modules()
    scheduled = set(app.conf.beat_schedule)
    assert scheduled <= set(app.tasks)
    assert {name for name in app.tasks if ".sweep_" in name} <= scheduled


def test_every_variable_has_its_line_in_the_example():
    import re

    sources = [FILE, *FILE.parent.glob("run/*.py")]
    read = {
        name
        for source in sources
        for name in re.findall(r'read_\w+\(\s*"([A-Z_]+)"', source.read_text("utf-8"))
    }
    example = (FILE.parents[1] / ".env.example").read_text("utf-8")
    assert {name for name in read if f"# {name}=" not in example} == set()
