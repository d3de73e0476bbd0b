"""A call that is going on is kept on the server: for its agent alone, until it is opened."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.drafts import save_draft
from cases.models import CallDraft, Case
from tests import factories
from tests.cases.build import CALL, Desk
from tests.pages import fold


class Call:
    """The intake's form as a browser fills it: it sends back the words that it was shown."""

    def __init__(self, desk: Desk, client: Client) -> None:
        self.desk, self.client = desk, client
        self.url = f"/desk/call/{desk.customer.pk}"
        self.form: dict[str, Any] = {"contact": desk.contact.pk, "scope": "whole"}

    def change(self, **data: Any) -> str:
        """Tick or type something; the answer is the plan."""
        self.form |= data
        answer = self.client.post(f"{self.url}/plan/", self.form)
        assert answer.status_code == 200
        page = answer.content.decode()
        said = re.search(r'name="said" value="([0-9a-f]{64})"', page)
        self.form["said"] = said[1] if said else ""
        return page

    def open(self, **data: Any) -> Any:
        return self.client.post(f"{self.url}/open/", {**self.form, **data})


@pytest.fixture
def call(desk: Desk, agent: Client) -> Call:
    return Call(desk, agent)


def test_the_call_is_there_again_for_its_agent_alone(desk: Desk, call: Call) -> None:
    call.change(own_question="Who keeps the fax?", reason="Price", checks=["Callback"])
    page = call.client.get(f"/desk/call/?customer={desk.customer.pk}").content.decode()
    assert 'value="Who keeps the fax?"' in page
    assert re.search(r'value="Price" checked', fold(page))
    assert re.search(r'value="Callback" checked', fold(page))
    assert "errorlist" not in page
    colleague = Client()
    colleague.force_login(factories.make_user())
    assert "Who keeps" not in colleague.get(f"/desk/call/?customer={desk.customer.pk}").text
    assert desk.customer.name not in colleague.get("/desk/call/").text


@pytest.mark.threat(51)
def test_only_the_forms_own_fields_are_kept(call: Call) -> None:
    call.change(reason="Price", state="closed", user="1", csrfmiddlewaretoken="x", owner="2")
    assert set(CallDraft.objects.get().data) == {"contact", "scope", "reason"}


@pytest.mark.rule("R4")
def test_the_call_counts_from_its_beginning(desk: Desk, call: Call, time_machine: Any) -> None:
    call.change()
    time_machine.move_to(CALL + timedelta(hours=30), tick=False)
    call.change(reason="Price")
    assert call.open().status_code == 302
    assert Case.objects.get().received_at == CALL


def test_what_was_on_its_way_when_the_case_was_opened_comes_too_late(call: Call) -> None:
    call.change(reason="Price")
    started_at = CallDraft.objects.get().started_at
    assert call.open().status_code == 302
    save_draft(
        user=call.desk.agent, customer=call.desk.customer, data={"reason": ["Price"]}, digest="",
        started_at=started_at, now=started_at,
    )  # fmt: skip
    assert not CallDraft.objects.exists()


def test_what_is_opened_or_forgotten_leaves_no_draft(call: Call) -> None:
    call.change()
    assert call.client.get(f"{call.url}/forget/").status_code == 405
    assert call.client.post(f"{call.url}/forget/").status_code == 302
    assert not CallDraft.objects.exists()
    call.change()
    call.open()
    assert not CallDraft.objects.exists()


def test_nobody_comes_back_after_a_week(desk: Desk, call: Call, time_machine: Any) -> None:
    call.change()
    time_machine.move_to(CALL + timedelta(days=8), tick=False)
    other = Call(Desk(items=1), call.client)
    other.change()
    assert CallDraft.objects.get().customer == other.desk.customer


def test_consent_has_the_time_of_its_tick(call: Call, time_machine: Any) -> None:
    call.change()
    time_machine.move_to(CALL + timedelta(minutes=2), tick=False)
    call.change(read_out="1")
    time_machine.move_to(CALL + timedelta(minutes=3), tick=False)
    call.change(agreed="1")
    time_machine.move_to(CALL + timedelta(minutes=9), tick=False)
    assert call.open().status_code == 302
    case = Case.objects.get()
    assert case.read_out_at == CALL + timedelta(minutes=2)
    assert case.agreed_at == CALL + timedelta(minutes=3)
    assert case.events.get(kind="agreed").data["ticked_at"] == case.agreed_at.isoformat()


def test_consent_is_to_the_words_that_were_read_out(desk: Desk, call: Call) -> None:
    call.change()
    call.change(read_out="1", agreed="1")
    later = (CALL + timedelta(days=60)).date().isoformat()
    page = call.change(wished_on=later)
    assert "This has changed since you read it out" in page
    assert not re.search(r'name="agreed"[^>]* checked', page)
    assert CallDraft.objects.get().agreed_at is None


def test_a_plan_that_changed_before_opening_is_read_again(desk: Desk, call: Call) -> None:
    call.change()
    call.change(read_out="1", agreed="1", checks=["Account PIN"])
    factories.make_contract(customer=desk.customer)  # a fee that nobody was told
    answer = call.open()
    assert answer.status_code == 422
    assert "changed since you read it out" in answer.text
    assert not Case.objects.exists()


def test_nobody_agrees_to_what_they_have_not_heard(call: Call) -> None:
    call.change()
    answer = call.open(agreed="1")
    assert answer.status_code == 422
    assert "read it out" in answer.text


def test_a_call_that_came_by_mail_is_restored_with_its_mail(desk: Desk, call: Call) -> None:
    case = desk.open(item_ids=[desk.customer.items.first().pk])
    desk.now += timedelta(hours=1)
    mail = desk.reply(case, "Please cancel")
    call.change(mail=mail.pk)
    page = call.client.get(f"/desk/call/?customer={desk.customer.pk}").text
    assert f'name="mail" value="{mail.pk}"' in page


@pytest.mark.parametrize("many", [1, 8])
def test_the_search_asks_as_often_for_one_as_for_many(
    desk: Desk, agent: Client, many: int, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        desk.customer = factories.make_customer(
            brand=desk.brand, items=1, name=f"Quartz Works {number}"
        )
        desk.contact = factories.make_contact(customer=desk.customer)
        desk.open()
    agent.get("/desk/call/customers/", {"q": "quartz"})
    with django_assert_num_queries(6):
        page = agent.get("/desk/call/customers/", {"q": "quartz"}).text
    assert page.count("Open case") == many
