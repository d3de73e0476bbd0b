"""The admin edits policies; a case and its history are only looked at there."""

from __future__ import annotations

import html
import json
from dataclasses import replace

import pytest
from django.test import Client

from cases.models import Event, PolicyVersion
from cases.policy_form import list_inputs
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


def add(client: Client, desk: Desk, **changes: object) -> object:
    """The form of a new draft, filled in like the version in force but for these fields."""
    fields = list_inputs(desk.policy.current().rules) | {"policy": desk.policy.pk, "note": ""}
    filled = {k: "on" if v is True else v for k, v in (fields | changes).items()}
    posted = {k: v for k, v in filled.items() if v is not None and v is not False}
    return client.post("/admin/cases/policyversion/add/", posted)


def test_a_draft_is_checked_and_published(desk: Desk, client: Client) -> None:
    sign_in(client, "administrator")
    refused = add(client, desk, reminder_days="20", notice_days=60)
    assert refused.status_code == 200
    assert "The last reminder on day 20 comes no sooner" in refused.content.decode()
    assert add(client, desk, notice_days=60).status_code == 302
    draft = PolicyVersion.objects.get(number=2)
    assert (draft.published_at, draft.rules.notice_days) == (None, 60)
    assert draft.rules == replace(desk.policy.current().rules, notice_days=60)
    assert desk.policy.current().number == 1
    client.post(
        "/admin/cases/policyversion/", {"action": "publish", "_selected_action": [draft.pk]}
    )
    assert desk.policy.current().number == 2


CONFLICTS: list[tuple[dict, str]] = [
    ({"grace_days": 0}, "Closing after grace with an irreversible policy"),
    ({"closes": "at_once"}, "Grace of 30 days, but the case closes"),
    ({"grace_days": 0, "closes": "at_once"}, "Restoring by reply with an irreversible"),
    ({"fee_kind": "flat"}, "A flat fee needs an amount"),
    ({"fee_steps": "1: 75"}, "Steps belong to a percentage fee"),
    ({"fee_steps": "first year 75"}, "Write year: percentage"),
    ({"reminder_days": "3; 7"}, "Write whole days"),
    ({"exclusions": "express"}, "a colon, and where to go"),
    ({"covers": "express"}, "both covered and excluded"),
    ({"questions": "[[questions]]\nkey = 'a'"}, "text"),
    ({"questions": "key: a"}, "cannot be read"),
    ({"protection": True}, "Termination protection needs kinds"),
    ({"execution_seconds": 60}, "could never be kept"),
]


def test_a_conflict_is_named_beside_its_field(desk: Desk, client: Client) -> None:
    sign_in(client, "administrator")
    for changes, said in CONFLICTS:
        answer = add(client, desk, **changes)
        assert answer.status_code == 200, changes
        assert said in html.unescape(answer.content.decode()), changes
        assert not PolicyVersion.objects.filter(number=2).exists(), changes


def test_a_draft_is_edited_and_a_new_one_starts_from_what_is_in_force(
    desk: Desk, client: Client
) -> None:
    sign_in(client, "administrator")
    add(client, desk, notice_days=60)
    draft = PolicyVersion.objects.get(number=2)
    page = client.get(f"/admin/cases/policyversion/{draft.pk}/change/").content.decode()
    assert 'name="notice_days" value="60"' in page
    current = desk.policy.current()
    page = client.get(f"/admin/cases/policyversion/add/?from={current.pk}").content.decode()
    assert 'name="notice_days" value="30"' in page


@pytest.mark.threat(50)
def test_policies_of_other_brands_are_not_offered(desk: Desk, client: Client) -> None:
    other = Desk(items=1)
    client.force_login(factories.make_user(role="administrator", brands=[other.brand]))
    page = client.get("/admin/cases/policyversion/add/").content.decode()
    assert f'<option value="{desk.policy.pk}"' not in page
    assert f'<option value="{other.policy.pk}"' in page
    assert add(client, desk).status_code == 200
    assert not PolicyVersion.objects.filter(number=2).exists()
    assert client.get("/admin/cases/policyversion/").content.decode().count("read and try") == 1


def test_a_supervisor_edits_no_policy(desk: Desk, client: Client) -> None:
    sign_in(client, "supervisor")
    assert add(client, desk).status_code == 403
