"""The supervisors' dashboard: every number is the number of the cases that it opens."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions import confirmation
from cases.domain.reports import ENTERS
from cases.domain.states import State
from cases.models import Case, Event
from cases.queries.queue_filters import read_offers
from cases.queries.report_filters import Slice
from cases.queries.reports import read_report, select_cases
from tests import factories
from tests.cases.build import QUESTION, Desk
from tests.rows import each
from tests.scene import play_once

pytestmark = pytest.mark.django_db
PAGE, CASES, FILE = "/desk/reports/", "/desk/reports/cases/", "/desk/reports/cases.csv"
LINK = re.compile(r'href="(/desk/reports/cases/\?[^"]*)">([\d,]+)<')


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any) -> Iterator[Desk]:
    with play_once(django_db_blocker):
        yield play()


@pytest.fixture
def desk(played: Desk) -> Desk:
    return deepcopy(played)


def play() -> Desk:
    """One case in each of many ways, the last of them today."""
    desk = Desk(items=1)
    for reason, until in (("Moving", "asked"), ("Moving", "dropped"), ("", "confirmed"),
                          ("Price", "in_grace"), ("=1+1", "withdrawn")):  # fmt: skip
        desk.customer = factories.make_customer(brand=desk.brand, items=1)
        desk.contact = factories.make_contact(customer=desk.customer)
        case = desk.open(reason=reason)
        asks = until in ("asked", "dropped")
        case = desk.ask(case, QUESTION) if asks else desk.confirm(case)
        if until == "withdrawn":
            desk.do(confirmation.withdraw, case, reason="They stay.")
    desk.pass_days(32)
    return desk


def sign_in(role: str = "supervisor", **more: Any) -> Client:
    client = Client()
    client.force_login(factories.make_user(role=role, **more))
    return client


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


@pytest.fixture
def supervisor(desk: Desk, time_machine: Any) -> Client:
    time_machine.move_to(desk.now, tick=False)
    return sign_in()


def test_every_number_is_the_number_of_the_cases_behind_it(supervisor: Client) -> None:
    page = read(supervisor, f"{PAGE}?days=90")
    links = LINK.findall(page)
    assert len(links) >= 10
    for address, number in links:
        rows = read(supervisor, address).count("<tr data-row=")
        assert rows == int(number.replace(",", "")), address


def test_what_happened_is_counted(desk: Desk) -> None:
    offers = read_offers(desk.agent)
    report = read_report(user=desk.agent, chosen=Slice(days=90), offers=offers, now=desk.now)
    assert report.opened == Case.objects.count() == 5
    assert {bar.label: bar.number for bar in report.reasons} == {
        "Moving": 2, "No reason given": 1, "Price": 1, "=1+1": 1,
    }  # fmt: skip
    assert [(bar.label, bar.number) for bar in report.drops if bar.number] == [
        ("Nothing came at all", 2)
    ]
    stays = {stay.state: stay for stay in report.stays}
    assert stays[State.AWAITING_CUSTOMER].number == 2
    assert stays[State.AWAITING_CUSTOMER].median > timedelta(days=13)
    assert stays[State.SCHEDULED].most > timedelta(days=29)


def test_a_period_leaves_out_what_was_before(desk: Desk) -> None:
    offers = read_offers(desk.agent)
    report = read_report(user=desk.agent, chosen=Slice(days=7), offers=offers, now=desk.now)
    assert (report.opened, report.dropped) == (0, 0)


def test_every_state_is_entered_by_an_event_that_the_desk_writes(desk: Desk) -> None:
    """A state that no event enters would stand in no picture."""
    entered = {*ENTERS.values(), State.AWAITING_FINAL_BILL}
    assert entered == set(State)
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"opened", "asked", "confirmed", "dropped", "withdrawn", "executed"} <= kinds & {*ENTERS}


def test_the_queries_are_the_same_for_few_and_many(supervisor: Client, desk: Desk) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            read(supervisor, address)
        return len(queries)

    addresses = [f"{PAGE}?days=90", f"{CASES}?days=90"]
    before = [count(address) for address in addresses]
    for _ in range(30):
        desk.customer = factories.make_customer(brand=desk.brand, items=1)
        desk.contact = factories.make_contact(customer=desk.customer)
        desk.open()
    assert [count(address) for address in addresses] == before


@pytest.mark.threat(50)
def test_another_brands_cases_are_in_no_number(desk: Desk, time_machine: Any) -> None:
    time_machine.move_to(desk.now, tick=False)
    theirs = sign_in(brands=[factories.make_brand()])
    assert {number for _, number in LINK.findall(read(theirs, f"{PAGE}?days=90"))} == {"0"}
    assert "<tr data-row=" not in read(theirs, f"{CASES}?days=90")
    assert theirs.get(f"{CASES}?brand={desk.brand.pk}").status_code == 400


def test_agents_have_no_reports(desk: Desk) -> None:
    agent = sign_in("agent")
    assert {agent.get(a).status_code for a in (PAGE, CASES, FILE)} == {403}


@pytest.mark.threat(35)
def test_the_file_holds_the_same_cases_and_no_formula(supervisor: Client) -> None:
    answer = supervisor.get(f"{FILE}?days=90")
    assert "attachment" in answer["Content-Disposition"]
    head, *rows = csv.reader(io.StringIO(answer.content.decode(), newline=""))
    assert len(rows) == 5
    reasons = {row[head.index("Reason")] for row in rows}
    assert reasons == {"Moving", "", "Price", "'=1+1"}


@pytest.mark.usefixtures("steady_health")
@pytest.mark.threat(52)
@each(
    "query",
    ["days=1000", "days=x", "count=all", "state=gone", "why=bad", "on=31.12.", "policy=x",
     "policy=99999999999", "asked=maybe", "brand=0", "sort=id", "policy=٣"],
)  # fmt: skip
def test_what_is_not_offered_is_refused(supervisor: Client, query: str) -> None:
    for address in (PAGE, CASES, FILE):
        assert supervisor.get(f"{address}?{query}").status_code == 400


def test_an_empty_desk_says_what_will_stand_here(db: None) -> None:
    nobody_yet = sign_in(brands=[factories.make_brand()])
    assert "Nothing to count yet" in read(nobody_yet, PAGE)


def test_a_slice_is_written_and_read_as_the_same(desk: Desk) -> None:
    chosen = Slice(days=90, brand=desk.brand.pk, state="scheduled", reason="Price & more")
    found = select_cases(user=desk.agent, chosen=chosen, now=desk.now)
    assert not found.exists()
    assert "reason=Price+%26+more" in chosen.address()
