"""The time machine's page, and the imaginary provider's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cases.actions import confirmation, information
from cases.models import Case
from config import clock
from config.sandbox.models import ClockMove
from config.sandbox.post.sink import Sink
from config.sandbox.views import clock as views
from tests.config.sandbox.conftest import World

QUESTION = {"key": "why", "text": "Who authorises this?", "kind": "text"}


@pytest.fixture
def case(sink: Sink, world: World) -> Case:
    case = world.open_case()
    information.request_information(
        case_id=case.pk, actor=world.actor, now=clock.now(), questions=[QUESTION]
    )
    world.settle()
    return case


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded machine needs longer than a person wants to wait for a page."""
    monkeypatch.setattr(views, "WAIT_S", 60)


def test_says_what_is_next_and_moves_there(agent: Client, case: Case, patient: None) -> None:
    page = agent.get("/sandbox/clock/").content.decode()
    assert "The reminder goes out" in page
    assert case.number in page
    answer = agent.post("/sandbox/clock/move/", {"how": "next", "next": "/desk/queue/"})
    assert (answer.status_code, answer.url) == (302, "/desk/queue/")  # type: ignore[attr-defined]
    assert clock.offset() > timedelta(days=2, hours=23)
    page = agent.get("/sandbox/clock/").content.decode()
    assert "The reminder was accepted for delivery." in page
    assert "until the reminder goes out" in page
    assert "2 days" in page or "3 days" in page


def test_goes_nowhere_else_afterwards(agent: Client, world: World, patient: None) -> None:
    answer = agent.post("/sandbox/clock/move/", {"how": "hour", "next": "https://evil.example/"})
    assert answer.url == "/sandbox/clock/"  # type: ignore[attr-defined]


def test_refusals_are_told(agent: Client, world: World) -> None:
    page = agent.post("/sandbox/clock/move/", {"how": "next"}, follow=True).content.decode()
    assert "Nothing is going to happen by itself" in page
    page = agent.post("/sandbox/clock/move/", {"how": "backward"}, follow=True).content.decode()
    assert "by an hour, a day, a week" in page
    now = clock.now()
    ClockMove.objects.create(
        label="a week", from_at=now, target_at=now, reached_at=now, seen_at=datetime.now(UTC)
    )
    page = agent.post("/sandbox/clock/move/", {"how": "day"}, follow=True).content.decode()
    assert "moving already" in page
    assert "On the way: a week" in page


def test_progress_until_it_is_over(agent: Client, world: World) -> None:
    now = clock.now()
    move = ClockMove.objects.create(
        label="a week",
        from_at=now,
        target_at=now + timedelta(days=7),
        reached_at=now + timedelta(days=3.5),
        seen_at=datetime.now(UTC) - timedelta(minutes=5),
        next_up="the reminder goes out",
        steps=4,
    )
    page = agent.get("/sandbox/clock/progress/").content.decode()
    assert 'value="50"' in page
    assert "the reminder goes out" in page
    assert "Take it up again" in page
    agent.post("/sandbox/clock/resume/")
    for _ in range(200):
        move.refresh_from_db()
        if move.status == "done":
            break
        __import__("time").sleep(0.1)
    assert move.status == "done"
    assert agent.get("/sandbox/clock/progress/").headers["HX-Refresh"] == "true"


