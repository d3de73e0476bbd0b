"""Sign-in by the company's own provider, over real HTTP with signed tokens (THREATS 49)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import get_user
from django.test import Client

from accounts.models import User
from tests import factories
from tests.config.sign_in.provider import Provider

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/sso/login/"


class Stay(HTTPRedirectHandler):
    """Leaves the way back to the test's own browser."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


def go_through(client: Client) -> Any:
    """Press the button, sign in at the provider, come back; return the desk's answer."""
    page = client.post(START)
    there = re.search(r"URL='([^']+)'", page.content.decode())
    assert there, "no way to the provider"
    return client.get(ask(unescape(there[1])).removeprefix("http://testserver"))


def ask(url: str) -> str:
    from urllib.error import HTTPError

    try:
        build_opener(Stay).open(url, timeout=5)
    except HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider did not send us back")


def who(client: Client) -> Any:
    return get_user(client)  # type: ignore[arg-type]  # it has a session, which is all that is read


def test_a_colleague_with_a_verified_address_comes_in(client: Client, provider: Provider) -> None:
    mara = factories.make_user(email="Mara@example.com")
    assert "Sign in with Example login" in client.get("/accounts/login/").content.decode()
    provider.be("m-1", email="mara@EXAMPLE.com", email_verified=True)
    assert go_through(client)["Location"] == "/"
    assert who(client) == mara
    again = Client()
    provider.be("m-1", email="mara.married@example.com", email_verified=True)
    go_through(again)
    assert who(again) == mara  # known by the provider's own name from now on


@pytest.mark.threat(49)
@pytest.mark.parametrize("verified", [False, None, "false", "no", 1.5])
def test_an_address_that_nobody_verified_links_nothing(
    client: Client, provider: Provider, settings: Any, verified: object
) -> None:
    settings.OIDC_ROLES = {"example.com": "agent"}
    factories.make_user(email="mara@example.com")
    claims = {} if verified is None else {"email_verified": verified}
    provider.be("m-2", email="mara@example.com", **claims)
    answer = go_through(client)
    assert "There is no account for you here" in answer.content.decode()
    assert not who(client).is_authenticated
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1


@pytest.mark.threat(49)
def test_nobody_joins_an_identity_to_an_open_session(client: Client, provider: Provider) -> None:
    client.force_login(factories.make_user(), backend="django.contrib.auth.backends.ModelBackend")
    provider.be("eve", email="eve@example.com", email_verified=True)
    page = client.post(START, {"process": "connect"}).content.decode()
    there = re.search(r"URL='([^']+)'", page)
    assert there
    client.get(ask(unescape(there[1])).removeprefix("http://testserver"))
    assert not SocialAccount.objects.exists()
    for closed in ("/accounts/3rdparty/", "/accounts/3rdparty/signup/", "/accounts/email/"):
        assert client.get(closed).status_code == 404


@pytest.mark.threat(49)
@pytest.mark.parametrize(
    "wrong", [{"aud": "another"}, {"iss": "http://127.0.0.1:1"}, {"exp": 1}, {"key": True}]
)
def test_a_token_of_somebody_else_is_refused(
    client: Client, provider: Provider, wrong: dict[str, Any]
) -> None:
    factories.make_user(email="mara@example.com")
    provider.be("m-1", email="mara@example.com", email_verified=True)
    if wrong.pop("key", None):
        provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    provider.overrides = wrong
    assert "That did not work" in go_through(client).content.decode()
    assert not who(client).is_authenticated


@pytest.mark.threat(49)
def test_an_answer_that_we_did_not_ask_for_is_refused(client: Client, provider: Provider) -> None:
    factories.make_user(email="mara@example.com")
    provider.be("m-1", email="mara@example.com", email_verified=True)
    there = re.search(r"URL='([^']+)'", client.post(START).content.decode())
    assert there
    stranger = Client()  # the answer to one browser opens no other
    stranger.get(ask(unescape(there[1])).removeprefix("http://testserver"))
    assert not who(stranger).is_authenticated


def test_people_of_a_named_domain_come_unknown_in_their_role(
    client: Client, provider: Provider, settings: Any
) -> None:
    settings.OIDC_ROLES = {"example.com": "auditor"}
    names = {"given_name": "Nora", "family_name": "Madeup", "preferred_username": "nora"}
    provider.be("n-1", email="Nora@Example.com", email_verified=True, **names)
    go_through(client)
    nora = who(client)
    assert (nora.email, nora.role, nora.first_name) == ("nora@example.com", "auditor", "Nora")
    assert not nora.has_usable_password()

    provider.be("n-2", email="eve@example.com.evil.example", email_verified=True)
    assert not who_after(provider).is_authenticated
    settings.OIDC_ROLES = {}
    provider.be("n-3", email="otto@example.com", email_verified=True)
    assert not who_after(provider).is_authenticated


def who_after(provider: Provider) -> Any:
    client = Client()
    go_through(client)
    return who(client)


def test_who_left_stays_out(provider: Provider, settings: Any) -> None:
    settings.OIDC_ROLES = {"example.com": "agent"}
    left = factories.make_user(email="mara@example.com", is_active=False)
    provider.be("m-1", email="mara@example.com", email_verified=True)
    assert not who_after(provider).is_authenticated
    assert User.objects.get() == left


def test_the_second_factor_is_asked_here_too(client: Client, provider: Provider) -> None:
    mara = factories.make_user(email="mara@example.com")
    Authenticator.objects.create(user=mara, type="totp", data={"secret": "x"})
    provider.be("m-1", email="mara@example.com", email_verified=True)
    assert go_through(client)["Location"] == "/accounts/2fa/authenticate/"
    assert not who(client).is_authenticated


def test_without_a_provider_there_is_no_such_page(client: Client) -> None:
    assert client.post(START).status_code == 404
    assert client.get(f"{START}callback/").status_code == 404
    assert "single sign-on" not in client.get("/accounts/login/").content.decode()


def test_an_unknown_role_is_said_at_the_start(settings: Any) -> None:
    from accounts.checks import check_oidc_roles

    settings.OIDC_ROLES = {"example.com": "emperor"}
    assert "emperor" in check_oidc_roles(None)[0].msg
    settings.OIDC_ROLES = {"example.com": "agent"}
    assert check_oidc_roles(None) == []
