"""What every page promises the browser, and who gets in."""

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db


def test_health_is_open_to_all(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_health_without_a_database_says_when_to_ask_again(client, monkeypatch):
    from django.db import DatabaseError

    def refuse(*arguments):
        raise DatabaseError

    monkeypatch.setattr("config.health.connection.cursor", refuse)
    response = client.get("/healthz")
    assert (response.status_code, response["Retry-After"]) == (503, "5")


def test_no_inline_script_may_run(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_admin_alone_may_evaluate(client):
    assert "'unsafe-eval'" in client.get("/admin/login/")["Content-Security-Policy"]


def test_a_page_asks_who_is_there(client):
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/"


@pytest.mark.parametrize("login", ["mara", "mara@example.com"])
def test_sign_in_by_name_or_address(client, login):
    get_user_model().objects.create_user("mara", "mara@example.com", "lastcall")
    response = client.post("/accounts/login/", {"login": login, "password": "lastcall"})
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_a_wrong_password_opens_nothing(client):
    get_user_model().objects.create_user("mara", "mara@example.com", "lastcall")
    response = client.post("/accounts/login/", {"login": "mara", "password": "wrong"})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client):
    data = {
        "username": "eve",
        "email": "e@example.com",
        "password1": "x" * 12,
        "password2": "x" * 12,
    }
    client.post("/accounts/signup/", data)
    assert not get_user_model().objects.filter(username="eve").exists()
