"""Every address of desk, admin and API, as every role: the table of roles and nothing else.

An address that says neither that it is open to all nor which deed it needs fails here (THREATS 50).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from accounts.admin_access import RoleAccess
from accounts.models import User
from accounts.roles import Role, may
from cases.actions import confirmation
from cases.actions.api_keys import make_key
from cases.actions.base import Actor, NotAllowed
from cases.models import ApiKey
from cases.views.verbs import VERBS
from tests import factories
from tests.cases.build import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.threat(50)]
ARGUMENT = re.compile(r"<(\w+):\w+>")
# What everybody who is signed in may do: with their own account, and find the way to the desk.
OWN = ("desk/", "", "sandbox/clock/bar/")
VALUES = {"int": "7", "str": "SC-00000000", "slug": "nothing"}


def walk(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def list_views() -> list[tuple[str, Any]]:
    """Every address outside the admin that asks who is there."""
    found = walk(get_resolver().url_patterns)
    return [
        (path, view)
        for path, view in found
        if getattr(view, "login_required", True) and not path.startswith("admin/")
    ]


def fill(path: str) -> str:
    return "/" + ARGUMENT.sub(lambda found: VALUES[found[1]], path)


@pytest.fixture
def people() -> dict[str, User]:
    Desk()
    return {role: factories.make_user(role=role) for role in Role.values}


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="config.sign_in.backend.StaffBackend")
    return client


def test_every_address_says_which_deed_it_needs() -> None:
    silent = [
        path
        for path, view in list_views()
        if not hasattr(view, "deed") and not (path in OWN or path.startswith("accounts/"))
    ]
    assert silent == [], "guard these views with require_deed, from cases.views.shared"
    assert len(list_views()) > 60


def test_who_is_not_signed_in_is_asked_to() -> None:
    client = Client()
    for path, _ in list_views():
        for answer in (client.get(fill(path)), client.post(fill(path))):
            allowed = answer.status_code == 302 and "/accounts/" in answer["Location"]
            assert allowed or (path.startswith("accounts/") and answer.status_code in (404, 405)), (
                path
            )


@pytest.mark.usefixtures("steady_health")
@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_what_the_table_says(people: dict[str, User], role: str) -> None:
    user = people[role]
    client = sign_in(user)
    for path, view in list_views():
        if not hasattr(view, "deed"):
            continue
        allowed = may(user, view.deed)
        for answer in (client.get(fill(path)), client.post(fill(path))):
            refused = answer.status_code == 403
            assert refused is not allowed or answer.status_code == 405, (path, view.deed)


def list_api() -> list[str]:
    """Every address of the API but its description, which says nothing of anybody."""
    found = (fill(path) for path, _ in walk(get_resolver().url_patterns) if path.startswith("api/"))
    return [path for path in found if path not in ("/api/v1/", "/api/v1/openapi.json")]


@pytest.mark.usefixtures("steady_health")
@pytest.mark.parametrize("role", Role.values)
def test_no_role_opens_the_api_only_its_keys_do(people: dict[str, User], role: str) -> None:
    desk = Desk()
    _, secret = make_key(
        brand=desk.brand, name="Billing", actor=Actor.staff(people["administrator"]), now=desk.now
    )
    client = sign_in(people[role])
    opened = 0
    for path in list_api():
        for ask in (client.get, client.post, client.put, client.delete):
            refused = ask(path).status_code
            assert refused in (401, 405), path
            with_key = ask(path, headers={"Authorization": f"Bearer {secret}"}).status_code
            assert (with_key == 405) is (refused == 405), path
            assert with_key not in (401, 403), path
            opened += refused == 401
    assert opened == 6


@pytest.mark.parametrize("role", Role.values)
def test_who_makes_a_key_is_in_the_table(people: dict[str, User], role: str) -> None:
    desk = Desk()
    actor, allowed = Actor.staff(people[role]), may(people[role], "brand.edit")
    with nullcontext() if allowed else pytest.raises(NotAllowed):
        make_key(brand=desk.brand, name="Billing", actor=actor, now=desk.now)
    assert ApiKey.objects.count() == allowed


@pytest.mark.usefixtures("steady_health")
@pytest.mark.parametrize("role", Role.values)
def test_the_admin_opens_what_the_table_says(people: dict[str, User], role: str) -> None:
    user = people[role]
    client = sign_in(user)
    for model, page in admin.site._registry.items():
        if model._meta.app_label == "notifications":
            continue  # mail of every brand: the test below
        assert isinstance(page, RoleAccess), f"{model} is shown by Django's own permissions"
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        reads = may(user, page.read_deed) and user.is_staff
        assert (client.get(place).status_code == 200) is reads, place
        adds = client.get(f"{place}add/").status_code == 200
        assert not adds or (page.edit_deed is not None and may(user, page.edit_deed)), place


def test_mail_of_every_brand_is_for_those_who_see_every_brand(people: dict[str, User]) -> None:
    limited = factories.make_user(role="administrator")
    factories.make_team(brands=[factories.make_brand()], members=[limited])
    for model in ("email", "inbound", "thread"):
        place = f"/admin/notifications/{model}/"
        seen = {
            role for role, user in people.items() if sign_in(user).get(place).status_code == 200
        }
        assert seen == {"administrator", "auditor"}, place
        assert sign_in(limited).get(place).status_code == 403, place


def test_an_auditor_changes_nothing_whatever_they_post(people: dict[str, User]) -> None:
    desk = Desk()
    case = desk.open()
    before = case.events.count()
    auditor, agent = sign_in(people["auditor"]), sign_in(people["agent"])
    as_htmx = {"HX-Request": "true"}  # a refusal comes alone, without the case's page around it
    for verb in VERBS:
        place = f"/desk/case/{case.number}/do/{verb}/"
        auditor.post(place, {"text": "x", "version": "1"}, headers=as_htmx)
    assert case.events.count() == before
    agent.post(f"/desk/case/{case.number}/do/note/", {"text": "x", "version": "1"})
    assert case.events.count() == before + 1


def test_an_action_asks_by_itself_whoever_calls_it(people: dict[str, User]) -> None:
    desk = Desk()
    case = desk.open()
    auditor = Actor.staff(people["auditor"])
    with pytest.raises(NotAllowed):
        confirmation.confirm(case_id=case.pk, actor=auditor, now=desk.now)


def test_another_teams_case_does_not_exist() -> None:
    ours, theirs = Desk(), Desk()
    member = factories.make_user()
    factories.make_team(brands=[ours.brand], members=[member])
    factories.make_team(brands=[theirs.brand], members=[factories.make_user()])
    client = sign_in(member)
    case, other = ours.open(), theirs.open()
    assert client.get(f"/desk/case/{case.number}/").status_code == 200
    for path in ("", "board/", "opened/"):
        assert client.get(f"/desk/case/{other.number}/{path}").status_code == 404, path
    assert client.post(f"/desk/case/{other.number}/do/note/", {"text": "x"}).status_code == 404
    assert client.post(f"/desk/call/{theirs.customer.pk}/plan/").status_code == 404
    page = client.get("/desk/queue/", {"tab": "us", "whose": "all"}).content.decode()
    assert case.number in page
    assert other.number not in page


def test_a_page_shows_the_table(people: dict[str, User]) -> None:
    page = sign_in(people["auditor"]).get("/desk/roles/").content.decode()
    assert "Confirm a cancellation that the customer agreed to" in page
    assert page.index("Auditor") < page.index("you</span>")
