"""What every page promises the browser, and who gets in."""

import os
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db


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


@pytest.mark.threat(62)
def test_a_large_form_is_refused_unread(client, settings):
    """Also where the limit is lifted for the mail that providers bring."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 40_000_000
    large = {"login": "x" * 3_000_000, "password": "x"}
    kind = "application/x-www-form-urlencoded"
    assert client.post("/accounts/login/", urlencode(large), kind).status_code == 413
    assert client.post("/hooks/mail/postmark/inbound/", urlencode(large), kind).status_code == 404


def test_no_name_of_a_mail_server_is_believed_by_default():
    """Whoever knows the name could write results under it (THREATS 11)."""
    code = "from django.conf import settings as s; print(repr(s.AUTHSERV_ID), s.CHECK_DKIM)"
    environment = {**os.environ, "DEBUG": "0", "SANDBOX": "0", "ALLOWED_HOSTS": "desk.example.com"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "'' True"
