"""What the command bar is fed: places by role, cases and customers by scope."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.cases.build import Desk


def offers(client: Client, text: str) -> str:
    answer = client.get("/desk/commands/", {"q": text})
    assert answer.status_code == 200
    return answer.text


def test_places_are_found_by_any_of_their_names(desk: Desk, agent: Client) -> None:
    assert "Outbox" in offers(agent, "outgoing")
    assert "Mailroom" in offers(agent, "QUARANTINE mail")
    assert "Queue" in offers(agent, "")
    assert "Outbox" not in offers(agent, "qu")


def test_a_role_is_offered_what_it_may_do(desk: Desk, agent: Client) -> None:
    case = desk.open()
    assert "Administration" not in offers(agent, "admin")
    assert "Confirm the date" in offers(agent, case.number)
    auditor = Client()
    auditor.force_login(factories.make_user(role="auditor"))
    assert "Administration" in offers(auditor, "admin")
    assert "New call" not in offers(auditor, desk.customer.name)
    assert "Confirm the date" not in offers(auditor, case.number)


@pytest.mark.threat(50)
def test_another_brands_case_and_customer_are_not_offered(desk: Desk) -> None:
    case = desk.open()
    stranger = Client()
    stranger.force_login(factories.make_user(brands=[factories.make_brand()]))
    for text in (case.number, desk.customer.name, desk.contact.email):
        assert desk.customer.name not in offers(stranger, text).replace(f"“{text}”", "")


@pytest.mark.parametrize("text", ["\x00", "%", "=" * 500, "'; --", "(", "4831-0000-0"])
def test_any_text_is_only_a_text(desk: Desk, agent: Client, text: str) -> None:
    assert "Search everywhere" in offers(agent, text)


@pytest.mark.parametrize("many", [1, 12])
def test_it_asks_as_often_for_many_as_for_one(
    desk: Desk, agent: Client, many: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(many):
        desk.customer = factories.make_customer(
            brand=desk.brand, items=1, name=f"Quartz Works {number}"
        )
        desk.contact = factories.make_contact(customer=desk.customer)
        desk.open()
    with django_assert_max_num_queries(14):
        assert offers(agent, "quartz").count("New call") == min(many, 4)