def test_a_failed_move_says_why_and_can_be_repeated(
    agent: Client, world: World, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> int:
        raise RuntimeError("no such luck")

    monkeypatch.setattr("config.sandbox.machine.moves.travel_to", fail)
    agent.post("/sandbox/clock/move/", {"how": "day"})
    assert "no such luck" in agent.get("/sandbox/clock/").content.decode()
    monkeypatch.undo()
    agent.post("/sandbox/clock/move/", {"how": "day"})
    assert ClockMove.objects.latest("pk").problem == ""


def test_back_to_the_real_time(agent: Client, world: World) -> None:
    clock.move_to(clock.now() + timedelta(days=2))
    world.open_case()
    page = agent.post("/sandbox/clock/real/", follow=True).content.decode()
    assert "lived until" in page
    assert clock.offset() > timedelta(days=1)


def test_the_bar_names_the_next_thing(agent: Client, case: Case) -> None:
    page = agent.get("/sandbox/clock/bar/").content.decode()
    assert "the reminder goes out" in page
    assert case.number in page


def test_the_provider_fails_as_told(agent: Client, sink: Sink, world: World) -> None:
    case = world.open_case()
    confirmation.confirm(case_id=case.pk, actor=world.actor, now=clock.now())
    brand = world.customer.brand
    url = f"/sandbox/provider/{brand.pk}/"
    agent.post(f"{url}items/", {"customer": world.customer.pk, "fail": "1"})
    world.pass_time(days=31)
    case.refresh_from_db()
    assert case.state == "executing"
    page = agent.get("/sandbox/provider/").content.decode()
    assert "told to fail" in page
    assert case.number in page
    item = world.customer.items.first()
    assert item is not None
    agent.post(f"{url}items/", {"item": item.pk, "fail": "0"})
    brand.refresh_from_db()
    assert item.pk not in brand.provisioning["fail_items"]
    assert len(brand.provisioning["fail_items"]) == 1
    page = agent.post(f"{url}items/", {"item": "x"}, follow=True).content.decode()
    assert "Choose a customer or a service" in page


def test_the_provider_takes_its_time(agent: Client, world: World) -> None:
    brand = world.customer.brand
    data = {f"{brand.pk}-delay_s": "30", f"{brand.pk}-retry_after_s": "90",
            f"{brand.pk}-fail_verbs": ["reactivate"]}  # fmt: skip
    agent.post(f"/sandbox/provider/{brand.pk}/", data)
    brand.refresh_from_db()
    assert brand.provisioning == {
        "adapter": "sandbox", "slow_s": 0, "delay_s": 30, "retry_after_s": 90,
        "fail_verbs": ["reactivate"],
    }  # fmt: skip
    wrong = agent.post(f"/sandbox/provider/{brand.pk}/", data | {f"{brand.pk}-delay_s": "-1"})
    assert wrong.status_code == 422
    assert agent.post("/sandbox/provider/999999/", data).status_code == 404


def test_one_kind_of_service_can_be_told_apart(agent: Client, world: World) -> None:
    brand = world.customer.brand
    url = f"/sandbox/provider/{brand.pk}/"
    data = {
        f"{brand.pk}-kind": "sim",
        f"{brand.pk}-slow_s": "2",
        f"{brand.pk}-delay_s": "30",
        f"{brand.pk}-retry_after_s": "0",
        f"{brand.pk}-fail_verbs": ["terminate"],
    }
    assert "does as told" in agent.post(url, data, follow=True).content.decode()
    brand.refresh_from_db()
    own = brand.provisioning["kinds"]["sim"]
    assert (own["slow_s"], own["delay_s"], own["fail_verbs"]) == (2, 30, ["terminate"])
    assert "delay_s" not in brand.provisioning
    page = agent.get("/sandbox/provider/").content.decode()
    assert "2 s slow; 30 s late; fails to terminate" in page
    agent.post(url, {"forget": "sim"})
    brand.refresh_from_db()
    assert brand.provisioning["kinds"] == {}
    wrong = agent.post(url, data | {f"{brand.pk}-kind": "fax"})
    assert wrong.status_code == 422


def test_a_real_provider_is_left_alone(agent: Client, world: World) -> None:
    brand = world.customer.brand
    brand.provisioning = {"adapter": "manual"}
    brand.save()
    data = {f"{brand.pk}-delay_s": "30", f"{brand.pk}-retry_after_s": "90"}
    page = agent.post(f"/sandbox/provider/{brand.pk}/", data, follow=True).content.decode()
    assert "does not use the sandbox" in page
    brand.refresh_from_db()
    assert brand.provisioning == {"adapter": "manual"}


def test_tick_says_what_it_did(capsys: Any, case: Case) -> None:
    clock.move_to(clock.now() + timedelta(days=3, minutes=1))
    call_command("tick")
    assert capsys.readouterr().out == (
        "0 mails read, 1 timers fired, 0 providers asked, 1 emails sent\n"
    )
    call_command("tick", "--until-quiet")
    assert capsys.readouterr().out == (
        "0 mails read, 0 timers fired, 0 providers asked, 0 emails sent\n"
    )
