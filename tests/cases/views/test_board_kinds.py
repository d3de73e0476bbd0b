"""The execution board otherwise: empty, by hand, in seconds, with many cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ManualTask
from cases.actions import confirmation
from cases.actions.base import Actor
from cases.domain.trust import Level
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import CALL, Desk
from tests.cases.views.test_board import provide, read
from tests.rules.helpers import DONE, outcomes


@pytest.fixture(autouse=True)
def _stay_signed_in(settings: Any) -> None:
    """The desk's clock moves by months."""
    settings.SESSION_COOKIE_AGE = 400 * 86_400


@pytest.fixture
def desk(db: None, sink: object) -> Desk:
    return Desk(items=4)


def test_an_empty_board_teaches(desk: Desk, agent: Client) -> None:
    assert "Nothing is on its way" in read(agent)
    assert "Nothing waits for a person" in read(agent, "?show=person")


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


@pytest.mark.threat(52)
@pytest.mark.parametrize("query", ["?show=secret", "?show=%00", "?show='"])
def test_an_unknown_filter_is_refused(agent: Client, query: str) -> None:
    assert agent.get(f"/desk/board/{query}").status_code == 400


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
