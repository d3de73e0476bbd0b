"""The case page around the end: numbers, what is in the way, promises, the final bill."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from cases.actions.base import Actor, NotPossible
from cases.actions.confirmation import confirm, confirm_by_customer, reschedule
from cases.domain.trust import Level
from cases.models import Case
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db


def show(client: Client, case: Case) -> str:
    answer = client.get(reverse("desk:case", args=[case.number]))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def ask_for(client: Client, case: Case, verb: str) -> str:
    """The form of an action, as the case's page leads to it."""
    answer = client.get(reverse("desk:form", args=[case.number, verb]))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def act(client: Client, case: Case, verb: str, **given: Any) -> int:
    return client.post(reverse("desk:act", args=[case.number, verb]), given).status_code


@pytest.fixture
def sip(client: Client) -> tuple[Desk, Case]:
    desk = Desk(file="sipstation", items=[{"kind": "number"}, {"kind": "trunk"}])
    client.force_login(desk.agent)
    return desk, desk.open()


@pytest.mark.rule("R35", "R37")
def test_dispositions_and_a_loss_are_noted_from_the_page(sip: Any, client: Client) -> None:
    desk, case = sip
    number = case.items.get(item__kind="number")
    factories.make_port(item=number.item)
    page = show(client, case)
    assert "Nobody has said what becomes of" in page
    phrase = f"lose {number.item.identifier[-4:]}"
    assert phrase in page
    assert act(client, case, "disposition", item=number.pk, disposition="lost") == 422
    assert act(client, case, "disposition", item=number.pk, disposition="released") == 302
    assert act(client, case, "accept_loss", item=number.pk, typed="yes") == 422
    assert act(client, case, "accept_loss", item=number.pk, typed=phrase) == 302
    page = show(client, desk.read(case))
    assert "no longer needed" in page
    assert "They accept that it may be lost" in page
    assert "Nothing that we can see" in page


@pytest.mark.rule("R46")
def test_what_is_in_the_way_is_a_tree_leaves_first_and_many_alike_one_line(client: Client) -> None:
    desk = Desk(file="soracom", items=[{"kind": "vpg", "label": "Tokyo"}])
    vpg = desk.customer.items.get()
    for number in range(6):
        factories.make_item(customer=desk.customer, kind="sim", label=f"S{number}", parent=vpg)
    client.force_login(desk.agent)
    case = desk.open()
    page = show(client, case)
    assert "6 SIMs: still there" in page
    assert page.index("6 SIMs: still there") < page.index("VPG Tokyo is still there.")
    assert act(client, case, "recheck") == 302
    assert case.events.filter(kind="rechecked").exists()


def await_bill(client: Client) -> tuple[Desk, Case]:
    """Everything has ended, the final bill is awaited; the agent is signed in."""
    desk = Desk(file="soracom", items=[{"kind": "sim"}])
    case = desk.open()
    services.end_item(item=desk.customer.items.get(), now=desk.now)
    preview = read_preview(desk.read(case), now=desk.now)
    confirm_by_customer(
        case_id=case.pk,
        actor=Actor.customer(desk.contact, Level.L3),
        now=desk.now,
        seen=preview.digest,
        typed=preview.phrase,
    )
    client.force_login(desk.agent)
    return desk, desk.read(case)


@pytest.mark.rule("R50")
def test_the_final_bill_is_issued_and_paid_by_hand(client: Client) -> None:
    desk, case = await_bill(client)
    page = show(client, case)
    assert "The final bill has not been issued yet." in page
    assert 'name="amount"' in ask_for(client, case, "issue_bill")
    assert act(client, case, "pay_bill") == 422
    assert act(client, case, "issue_bill", amount="") == 422
    assert act(client, case, "issue_bill", amount="ten") == 422
    assert act(client, case, "issue_bill", amount="10.50") == 302
    assert "The final bill of $10.50 has not been paid." in show(client, case)
    assert act(client, case, "settle") == 422
    assert act(client, case, "pay_bill", balance="3") == 302
    assert "$3.00 is still to be paid." in show(client, case)
    assert act(client, case, "note_balance", balance="0") == 302
    assert desk.read(case).state == "closed"


def test_an_auditor_only_looks(sip: Any, client: Client) -> None:
    _, case = sip
    client.force_login(factories.make_user(role="auditor"))
    assert "Look again" not in show(client, case)
    for verb in ("recheck", "disposition", "accept_loss", "issue_bill", "settle"):
        assert act(client, case, verb, item=1, disposition="moved", amount="1") in (403, 422)


@pytest.mark.rule("R19")
def test_the_promises_say_who_promised_what_when_and_why_it_moved(
    desk: Desk, agent: Client
) -> None:
    case = desk.do(confirm, desk.open())
    case = desk.do(reschedule, case, wished_on=date(2026, 12, 31), reason="After Christmas")
    page = show(agent, case)
    ledger = page[page.index('id="promises"') :]
    assert ledger.index("Thu 31 Dec") < ledger.index("Wed 21 Oct")
    assert ledger.index("in force") < ledger.index("superseded")
    assert "After Christmas" in ledger
    assert desk.agent.display_name in ledger
    assert len(desk.mails(case, "confirmation")) == 2
    with pytest.raises(NotPossible, match="Say why"):
        desk.do(reschedule, case, wished_on=date(2027, 1, 31), reason="  ")
    assert case.promises.count() == 2


@pytest.mark.rule("R18")
def test_each_date_is_offered_with_its_whole_cost_and_chosen_by_one_click(
    desk: Desk, agent: Client
) -> None:
    factories.make_contract(customer=desk.customer)
    case = desk.do(confirm, desk.open())
    page = ask_for(agent, case, "reschedule")
    for said in ("earliest, 30 days", "before the next bill", "end of contract", "until then"):
        assert said in page
    assert act(agent, case, "reschedule", wished_on="2027-03-31", reason="No fee then") == 302
    promise = desk.read(case).promises.get(superseded_at=None)
    assert (promise.effective_on, promise.fee) == (date(2027, 3, 31), None)


@pytest.mark.rule("R50")
def test_an_account_that_was_cleared_elsewhere_is_closed_by_a_person(client: Client) -> None:
    """Paid by the billing system and cleared in the admin: nothing that the desk noted itself."""
    desk, case = await_bill(client)
    assert "Close the account" not in show(client, case)
    case.final_bill.amount, case.final_bill.status = Decimal("10.50"), "paid"
    case.final_bill.paid_at = desk.now
    case.final_bill.save()
    type(case.customer).objects.update(balance=Decimal("3.00"))
    assert "Something is still owed" in show(client, case)
    type(case.customer).objects.update(balance=0)
    assert 'do/settle/"' in ask_for(client, case, "settle")
    act(client, case, "settle", version=desk.read(case).version)
    assert desk.read(case).state == "closed"
