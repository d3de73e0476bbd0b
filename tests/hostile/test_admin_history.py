"""The admin shows a case's life and changes nothing of it (THREATS 57)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from cases.models import Case
from tests import factories
from tests.cases.build import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.threat(57)]
# What is set up, and made to be edited; everything else of these apps is a case's life or mail.
SET_UP = {
    "policy",
    "policyversion",
    "apikey",
    "macro",
    "mailbox",
    "switch",
    "assignmentrule",
    "availability",
}


def list_pages() -> list[tuple[Any, Any]]:
    return [
        (model, page)
        for model, page in admin.site._registry.items()
        if model._meta.app_label in ("cases", "notifications")
        and model._meta.model_name not in SET_UP
    ]


@pytest.fixture
def boss() -> Client:
    user = factories.make_user(role="administrator", is_superuser=True)
    client = Client()
    client.force_login(user, backend="config.sign_in.backend.StaffBackend")
    return client


def remember() -> dict[str, list[dict[str, Any]]]:
    return {m.__name__: list(m._default_manager.order_by("pk").values()) for m, _ in list_pages()}


@pytest.mark.usefixtures("steady_health")
def test_no_page_of_a_cases_life_changes_adds_or_deletes(boss: Client) -> None:
    desk = Desk()
    case = desk.ask(desk.open())
    desk.reply(case, "Rosa used them.")
    desk.run()
    before = remember()
    posted = {
        "state": "closed", "turn": "done", "summary": "nothing happened", "status": "sent",
        "disposition": "handled", "resolution": "x", "_save": "Save",
    }  # fmt: skip
    touched = 0
    for model, page in list_pages():
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert boss.get(f"{place}add/").status_code == 403, place
        assert boss.post(f"{place}add/", posted).status_code == 403, place
        for pk in model._default_manager.values_list("pk", flat=True)[:3]:
            for step in ("change", "delete"):
                answer = boss.post(f"{place}{pk}/{step}/", {**posted, "post": "yes"})
                assert answer.status_code in (403, 405), (place, step)
            touched += 1
            shown = boss.get(f"{place}{pk}/change/").content.decode()
            assert 'name="_save"' not in shown, place
            assert 'name="state"' not in shown, place
        chosen = list(map(str, model._default_manager.values_list("pk", flat=True)))
        data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
        boss.post(place, data)
        assert not page.has_change_permission(boss.get(place).wsgi_request), place
    assert touched >= 4
    assert remember() == before


def test_inlines_of_a_case_are_read_too(boss: Client) -> None:
    desk = Desk()
    case = desk.ask(desk.open())
    place = f"/admin/cases/case/{case.pk}/change/"
    shown = boss.get(place).content.decode()
    for part in ("items", "questions", "timers", "events"):
        fields = set(re.findall(rf'name="{part}-\d+-(\w+)"', shown))
        assert fields <= {"id", "case"}, part  # which row it is, and nothing of it
    forms = {f"{part}-TOTAL_FORMS": "1" for part in ("items", "questions", "timers", "events")}
    events = list(case.events.values())
    assert boss.post(place, {**forms, "events-0-summary": "x"}).status_code == 403
    assert list(Case.objects.get(pk=case.pk).events.values()) == events
