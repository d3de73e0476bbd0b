"""A second factor where the role needs one: nothing else is shown before; help for lost phones."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import SignInRule, User
from config.sign_in.backend import StaffBackend, lacks_factor, load
from tests import factories
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db
BACKENDS = ["config.sign_in.backend.StaffBackend", "django.contrib.auth.backends.ModelBackend"]


def require(role: str, *, on: bool = True) -> None:
    SignInRule.objects.update_or_create(role=role, defaults={"second_factor": on})


def give_factor(user: User) -> Authenticator:
    return Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})


def sign_in(user: User, backend: str = BACKENDS[0]) -> Client:
    client = Client()
    client.force_login(user, backend=backend)
    return client


@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_is_shown_before_it_is_set_up(backend: str) -> None:
    desk = Desk()
    case = desk.open()
    require("agent")
    mara = factories.make_user()
    client = sign_in(mara, backend)
    paths = ("/desk/queue/", f"/desk/case/{case.number}/", "/desk/search/?q=x", "/admin/")
    for path in (*paths, "/accounts/password/change/", "/accounts/sessions/"):
        answer = client.get(path)
        assert (answer.status_code, answer.get("Location")) == (302, "/accounts/2fa/"), path
    refused = client.post(f"/desk/case/{case.number}/do/note/", {"text": "x"})
    assert refused["Location"] == "/accounts/2fa/"
    assert not case.events.filter(kind="noted").exists()
    part = client.get("/desk/queue/", headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == "/accounts/2fa/"
    page = client.get("/accounts/2fa/").content.decode()
    assert "Add a second factor" in page
    assert 'href="/desk/' not in page
    assert client.get("/my/").status_code == 200  # what customers may open stays open

    give_factor(mara)
    assert client.get("/desk/queue/").status_code == 200


def test_other_roles_are_not_asked() -> None:
    require("administrator")
    assert sign_in(factories.make_user()).get("/desk/queue/").status_code == 200
    boss = factories.make_user(role="administrator")
    assert sign_in(boss).get("/desk/queue/").status_code == 302
    require("administrator", on=False)
    assert sign_in(boss).get("/desk/queue/").status_code == 200


def test_codes_on_paper_alone_are_no_factor() -> None:
    require("agent")
    mara = factories.make_user()
    Authenticator.objects.create(user=mara, type="recovery_codes", data={})
    assert lacks_factor(mara)


def test_it_costs_no_query_of_its_own() -> None:
    require("agent")
    mara = factories.make_user()
    give_factor(mara)
    with CaptureQueriesContext(connection) as captured:
        user = StaffBackend().get_user(mara.pk)
        assert user is not None
        assert not lacks_factor(user)
    assert len(captured) == 1


def test_who_left_has_no_session() -> None:
    assert StaffBackend().get_user(factories.make_user(is_active=False).pk) is None


def test_an_administrator_says_which_roles_need_one() -> None:
    require("supervisor", on=False)
    rule = SignInRule.objects.get(role="supervisor")
    url = f"/admin/accounts/signinrule/{rule.pk}/change/"
    supervisor = sign_in(factories.make_user(role="supervisor"))
    assert supervisor.post(url, {"second_factor": "on"}).status_code == 403
    boss = sign_in(factories.make_user(role="administrator"))
    assert boss.post(url, {"second_factor": "on", "role": "agent"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.role, rule.second_factor) == ("supervisor", True)
    assert supervisor.get("/desk/queue/")["Location"] == "/accounts/2fa/"  # at once


def test_an_administrator_helps_who_lost_a_phone() -> None:
    mara = factories.make_user(username="mara")
    there = Client()
    there.post("/accounts/login/", {"login": "mara", "password": factories.PASSWORD})
    give_factor(mara)
    asked = {"action": "reset_second_factors", "_selected_action": [mara.pk]}
    url = "/admin/accounts/user/"
    sign_in(factories.make_user(role="supervisor")).post(url, asked)
    assert Authenticator.objects.filter(user=mara).exists()
    sign_in(factories.make_user(role="administrator")).post(url, asked)
    assert not Authenticator.objects.filter(user=mara).exists()
    assert not UserSession.objects.filter(user=mara).exists()
    assert there.get("/desk/queue/").status_code == 302


def test_whose_account_changes_hears_of_it() -> None:
    mara = factories.make_user(username="mara")
    client = Client()
    client.post("/accounts/login/", {"login": "mara", "password": factories.PASSWORD})
    new = "another long passphrase"
    data = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", data).status_code == 302
    assert [letter.to for letter in mail.outbox] == [[mara.email]]
    assert mail.outbox[0].subject.startswith("Lastcall: ")


def test_a_column_that_a_release_adds_ends_no_session() -> None:
    """Red with `SELECT u.*`: what a connection has prepared must not change its columns."""
    mara = factories.make_user()
    for _ in range(8):  # prepared after five uses
        assert load(mara.pk) == mara
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Not by a plain ALTER: of one on its own connection psycopg would notice.
        cursor.execute("DO 'BEGIN ALTER TABLE accounts_user ADD COLUMN added_later int; END'")
    assert load(mara.pk) == mara
