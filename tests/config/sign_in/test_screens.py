"""Signing in with a real browser: passkeys, the second factor, sessions, every width and theme."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from accounts.models import SignInRule, User
from tests import factories
from tests.browser.look import look
from tests.cases.build import Desk
from tests.config.sign_in.provider import Provider

SELDOM = {
    "single-start": "oidc/sso/login/",
    "single-refused": "oidc/sso/login/callback/?error=access_denied",
    "single-cancelled": "3rdparty/login/cancelled/",
    "inactive": "inactive/",
}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mara() -> User:
    """An agent, whose role needs a second factor."""
    Desk()
    SignInRule.objects.update_or_create(role="agent", defaults={"second_factor": True})
    return factories.make_user(username="mara", email="mara@desk.example.com")


def plug_in_key(page: Any) -> None:
    """Give the browser a passkey store that says yes, by Chromium's own virtual authenticator."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Any, url: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("Username or email").fill("mara")
    page.get_by_label("Password").fill(factories.PASSWORD)
    press(page, "Sign in", exact=True)


def press(page: Any, name: str, *, exact: bool = False) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=exact).click()


def sign_out(page: Any, url: str) -> None:
    page.goto(f"{url}/accounts/logout/")
    press(page, "Sign out", exact=True)


def test_a_passkey_is_added_signs_in_alone_and_is_a_second_factor(
    page: Any, live_server: Any, mara: User
) -> None:
    plug_in_key(page)
    url = live_server.url
    sign_in(page, url)
    page.goto(f"{url}/desk/queue/")
    assert page.url == f"{url}/accounts/2fa/"
    assert page.get_by_role("link", name="Queue").count() == 0  # nothing of the desk
    look(page, "set-up")
    with page.expect_navigation():  # its scripts are there before "Add" is pressed
        page.get_by_role("link", name="Add a passkey").click()
    look(page, "passkey-add")
    page.get_by_label("What you call it").fill("Mara’s laptop")
    press(page, "Add", exact=True)
    key = Authenticator.objects.get(user=mara, type="webauthn")
    assert key.data["name"] == "Mara’s laptop"
    page.goto(f"{url}/desk/queue/")
    assert page.url == f"{url}/desk/queue/"
    page.goto(f"{url}/accounts/2fa/")
    look(page, "second-factor")
    page.get_by_role("link", name="Rename").click()
    look(page, "passkey-rename")

    page.goto(f"{url}/accounts/logout/")
    look(page, "sign-out")
    press(page, "Sign out", exact=True)
    press(page, "Use a passkey")  # no name, no password
    page.goto(f"{url}/desk/queue/")
    assert page.url == f"{url}/desk/queue/"

    sign_out(page, url)
    sign_in(page, url)
    assert page.url.endswith("/accounts/2fa/authenticate/")
    look(page, "one-more-step")
    press(page, "Use a passkey")
    page.goto(f"{url}/desk/queue/")
    assert page.url == f"{url}/desk/queue/"


def test_without_a_passkey_in_the_browser_the_page_says_so(page: Any, live_server: Any) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("alert").filter(has_text="The browser gave no passkey").wait_for()


def test_an_app_and_codes_on_paper(page: Any, live_server: Any, mara: User) -> None:
    url = live_server.url
    sign_in(page, url)
    page.goto(f"{url}/accounts/2fa/totp/activate/")
    look(page, "app-set-up")
    secret = page.locator("[data-secret]").inner_text()
    page.get_by_label("code", exact=False).fill(code_for(secret))
    press(page, "Turn on")
    app = Authenticator.objects.get(user=mara, type="totp")
    assert secret not in str(app.data)  # encrypted at rest
    page.goto(f"{url}/accounts/2fa/recovery-codes/")
    look(page, "recovery-codes")
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.goto(f"{url}/accounts/sessions/")
    look(page, "sessions")
    for name in ("password/change", "password/reset", "2fa/totp/deactivate", "reauthenticate"):
        page.goto(f"{url}/accounts/{name}/")
        look(page, re.sub(r"\W", "-", name))

    sign_out(page, url)
    sign_in(page, url)
    page.get_by_label("Code").fill(codes[0])
    press(page, "Sign in", exact=True)
    page.goto(f"{url}/desk/queue/")
    assert page.url == f"{url}/desk/queue/"


def test_the_ways_in_that_are_seldom_seen(
    page: Any, live_server: Any, mara: User, provider: Provider, mailoutbox: Any
) -> None:
    """The company's own provider, and a new password by mail."""
    url = live_server.url
    page.goto(f"{url}/accounts/login/")
    page.get_by_role("button", name="Sign in with Example login").wait_for()
    look(page, "sign-in-single")
    for name, path in SELDOM.items():
        page.goto(f"{url}/accounts/{path}")
        look(page, name)

    page.goto(f"{url}/accounts/password/reset/")
    page.get_by_label("Email").fill(mara.email)
    press(page, "Email me a link")
    look(page, "reset-sent")
    found = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[0].body)
    assert found
    page.goto(url + found[0])
    look(page, "reset-new-password")
    for field in page.locator("input[type=password]").all():
        field.fill("A sentence that only Mara says 7")
    press(page, "Set it")
    look(page, "reset-done")
    page.goto(url + found[0])
    look(page, "reset-used-up")
    assert "This link is used up" in page.content()


def code_for(secret: str) -> str:
    """What the app on a phone would show now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
