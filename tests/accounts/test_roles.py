"""Who may do what."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from accounts.guards import check_may, needs
from accounts.models import User
from accounts.roles import DEEDS, READING, ROLE_DEEDS, Role, UnknownDeed, list_table, may
from tests.factories import make_user

USERS = {role: User(username=role, role=role) for role in Role.values}


def test_the_table_names_known_deeds_for_every_role() -> None:
    assert set(ROLE_DEEDS) == set(Role.values)
    assert set().union(*ROLE_DEEDS.values()) == set(DEEDS)


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    readable = {deed for deed in DEEDS if deed.endswith((".read", ".export"))}
    assert ROLE_DEEDS[Role.AUDITOR] == READING == readable


@pytest.mark.parametrize(
    ("deed", "roles"),
    [
        ("case.open", {"agent", "supervisor", "administrator"}),
        ("case.confirm", {"agent", "supervisor", "administrator"}),
        ("mail.file", {"agent", "supervisor", "administrator"}),
        ("notice.override", {"supervisor", "administrator"}),
        ("customer.edit", {"supervisor", "administrator"}),
        ("switch.pause", {"supervisor", "administrator"}),
        ("policy.edit", {"administrator"}),
        ("brand.edit", {"administrator"}),
        ("user.edit", {"administrator"}),
        ("case.read", {"agent", "supervisor", "administrator", "auditor"}),
    ],
)
def test_who_may(deed: str, roles: set[str]) -> None:
    assert {role for role, user in USERS.items() if may(user, deed)} == roles


def test_the_superuser_flag_grants_nothing() -> None:
    assert not may(User(role=Role.AUDITOR, is_superuser=True), "case.confirm")


@pytest.mark.parametrize(
    "user", [None, AnonymousUser(), User(role="administrator", is_active=False)]
)
def test_nobody_may_nothing(user: object) -> None:
    assert not any(may(user, deed) for deed in DEEDS)


def test_a_typing_error_is_no_silent_no() -> None:
    with pytest.raises(UnknownDeed):
        may(USERS["agent"], "case.confrim")
    with pytest.raises(UnknownDeed):
        needs("case.confrim")


def test_an_unknown_role_may_nothing() -> None:
    assert not may(User(role="emperor"), "case.read")


def test_the_table_reads_in_order() -> None:
    rows = [row for _, group in list_table() for row in group]
    assert [deed for deed, _, _ in rows] == list(DEEDS)
    everybody, boss = [True] * 4, [False, False, True, False]
    assert ("case.read", "See cases, their mail and their history", everybody) in rows
    assert ("user.edit", "Edit staff and their roles", boss) in rows


def test_the_table_in_the_docs_is_this_one() -> None:
    call_command("roles", check=True)


def test_templates_ask_the_same_table() -> None:
    template = Template('{% load roles %}{% if user|may:"case.open" %}yes{% else %}no{% endif %}')
    assert template.render(Context({"user": USERS["agent"]})) == "yes"
    assert template.render(Context({"user": USERS["auditor"]})) == "no"


def test_a_refusal_says_who_may_not_do_what() -> None:
    with pytest.raises(PermissionDenied, match="Auditor may not: open a case for a caller"):
        check_may(USERS["auditor"], "case.open")


@pytest.mark.django_db
def test_a_guarded_view_asks_for_sign_in_and_role() -> None:
    view = needs("case.open")(lambda request: HttpResponse("opened"))
    request = RequestFactory().post("/open")
    request.user = AnonymousUser()
    assert view(request).status_code == 302
    request.user = make_user(role=Role.AUDITOR)
    with pytest.raises(PermissionDenied):
        view(request)
    request.user = make_user(role=Role.AGENT)
    assert view(request).content == b"opened"
