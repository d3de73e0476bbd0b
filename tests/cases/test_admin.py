"""The admin edits policies; a case and its history are only looked at there."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from cases.models import Event, PolicyVersion
from tests import factories
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk(items=2)


def sign_in(client: Client, role: str) -> Client:
    client.force_login(factories.make_user(role=role))
    return client


@pytest.mark.threat(57)
@pytest.mark.parametrize("role", ["administrator", "supervisor"])
def test_nobody_edits_a_case_or_its_history(desk: Desk, client: Client, role: str) -> None:
    case = desk.open()
    sign_in(client, role)
    page = f"/admin/cases/case/{case.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"state": "closed"}).status_code == 403
    assert client.post(f"/admin/cases/case/{case.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/cases/case/add/").status_code == 403
    assert desk.read(case).state == "intake"
    assert Event.objects.filter(case=case).count() == case.last_sequence


@pytest.mark.rule("R52")
def test_a_published_version_never_changes(desk: Desk, client: Client) -> None:
    sign_in(client, "administrator")
    version = desk.policy.current()
    page = f"/admin/cases/policyversion/{version.pk}/change/"
    changed = {**version.data, "grace_days": 5}
    answer = client.post(page, {"policy": desk.policy.pk, "number": 1, "data": json.dumps(changed)})
    assert answer.status_code == 403
    version.refresh_from_db()
    assert version.data["grace_days"] == 30


def add(client: Client, desk: Desk, data: object) -> object:
    return client.post(
        "/admin/cases/policyversion/add/",
        {"policy": desk.policy.pk, "number": 2, "note": "", "data": json.dumps(data)},
    )


def test_a_draft_is_checked_and_published(desk: Desk, client: Client) -> None:
    sign_in(client, "administrator")
    good = {**desk.policy.current().data, "notice_days": 60}
    refused = add(client, desk, {**good, "reminder_days": [20], "drop_after_days": 14})
    assert refused.status_code == 200
    assert "reminder_days" in refused.content.decode()
    assert add(client, desk, good).status_code == 302
    draft = PolicyVersion.objects.get(number=2)
    assert draft.published_at is None
    assert desk.policy.current().number == 1
    client.post(
        "/admin/cases/policyversion/", {"action": "publish", "_selected_action": [draft.pk]}
    )
    assert desk.policy.current().number == 2


def test_an_agent_edits_no_policy(desk: Desk, client: Client) -> None:
    sign_in(client, "supervisor")
    assert add(client, desk, desk.policy.current().data).status_code == 403
