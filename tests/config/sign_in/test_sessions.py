"""Where somebody is signed in, and ending it."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from config.sign_in.browsers import describe_browser
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"


def sign_in(user: User, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": user.username, "password": factories.PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_one_browser_is_signed_out() -> None:
    mara = factories.make_user()
    here, phone, third = sign_in(mara), sign_in(mara, SAFARI), sign_in(mara, "curl/8")
    page = here.get(PAGE).content.decode()
    assert page.index("Firefox on Windows") < page.index("Safari on iPhone")
    assert page.count("this browser") == 1
    row = UserSession.objects.get(session_key=phone.session.session_key)
    assert here.get(f"{PAGE}{row.pk}/end/").status_code == 405
    assert here.post(f"{PAGE}{row.pk}/end/").status_code == 302
    assert [is_in(one) for one in (here, phone, third)] == [True, False, True]


def test_everywhere_else_is_signed_out() -> None:
    mara, otto = factories.make_user(), factories.make_user()
    here, others, stranger = sign_in(mara), [sign_in(mara), sign_in(mara)], sign_in(otto)
    here.post(f"{PAGE}others/end/")
    assert is_in(here)
    assert not any(is_in(one) for one in others)
    assert is_in(stranger)


@pytest.mark.threat(50)
def test_anothers_session_is_not_found() -> None:
    here, other = sign_in(factories.make_user()), sign_in(factories.make_user(), SAFARI)
    row = UserSession.objects.get(session_key=other.session.session_key)
    assert here.post(f"{PAGE}{row.pk}/end/").status_code == 404
    assert is_in(other)
    assert "Safari on iPhone" not in here.get(PAGE).content.decode()


def test_a_changed_password_ends_the_others() -> None:
    mara = factories.make_user()
    here, other = sign_in(mara), sign_in(mara, SAFARI)
    new = "another long passphrase"
    data = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    here.post("/accounts/password/change/", data)
    assert "Safari on iPhone" not in here.get(PAGE).content.decode()
    assert (is_in(here), is_in(other)) == (True, False)


def test_the_list_costs_the_same_at_any_length() -> None:
    mara = factories.make_user()
    counts = []
    here = sign_in(mara)
    for more in (1, 30):
        for _ in range(more):
            client = Client()
            client.force_login(mara, backend="config.sign_in.backend.StaffBackend")
            key = client.session.session_key
            UserSession.objects.create(user=mara, ip="192.0.2.1", session_key=key)
        here.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            here.get(PAGE)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Version/19 Safari/605", "Safari on macOS"),
        ("curl/8.5", "curl/8.5"),
        ("", "Unknown browser"),
    ],
)
def test_browsers_are_named(agent: str, words: str) -> None:
    assert describe_browser(agent) == words
