from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold


def call(desk: Desk, agent: Client, **data):
    form = {"contact": desk.contact.pk, "checks": ["Account PIN"], "scope": "whole", **data}
    return agent.post(f"/desk/call/{desk.customer.pk}/open/", form)


def read_out(desk: Desk, agent: Client, **data) -> dict[str, str]:
    """What the form sends once its words were read out and agreed to."""
    form = {"contact": desk.contact.pk, "scope": "whole", **data}
    page = agent.post(f"/desk/call/{desk.customer.pk}/plan/", form).content.decode()
    said = re.search(r'name="said" value="([0-9a-f]{64})"', page)
    assert said
    return {"said": said[1], "read_out": "1", "agreed": "1"}


def test_the_customer_shows_up_while_one_types(desk: Desk, agent: Client) -> None:
    found = agent.get("/desk/call/customers/", {"q": desk.customer.name[:6]})
    assert desk.customer.account_number in found.content.decode()
    page = agent.get("/desk/call/", {"q": desk.contact.email})
    assert desk.customer.name in page.content.decode()


def test_the_plan_beside_the_form_follows_what_is_ticked(desk: Desk, agent: Client) -> None:
    url = f"/desk/call/{desk.customer.pk}/plan/"
    whole = agent.post(url, {"scope": "whole", "contact": desk.contact.pk}).content.decode()
    assert "Wed 21 Oct" in whole
    nothing = agent.post(url, {"scope": "some", "contact": desk.contact.pk}).content.decode()
    assert "Choose what should end" in nothing
    assert not Case.objects.exists()


def test_the_agent_reads_to_a_german_caller_in_german(desk: Desk, agent: Client) -> None:
    url, form = f"/desk/call/{desk.customer.pk}/plan/", {"scope": "whole"}
    english = agent.post(url, form).content.decode()
    assert '<div class="say" lang="en"><p>All your services end on' in fold(english)
    assert "In English" not in english
    desk.customer.locale = "de-AT"
    desk.customer.save()
    german = fold(agent.post(url, form).content.decode())
    assert (
        '<div class="say" lang="de"><p>Alle Ihre Dienste enden am Mittwoch, 21. Oktober' in german
    )
    assert "In English" in german
    assert "All your services end on" in german


def test_open_shows_the_number_large_and_spelled(desk: Desk, agent: Client) -> None:
    answer = call(desk, agent)
    case = Case.objects.get()
    assert answer["Location"] == f"/desk/case/{case.number}/opened/"
    page = agent.get(answer["Location"]).content.decode()
    assert case.number in page
    assert re.search(r"zero|one|two|three|four|five|six|seven|eight|nine", page)


def test_a_question_is_asked_at_once(desk: Desk, agent: Client) -> None:
    call(desk, agent, own_question="Who used the lines?")
    assert Case.objects.get().state == "awaiting_customer"


def test_what_the_caller_agreed_to_is_confirmed(desk: Desk, agent: Client) -> None:
    call(desk, agent, **read_out(desk, agent))
    case = Case.objects.get()
    assert (case.state, str(case.effective_on)) == ("scheduled", "2026-10-21")
    said = case.events.get(kind="read_out").data["said"]
    assert any("October 21st" in sentence for sentence in said)


def test_without_agreement_nothing_is_promised(desk: Desk, agent: Client) -> None:
    call(desk, agent)
    assert Case.objects.get().state == "intake"


@pytest.mark.threat(51)
def test_another_customers_services_and_contacts_are_refused(desk: Desk, agent: Client) -> None:
    other = factories.make_customer(brand=desk.brand, items=1)
    theirs = other.items.get().pk
    assert call(desk, agent, scope="some", items=[theirs]).status_code == 422
    stranger = factories.make_contact(customer=other)
    assert call(desk, agent, contact=stranger.pk).status_code == 422
    assert not Case.objects.exists()


def test_nothing_chosen_and_nobody_named_say_what_to_do(desk: Desk, agent: Client) -> None:
    answer = call(desk, agent, scope="some", contact="")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose at least one service." in page
    assert "Who is calling?" in page


