"""Guessing passwords, locking others out, a forged address (THREATS 47)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user
from django.test import Client, RequestFactory

from accounts.models import User
from cases.views.customer.client import find_address
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.threat(47)]
TOO_MANY = "Too many tries"


@pytest.fixture
def mara() -> User:
    return factories.make_user(username="mara", email="mara@desk.example.com")


def attempt(
    client: Client, login: str, password: str = "wrong", *, ip: str = "203.0.113.1", **more: Any
) -> Any:
    data = {"login": login, "password": password}
    return client.post("/accounts/login/", data, REMOTE_ADDR=ip, **more)


def is_in(client: Client) -> bool:
    return get_user(client).is_authenticated  # type: ignore[arg-type]  # all it reads


def test_guessing_one_persons_password_ends_after_five_tries(mara: User) -> None:
    for number in range(5):
        answer = attempt(
            Client(), ("mara", "MARA@desk.example.com")[number % 2], ip=f"203.0.113.{number}"
        )
        assert TOO_MANY not in answer.content.decode()
    client = Client()
    answer = attempt(client, "mara", factories.PASSWORD, ip="203.0.113.99")
    assert TOO_MANY in answer.content.decode()
    assert not is_in(client)


def test_spraying_one_password_over_many_names_ends_after_ten_tries() -> None:
    for number in range(10):
        assert TOO_MANY not in attempt(Client(), f"somebody{number}").content.decode()
    assert TOO_MANY in attempt(Client(), "somebody10").content.decode()
    assert TOO_MANY not in attempt(Client(), "somebody11", ip="203.0.113.2").content.decode()


def test_who_is_unknown_is_told_the_same_as_who_is_known(mara: User) -> None:
    said = []
    for login in ("mara", "nobody"):
        tries = [attempt(Client(), login, ip=f"198.51.100.{n}") for n in range(6)]
        said.append([TOO_MANY in one.content.decode() for one in tries])
    assert said[0] == said[1] == [False] * 5 + [True]


def test_nobody_locks_a_colleague_out_of_their_own_browser(mara: User) -> None:
    own = Client()
    attempt(own, "mara", factories.PASSWORD)
    assert is_in(own)
    own.post("/accounts/logout/")
    for number in range(30):  # far more than are counted
        attempt(Client(), "mara", ip=f"203.0.113.{number}")
        attempt(Client(), f"somebody{number}")  # and from the same office
    attempt(own, "mara", factories.PASSWORD)
    assert is_in(own)


def test_a_known_browser_has_tries_of_its_own_and_no_more(mara: User) -> None:
    own = Client()
    attempt(own, "mara", factories.PASSWORD)
    own.post("/accounts/logout/")
    for _ in range(5):
        attempt(own, "mara")
    assert TOO_MANY in attempt(own, "mara", factories.PASSWORD).content.decode()
    elsewhere = Client()
    attempt(elsewhere, "mara", factories.PASSWORD, ip="203.0.113.2")
    assert is_in(elsewhere)


@pytest.mark.parametrize("cookie", ["", "x", "e30:1abc:sig", "é"])
def test_a_made_up_cookie_knows_nobody(mara: User, cookie: str) -> None:
    for number in range(5):
        attempt(Client(), "mara", ip=f"203.0.113.{number}")
    client = Client()
    client.cookies["lastcall_browser"] = cookie
    assert (
        TOO_MANY in attempt(client, "mara", factories.PASSWORD, ip="203.0.113.9").content.decode()
    )


def test_one_persons_browser_is_no_way_to_another(mara: User) -> None:
    eve = factories.make_user(username="eve")
    own = Client()
    attempt(own, "eve", factories.PASSWORD)
    own.post("/accounts/logout/")
    for number in range(5):
        attempt(own, "mara", ip=f"203.0.113.{number}")
    assert TOO_MANY in attempt(own, "mara", ip="203.0.113.9").content.decode()
    assert eve.is_active


def test_a_forged_address_changes_nothing(mara: User) -> None:
    for number in range(10):
        attempt(Client(), f"somebody{number}", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    answer = attempt(Client(), "somebody10", HTTP_X_FORWARDED_FOR="198.51.100.10")
    assert TOO_MANY in answer.content.decode()


@pytest.mark.parametrize(
    ("behind", "trusted", "peer", "header", "found"),
    [
        (False, [], "203.0.113.1", "198.51.100.1", "203.0.113.1"),
        (True, [], "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (True, [], "10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        (True, [], "10.0.0.1", "", "10.0.0.1"),
        (True, [], "10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        (True, [], "", "198.51.100.1", "198.51.100.1"),
        (True, ["10.0.0.0/8"], "203.0.113.1", "198.51.100.1", "203.0.113.1"),
        (True, ["10.0.0.0/8"], "10.0.0.1", "1.1.1.1, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
        (True, ["10.0.0.0/8"], "10.0.0.1", "1.1.1.1,198.51.100.1", "198.51.100.1"),
        (True, ["10.0.0.0/8"], "::ffff:10.0.0.1", "2001:db8::7", "2001:db8::7"),
        (True, ["10.0.0.0/8"], "10.0.0.1", "10.9.9.9", "10.9.9.9"),
    ],
)
def test_a_header_counts_only_as_far_as_our_proxies_wrote_it(
    settings: Any, behind: bool, trusted: list[str], peer: str, header: str, found: str
) -> None:
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES = behind, trusted
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=header)
    assert str(find_address(request)) == found


def test_the_admin_has_no_door_of_its_own(mara: User) -> None:
    boss = factories.make_user(role="administrator", username="boss")
    client = Client()
    answer = client.post("/admin/login/", {"username": "boss", "password": factories.PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert not is_in(client)
    assert boss.is_staff


def test_codes_of_the_second_factor_are_counted_too(mara: User) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(mara, generate_totp_secret())
    client = Client()
    attempt(client, "mara", factories.PASSWORD)
    answers = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _ in range(6)]
    assert TOO_MANY in answers[-1].content.decode()
    assert not is_in(client)
