"""The execution board: what it shows, what it lets people do, and how little it asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ManualTask
from accounts.roles import Role
from cases.actions import confirmation
from cases.actions.base import Actor
from cases.domain.trust import Level
from cases.models import Case
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import CALL, Desk
from tests.rules.helpers import chicago, outcomes

DONE = chicago(2026, 10, 21, 0, 1)


@pytest.fixture(autouse=True)
def _stay_signed_in(settings: Any) -> None:
    """The desk's clock moves by months."""
    settings.SESSION_COOKIE_AGE = 400 * 86_400


@pytest.fixture
def desk(db: None, sink: object) -> Desk:
    return Desk(items=4)


def provide(desk: Desk, **config: Any) -> None:
    desk.brand.provisioning = {"adapter": "sandbox", **config}
    desk.brand.save()


@pytest.fixture
def case(desk: Desk, time_machine: Any) -> Case:
    """Two services are down, two failed three times."""
    ids = list(desk.customer.items.order_by("pk").values_list("pk", flat=True))
    provide(desk, fail_items=ids[:2])
    case = desk.confirm(desk.open())
    desk.go_to(DONE + timedelta(minutes=10))
    time_machine.move_to(desk.now, tick=False)
    return desk.read(case)


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


def test_an_empty_board_teaches(desk: Desk, agent: Client) -> None:
    assert "Nothing is on its way" in read(agent)
    assert "Nothing waits for a person" in read(agent, "?show=person")


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


def test_the_manual_checklist_lives_here(desk: Desk, agent: Client, time_machine: Any) -> None:
    provide(desk, adapter="manual")
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    time_machine.move_to(desk.now, tick=False)
    page = read(agent, "?show=person")
    assert page.count("Tick off") == 4
    assert "A person at the desk" in page
    item = case.items.first()
    agent.post(
        f"/desk/case/{case.number}/do/tick/",
        {"back": "board", "item": item.pk, "text": "Ticket 77"},
    )
    task = ManualTask.objects.get(item=item.item)
    assert (task.done_by, task.note) == (desk.agent, "Ticket 77")
    assert read(agent).count("Tick off") == 3


def test_a_stopped_licence_is_kept_from_the_board(agent: Client, time_machine: Any) -> None:
    desk = Desk(items=[{"kind": "licence", "assigned_to": "Jo"}, {"kind": "licence"}, {}])
    first, second, _ = desk.customer.items.order_by("pk")
    case = desk.confirm(desk.open(item_ids=[first.pk, second.pk]))
    desk.go_to(DONE)
    time_machine.move_to(desk.now, tick=False)
    assert "still assigned to Jo" in read(agent)
    stopped = case.items.get(outcome="stopped")
    agent.post(f"/desk/case/{case.number}/do/keep/", {"item": stopped.pk})
    assert outcomes(case) == ["kept", "deactivated"]


@pytest.mark.rule("R39")
def test_the_countdown_of_a_promise_in_seconds(agent: Client, time_machine: Any) -> None:
    desk = Desk(items=[{"kind": "trunk"}], file="sipstation")
    provide(desk, fail_verbs=["terminate"])
    case = desk.open()
    preview = read_preview(case, now=desk.now)
    confirmation.confirm_by_customer(
        case_id=case.pk,
        actor=Actor.customer(desk.contact, Level.L3),
        now=desk.now,
        seen=preview.digest,
        typed=preview.phrase,
    )
    time_machine.move_to(CALL + timedelta(seconds=19), tick=False)
    assert "41 s left of 60 s" in read(agent)
    assert case.number not in read(agent, "?show=late")
    time_machine.move_to(CALL + timedelta(seconds=67), tick=False)
    assert "late by 7 s" in read(agent, "?show=late")


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


@pytest.mark.threat(52)
@pytest.mark.parametrize("query", ["?show=secret", "?show=%00", "?show='"])
def test_an_unknown_filter_is_refused(agent: Client, query: str) -> None:
    assert agent.get(f"/desk/board/{query}").status_code == 400


@pytest.mark.threat(43)
def test_signing_in_is_required_and_get_changes_nothing(
    desk: Desk, client: Client, case: Case
) -> None:
    assert client.get("/desk/board/").status_code == 302
    client.force_login(desk.agent)
    assert client.get(f"/desk/case/{case.number}/do/retry/").status_code == 405


def test_the_number_of_queries_does_not_grow(desk: Desk, agent: Client) -> None:
    provide(desk, fail_verbs=["deactivate"])

    def add(items: int) -> None:
        desk.customer = factories.make_customer(brand=desk.brand, items=items)
        desk.contact = factories.make_contact(customer=desk.customer)
        desk.confirm(desk.open())

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(agent)
        return len(queries)

    add(1)
    desk.go_to(DONE)
    count()  # warms what is cached for the process
    one = count()
    desk.now = CALL
    add(15)
    for _ in range(8):
        add(1)
    desk.now = DONE
    desk.run()
    assert count() == one
    assert "3 more of this case" in read(agent)


def test_a_place_in_the_sidebar(desk: Desk, agent: Client) -> None:
    assert 'href="/desk/board/"' in agent.get("/desk/queue/").content.decode()
