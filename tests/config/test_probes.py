"""/livez and /readyz: what they say, to whom, and that they tell nothing else."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget(monkeypatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def test_all_is_well(client) -> None:
    assert client.get("/livez").content == b"ok"
    answer = client.get("/readyz")
    checks = {"database": "ok", "migrations": "ok", "redis": "ok"}
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": checks})
    assert "no-store" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_a_probe_needs_no_host_no_https_and_no_session(client, settings) -> None:
    settings.ALLOWED_HOSTS = ["desk.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/livez", HTTP_HOST="10.0.0.7:8000").status_code == 200
    assert client.get("/readyz", HTTP_HOST="10.0.0.7:8000").status_code == 200
    assert client.post("/livez").status_code != 200


def test_without_redis_it_is_degraded_and_serves(client, settings) -> None:
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert b"hidden" not in answer.content


def test_without_a_database_it_is_down_and_alive(client, monkeypatch) -> None:
    def fail(*_):
        raise OperationalError("password of lastcall at 10.1.2.3")

    monkeypatch.setattr(connection, "cursor", fail)
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["checks"]["database"] == "no answer"
    assert b"10.1.2.3" not in answer.content
    assert client.get("/livez").status_code == 200


def test_a_missing_migration_keeps_requests_away(client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'cases'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "not applied")


def test_ready_is_cheap(client, django_assert_num_queries) -> None:
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/livez")
