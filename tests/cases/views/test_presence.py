"""Who else is here: seen for a few seconds, by those who may see the case, at a fixed cost."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import presence
from cases.actions.correspondence import add_note
from cases.models import Case
from tests import factories
from tests.cases.build import CALL, Desk


@pytest.fixture(autouse=True)
def _alone(desk: Desk) -> Iterator[None]:
    presence.connect.cache_clear()
    for key in presence.connect().scan_iter("presence:*"):
        presence.connect().delete(key)
    yield
    presence.connect.cache_clear()


@pytest.fixture
def jonas(desk: Desk) -> Client:
    client = Client()
    client.force_login(factories.make_user(username="jonas", first_name="Jonas", last_name="Ex"))
    return client


def beat(client: Client, case: Case, **data):
    stamp = {"version": case.version, "seen": case.last_sequence}
    return client.post(f"/desk/case/{case.number}/here/", {**stamp, **data})


def test_others_are_seen_and_what_they_write(desk: Desk, agent: Client, jonas: Client) -> None:
    case = desk.open()
    alone = beat(agent, case).content.decode()
    assert "is here too" not in alone
    beat(jonas, case, writing="reply")
    page = beat(agent, case).content.decode()
    assert "Jonas Ex is writing to the customer" in page
    beat(jonas, case, writing="<script>")
    assert "Jonas Ex is here too" in beat(agent, case).content.decode()


def test_nothing_is_said_again_that_the_page_shows(
    desk: Desk, agent: Client, jonas: Client
) -> None:
    case = desk.open()
    beat(jonas, case)
    shown = beat(agent, case).content.decode().split('name="shown" value="')[1].split('"')[0]
    assert beat(agent, case, shown=shown).status_code == 204
    beat(jonas, case, writing="note")
    assert beat(agent, case, shown=shown).status_code == 200


def test_who_left_is_gone_after_some_seconds(
    desk: Desk, agent: Client, jonas: Client, time_machine
) -> None:
    case = desk.open()
    beat(jonas, case)
    time_machine.move_to(CALL + timedelta(seconds=13), tick=False)
    assert "Jonas" not in beat(agent, case).content.decode()


def test_a_stale_page_is_told_what_happened(desk: Desk, agent: Client) -> None:
    case = desk.open()
    desk.do(add_note, case, text="They <i>stay</i>.")
    page = beat(agent, case).content.decode()
    assert "This case has changed since you opened it" in page
    assert "They &lt;i&gt;stay&lt;/i&gt;." in page


@pytest.mark.threat(50)
def test_nobody_is_seen_on_a_case_that_is_not_theirs(desk: Desk, agent: Client) -> None:
    case = desk.open()
    stranger = Client()
    stranger.force_login(factories.make_user(brands=[factories.make_brand()]))
    assert beat(stranger, case).status_code == 404
    assert Client().post(f"/desk/case/{case.number}/here/").status_code == 302
    assert agent.get(f"/desk/case/{case.number}/here/").status_code == 405


def test_it_costs_the_same_however_many_are_here(desk: Desk, agent: Client) -> None:
    case = desk.open()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            beat(agent, case)
        return len(queries)

    beat(agent, case)
    alone = count()
    for number in range(20):
        user = factories.make_user(username=f"colleague{number}")
        presence.meet(case_id=case.pk, user=user, writing="", now=CALL)
    assert count() == alone <= 4


@pytest.mark.guarantee("G19")
@pytest.mark.parametrize("answers", [False, True])
def test_losing_redis_loses_presence_alone(
    desk: Desk, agent: Client, settings, answers: bool
) -> None:
    """Nobody listens there, or somebody takes the call and never says a word."""
    case = desk.open()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if answers:
            silent.listen(8)
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        presence.connect.cache_clear()
        began = time.perf_counter()
        assert beat(agent, case).status_code == 200
        assert agent.get(f"/desk/case/{case.number}/").status_code == 200
        assert time.perf_counter() - began < 2


def test_who_writes_has_a_place_on_each_tab(desk: Desk, client: Client) -> None:
    """A beat whose answer finds no place is an error in the browser, twelve times a minute."""
    case = desk.open()
    client.force_login(desk.agent)
    for tab in ("story", "evidence"):
        page = client.get(f"/desk/case/{case.number}/?tab={tab}").content.decode()
        assert page.count('id="presence-writing"') == 1
