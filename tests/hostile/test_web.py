"""Addresses that strangers make up: a false Host, a way out to elsewhere (THREATS 46)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.threat(46)]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a b"])
@pytest.mark.parametrize("path", ["/my/", "/accounts/login/", "/desk/queue/"])
def test_a_false_host_is_refused(host: str, path: str) -> None:
    assert Client(headers={"host": host}).get(path).status_code == 400


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "\t//e.x",
    ],
)
def test_signing_in_leads_nowhere_else(elsewhere: str) -> None:
    user = factories.make_user()
    client = Client()
    answer = client.post(
        f"/accounts/login/?next={elsewhere}",
        {"login": user.username, "password": factories.PASSWORD, "next": elsewhere},
    )
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))