def test_a_second_call_joins_the_open_case(desk: Desk, agent: Client) -> None:
    call(desk, agent)
    case = Case.objects.get()
    again = agent.get(f"/desk/call/?customer={desk.customer.pk}").content.decode()
    assert "There is an open case already" in again
    assert call(desk, agent).status_code == 422
    assert call(desk, agent, join=case.number).status_code == 302
    assert Case.objects.count() == 1
    assert case.events.filter(kind="joined").exists()


def test_a_second_call_brings_its_date_its_reason_and_its_questions(
    desk: Desk, agent: Client
) -> None:
    call(desk, agent, wished_on="", own_question="Who used it?")
    desk.run()
    case = Case.objects.get()
    assert (case.state, case.ask_round) == ("awaiting_customer", 1)
    later = (desk.now + timedelta(days=90)).date()
    again = {"wished_on": later.isoformat(), "own_question": "Which date is on the bill?"}
    assert call(desk, agent, join=case.number, **again).status_code == 302
    case.refresh_from_db()
    assert case.wished_on == later
    assert [q.text for q in case.questions.all()] == ["Who used it?", again["own_question"]]
    assert case.ask_round == 2
    assert again["own_question"] in case.asked_email.text


def test_a_second_call_with_another_date_moves_no_promise(desk: Desk, agent: Client) -> None:
    call(desk, agent, **read_out(desk, agent))
    case = Case.objects.get()
    promised = case.effective_on
    assert promised is not None
    later = (promised + timedelta(days=20)).isoformat()
    assert call(desk, agent, join=case.number, wished_on=later).status_code == 302
    case.refresh_from_db()
    assert case.effective_on == promised
    assert "They called again" in case.todos.get(resolved_at=None).reason


@pytest.mark.threat(50)
def test_another_brands_customer_does_not_exist(desk: Desk, client: Client) -> None:
    client.force_login(factories.make_user(brands=[factories.make_brand()]))
    assert client.get(f"/desk/call/?customer={desk.customer.pk}").status_code == 404
    assert call(desk, client).status_code == 404


@pytest.mark.parametrize("many", [1, 100])
def test_the_form_asks_as_often_for_many_services_as_for_one(
    db: None, many: int, client: Client, django_assert_max_num_queries: Any
) -> None:
    desk = Desk(items=many)
    for _ in range(many // 20):
        place = factories.make_location(customer=desk.customer)
        factories.make_port(item=factories.make_item(customer=desk.customer, location=place))
        factories.make_contact(customer=desk.customer)
    client.force_login(desk.agent)
    with django_assert_max_num_queries(25):
        assert client.get(f"/desk/call/?customer={desk.customer.pk}").status_code == 200
    with django_assert_max_num_queries(20):
        assert (
            client.post(f"/desk/call/{desk.customer.pk}/plan/", {"scope": "whole"}).status_code
            == 200
        )


def test_a_location_is_chosen_in_one_tick(desk: Desk, agent: Client) -> None:
    place = factories.make_location(customer=desk.customer, name="North branch")
    there = factories.make_item(customer=desk.customer, location=place)
    assert call(desk, agent, scope="some", places=[place.pk]).status_code == 302
    assert [row.item for row in Case.objects.get().items.all()] == [there]
    assert call(desk, agent, scope="some", places=["none"]).status_code == 302
    assert Case.objects.first().items.count() == 4


def test_the_customer_at_a_glance(desk: Desk, agent: Client) -> None:
    from cases.actions import confirmation

    call(desk, agent)
    earlier = desk.do(confirmation.withdraw, Case.objects.get())
    factories.make_contract(customer=desk.customer)
    number = factories.make_item(customer=desk.customer, kind="number", identifier="+13125550164")
    factories.make_port(item=number)
    page = fold(agent.get(f"/desk/call/?customer={desk.customer.pk}").text)
    for words in (
        earlier.number, "withdrawn", "until", "31 Mar 2027", "(312) 555-0164 to Otherline Example",
        "may cancel", "Not verified yet",
    ):  # fmt: skip
        assert words in page, words
