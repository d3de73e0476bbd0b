"""The execution board of a case in trouble: what it shows, and what it lets people do."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
import time_machine as machine
from django.test import Client

from accounts.roles import Role
from cases.models import Case
from tests import factories
from tests.cases.build import CALL, Desk
from tests.rules.helpers import DONE
from tests.scene import play_once


@pytest.fixture(autouse=True)
def _stay_signed_in(settings: Any) -> None:
    """The desk's clock moves by months."""
    settings.SESSION_COOKIE_AGE = 400 * 86_400


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Desk, Case]]:
    """Two services are down, two failed three times."""
    with play_once(django_db_blocker):
        with machine.travel(CALL, tick=False):  # the provider reads the clock
            desk = Desk(items=4)
            ids = list(desk.customer.items.order_by("pk").values_list("pk", flat=True))
            provide(desk, fail_items=ids[:2])
            case = desk.confirm(desk.open())
            desk.go_to(DONE + timedelta(minutes=10))
        yield desk, desk.read(case)


@pytest.fixture
def scene(played: tuple[Desk, Case], db: None, sink: object) -> tuple[Desk, Case]:
    return deepcopy(played)


@pytest.fixture
def desk(scene: tuple[Desk, Case]) -> Desk:
    return scene[0]


@pytest.fixture
def case(scene: tuple[Desk, Case], time_machine: Any) -> Case:
    desk, case = scene
    time_machine.move_to(desk.now, tick=False)
    return case


def provide(desk: Desk, **config: Any) -> None:
    desk.brand.provisioning = {"adapter": "sandbox", **config}
    desk.brand.save()


def read(client: Client, query: str = "", **headers: str) -> str:
    answer = client.get(f"/desk/board/{query}", headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_partial_failure_is_visible_with_attempt_answer_and_whose_turn(
    desk: Desk, agent: Client, case: Case
) -> None:
    page = read(agent)
    assert case.number in page
    assert "2 of 4 answered" in page
    assert "2 failed or stopped" in page
    assert page.count("The sandbox provider was told to fail.") == 2
    assert "3×" in page
    assert "An agent" in page
    assert "Try all 2 now" in page


def test_what_waits_for_a_person_has_a_place_of_its_own(
    desk: Desk, agent: Client, case: Case
) -> None:
    assert case.number in read(agent, "?show=person")
    assert "Nothing is late" in read(agent, "?show=late")


def test_htmx_gets_the_inside_alone(desk: Desk, agent: Client, case: Case) -> None:
    inside = read(agent, "", **{"HX-Request": "true"})
    assert "<html" not in inside
    assert case.number in inside


def test_one_is_marked_as_done_and_the_others_retried_from_the_board(
    desk: Desk, agent: Client, case: Case
) -> None:
    first = case.items.filter(outcome="failed").first()
    url = f"/desk/case/{case.number}/do"
    back = {"back": "board", "item": first.pk}
    refused = agent.post(f"{url}/mark_done/", {**back, "text": " "})
    assert refused.status_code == 422
    done = agent.post(f"{url}/mark_done/", {**back, "text": "In the console"}, follow=True)
    assert done.redirect_chain == [("/desk/board/", 302)]
    first.refresh_from_db()
    assert (first.outcome, first.detail) == ("deactivated", "By hand: In the console")
    provide(desk)
    agent.post(f"{url}/retry/", {"back": "board"})
    desk.run()
    assert desk.read(case).state == "in_grace"


def test_the_case_page_carries_its_own_board(desk: Desk, agent: Client, case: Case) -> None:
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    assert "At the provider" in page
    panel = agent.get(f"/desk/case/{case.number}/board/?state=executing")
    assert "HX-Refresh" not in panel
    assert "<html" not in panel.content.decode()
    provide(desk)
    agent.post(f"/desk/case/{case.number}/do/retry/")
    desk.run()
    gone = agent.get(f"/desk/case/{case.number}/board/?state=executing")
    assert gone["HX-Refresh"] == "true", "the page shows the new state by itself"
    assert "At the provider" not in agent.get(f"/desk/case/{case.number}/").content.decode()


def test_an_auditor_looks_and_presses_nothing(desk: Desk, client: Client, case: Case) -> None:
    client.force_login(factories.make_user(role=Role.AUDITOR))
    page = read(client)
    assert case.number in page
    assert "Try" not in page
    assert "Repair by hand" not in page
    item = case.items.filter(outcome="failed").first()
    for verb in ("retry", "mark_done", "tick", "keep"):
        data = {"item": item.pk, "text": "x"}
        answer = client.post(f"/desk/case/{case.number}/do/{verb}/", data)
        assert answer.status_code == 403
    assert case.items.filter(outcome="failed").count() == 2


@pytest.mark.threat(50)
def test_another_brands_orders_do_not_exist(desk: Desk, client: Client, case: Case) -> None:
    client.force_login(factories.make_user(brands=[factories.make_brand()]))
    assert case.number not in read(client)
    assert client.get(f"/desk/case/{case.number}/board/").status_code == 404


@pytest.mark.threat(43)
def test_signing_in_is_required_and_get_changes_nothing(
    desk: Desk, client: Client, case: Case
) -> None:
    assert client.get("/desk/board/").status_code == 302
    client.force_login(desk.agent)
    assert client.get(f"/desk/case/{case.number}/do/retry/").status_code == 405
