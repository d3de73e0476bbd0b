from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.cases.build import Desk


def test_the_queue_shows_whose_turn_it_is(desk: Desk, agent: Client) -> None:
    case = desk.open()
    page = agent.get("/desk/queue/").content.decode()
    assert case.number in page
    assert "On the phone" in page
    other_tab = agent.get("/desk/queue/?tab=customer").content.decode()
    assert case.number not in other_tab
    assert "Nobody owes you an answer" in other_tab


def test_mine_is_mine(desk: Desk, agent: Client, client: Client) -> None:
    case = desk.open()
    assert case.number in agent.get("/desk/queue/?whose=mine").content.decode()
    client.force_login(factories.make_user())
    assert case.number not in client.get("/desk/queue/?whose=mine").content.decode()
    assert case.number in client.get("/desk/queue/?whose=all").content.decode()


@pytest.mark.threat(52)
@pytest.mark.parametrize("query", ["tab=secret", "whose=theirs", "tab='", "whose=mine&tab=%00"])
def test_an_unknown_filter_is_refused(agent: Client, query: str) -> None:
    assert agent.get(f"/desk/queue/?{query}").status_code == 400


@pytest.mark.threat(50)
def test_another_brands_cases_do_not_exist(desk: Desk, client: Client) -> None:
    case = desk.open()
    client.force_login(factories.make_user(brands=[factories.make_brand()]))
    assert case.number not in client.get("/desk/queue/").content.decode()
    assert client.get(f"/desk/case/{case.number}/").status_code == 404
    assert client.post(f"/desk/case/{case.number}/do/withdraw/").status_code == 404


def test_the_number_of_queries_does_not_grow(
    desk: Desk, agent: Client, django_assert_num_queries
) -> None:
    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert agent.get("/desk/queue/").status_code == 200
        return len(queries)

    desk.open()
    count()  # warms what is cached for the process
    one = count()
    for _ in range(29):
        customer = factories.make_customer(brand=desk.brand, items=2)
        desk.customer, desk.contact = customer, factories.make_contact(customer=customer)
        desk.open()
    assert count() == one


def test_signing_in_is_required(client: Client, db: None) -> None:
    answer = client.get("/desk/queue/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
