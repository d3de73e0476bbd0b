"""What agents' forms refuse: fields that were not offered (51), what cannot exist (54)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Item
from cases.models import Case, Event, Question
from tests import factories
from tests.cases.build import CALL, Desk

TODAY = date(2026, 9, 21)


@pytest.fixture(autouse=True)
def at_the_call(time_machine: Any) -> None:
    time_machine.move_to(CALL, tick=False)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=3)


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client


def call(desk: Desk, agent: Client, **data: Any) -> Any:
    form = {"contact": desk.contact.pk, "checks": ["Account PIN"], "scope": "whole", **data}
    return agent.post(f"/desk/call/{desk.customer.pk}/open/", form)


def do(agent: Client, case: Case, verb: str, **data: Any) -> Any:
    return agent.post(f"/desk/case/{case.number}/do/{verb}/", data)


def said(answer: Any) -> str:
    """The words of a page, as somebody reads them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# -- 51: fields that were not in the form, changed ids ---------------------------------------
SMUGGLED = {
    "state": "closed", "number": "0000-0000-0", "brand": "999", "customer": "999", "owner": "1",
    "opened_by": "1", "verified_at": "2020-01-01", "confirmed_at": "2020-01-01", "channel": "page",
    "effective_on": "2026-09-22", "policy_version": "1", "agreed_on": "2026-09-22", "actor": "1",
    "notice_started_at": "2020-01-01", "version": "77", "turn": "done", "whole_account": "0",
}  # fmt: skip


@pytest.mark.threat(51)
def test_fields_that_a_call_does_not_have_change_nothing(desk: Desk, agent: Client) -> None:
    assert call(desk, agent, **SMUGGLED).status_code == 302
    case = Case.objects.get()
    assert (case.state, case.brand, case.customer) == ("intake", desk.brand, desk.customer)
    assert (case.owner, case.opened_by, case.channel) == (desk.agent, desk.agent, "phone")
    assert (case.confirmed_at, case.effective_on, case.agreed_on) == (None, None, None)
    assert (case.received_at, case.notice_started_at, case.version) == (CALL, CALL, 1)
    assert case.whole_account is True


INVENTED = ["999999", "-1", "1 OR 1=1", "9" * 40, "\x00", "%s"]


@pytest.mark.usefixtures("steady_health")
@pytest.mark.threat(51)
@pytest.mark.parametrize("field", ["items", "contact", "places", "checks", "questions", "reason"])
def test_a_call_takes_only_what_it_offered(desk: Desk, agent: Client, field: str) -> None:
    other = factories.make_customer(brand=desk.brand, items=1)
    theirs = {
        "items": other.items.get().pk,
        "contact": factories.make_contact(customer=other).pk,
        "places": factories.make_location(customer=other).pk,
    }
    for value in (theirs.get(field, "theirs"), *INVENTED):
        answer = call(desk, agent, **{"scope": "some", field: value})
        assert answer.status_code == 422, value
        assert not Case.objects.exists(), value


@pytest.mark.threat(51)
def test_a_call_joins_only_a_case_that_one_may_see(desk: Desk, agent: Client) -> None:
    foreign = Desk(items=1)
    case = foreign.open()
    desk.agent.brands.add(desk.brand)
    assert call(desk, agent, join=case.number).status_code == 404
    assert call(desk, agent, join="4831-0000-0").status_code == 404
    assert not case.events.filter(kind="joined").exists()


FOREIGN_ROWS = {
    "answer": lambda other: {"question": other["question"], "text": "Nobody"},
    "drop_question": lambda other: {"question": other["question"]},
    "accept_answer": lambda other: {"question": other["question"]},
    "verify": lambda other: {"contact": other["contact"], "checks": ["Account PIN"]},
    "choose_contact": lambda other: {"contact": other["contact"]},
    "disposition": lambda other: {"item": other["item"], "disposition": "unneeded"},
    "take_back": lambda other: {"email": other["email"]},
}


@pytest.mark.threat(51)
@pytest.mark.parametrize("verb", FOREIGN_ROWS)
def test_a_verb_touches_no_row_of_another_case(desk: Desk, agent: Client, verb: str) -> None:
    foreign = Desk(items=1)
    theirs = foreign.ask(foreign.open())
    rows = {
        "question": theirs.questions.get().pk,
        "contact": foreign.contact.pk,
        "item": foreign.customer.items.get().pk,
        "email": theirs.asked_email_id,
    }
    case = desk.open()
    before, events = Question.objects.get().__dict__ | {"_state": 0}, Event.objects.count()
    answer = do(agent, case, verb, **FOREIGN_ROWS[verb](rows))
    assert answer.status_code in (404, 422), said(answer)[:300]
    assert Question.objects.get().__dict__ | {"_state": 0} == before
    assert Event.objects.count() == events
    case.refresh_from_db()
    assert case.contact == desk.contact


@pytest.mark.threat(51)
def test_a_verb_takes_no_field_of_its_own_making(desk: Desk, agent: Client) -> None:
    case = desk.open()
    do(agent, case, "confirm", **SMUGGLED)
    case.refresh_from_db()
    assert case.state == "intake"  # the version that was sent is not the case's
    do(agent, case, "confirm", **{**SMUGGLED, "version": case.version})
    case.refresh_from_db()
    assert case.state == "scheduled"
    assert case.effective_on >= TODAY + timedelta(days=30)
    assert (case.agreed_on, case.owner, case.brand) == (None, desk.agent, desk.brand)


# -- 54: what cannot exist ---------------------------------------------------------------------
PHONES = [
    "12", "911", "555-0123", "+1 000 000 0000", "+999 123456789", "call me", "0" * 40, "+1" * 30,
    "٣١٢٥٥٥٠١٢٣٩٩", "+1 312 555 0123 x12", "'; drop table", "+",
]  # fmt: skip


@pytest.mark.threat(54)
def test_an_impossible_phone_number_is_refused_by_its_rule(desk: Desk, agent: Client) -> None:
    rules = ("is not a number that can exist in", "is not a phone number", "at most", "extension")
    for typed in PHONES:
        answer = call(desk, agent, contact="", caller_name="Ines Ash", caller_phone=typed)
        assert answer.status_code == 422, typed
        assert any(rule in said(answer) for rule in rules), typed
        assert not Case.objects.exists(), typed


@pytest.mark.threat(54)
@pytest.mark.parametrize(
    "typed", ["(312) 555-0123", "312.555.0123", "+1 312 5550123", "1-312-555-0123"]
)
def test_a_possible_one_is_taken_in_any_format(desk: Desk, agent: Client, typed: str) -> None:
    assert call(desk, agent, caller_phone=typed).status_code == 302
    assert Case.objects.get().caller_phone == "+13125550123"


DATES = {
    "2026-02-30": "There is no such day",
    "2026-13-01": "There is no such day",
    "9999-12-31": "very far off",
    "10000-01-01": "There is no such day",
    "2026-09-20": "This day has passed",
    "0001-01-01": "This day has passed",
    "0000-00-00": "There is no such day",
    "tomorrow": "There is no such day",
    "2026-09-21T10:00": "There is no such day",
    "-1": "There is no such day",
}


@pytest.mark.threat(54)
def test_an_impossible_date_is_refused_by_its_rule(desk: Desk, agent: Client) -> None:
    for typed, rule in DATES.items():
        answer = call(desk, agent, other_on=typed)
        assert answer.status_code == 422, typed
        assert rule in said(answer), typed
        near = r"21 September 20(26|29)|24 September 2029|23 September 2029"
        assert re.search(near, said(answer)), typed
    case = desk.open()
    for typed, rule in DATES.items():
        refused = do(agent, case, "confirm", other_on=typed)
        assert refused.status_code == 422, typed
        assert rule in said(refused), typed
        case.refresh_from_db()
        assert case.effective_on is None, typed


@pytest.mark.threat(54)
@pytest.mark.rule("R3")
def test_a_day_too_soon_is_moved_for_all_to_see_or_refused(desk: Desk, agent: Client) -> None:
    soon = (TODAY + timedelta(days=29)).isoformat()
    plan = agent.post(
        f"/desk/call/{desk.customer.pk}/plan/",
        {"scope": "whole", "contact": desk.contact.pk, "other_on": soon},
    )
    assert "30 days" in said(plan)
    case = desk.open()
    do(agent, case, "confirm")
    answer = do(agent, case, "reschedule", other_on=soon, reason="sooner")
    assert answer.status_code == 422
    assert "The earliest is Wednesday 21 October 2026" in said(answer)


@pytest.mark.threat(54)
def test_a_call_did_not_begin_long_ago(desk: Desk, agent: Client) -> None:
    """Notice counts from the call: nobody shortens it by sending another beginning (R4)."""
    for began in ("1970-01-01T00:00Z", "2026-09-19T15:00Z", "soon", "9" * 30):
        assert call(desk, agent, received_at=began).status_code == 422, began
        assert not Case.objects.exists(), began


@pytest.mark.threat(54)
def test_a_call_does_not_begin_tomorrow(desk: Desk, agent: Client) -> None:
    assert call(desk, agent, received_at="2026-09-25T15:00Z").status_code == 302
    assert Case.objects.get().received_at == CALL


AMOUNTS = ["1e99", "NaN", "Infinity", "1,5,0", "ten", "999999999999999", "0x10", "1.00001"]


@pytest.mark.threat(54)
@pytest.mark.parametrize(("verb", "field"), [("note_balance", "balance"), ("issue_bill", "amount")])
def test_an_impossible_amount_is_refused_by_its_rule(
    desk: Desk, agent: Client, verb: str, field: str
) -> None:
    case = desk.open()
    for typed in AMOUNTS:
        answer = do(agent, case, verb, **{field: typed})
        assert answer.status_code == 422, typed
        assert "to 99,999,999.9999" in said(answer), typed


@pytest.mark.threat(54)
def test_a_bill_is_not_negative(desk: Desk, agent: Client) -> None:
    answer = do(agent, desk.open(), "issue_bill", amount="-1")
    assert "Write an amount from 0 to 99,999,999.9999" in said(answer)


@pytest.mark.threat(54)
def test_services_by_number_are_this_customers(db: None, client: Client) -> None:
    desk = Desk(items=[{"kind": "sim", "identifier": f"8981{n:015}"} for n in range(201)])
    client.force_login(desk.agent)
    page = client.get(f"/desk/call/?customer={desk.customer.pk}").text
    assert 'name="numbers"' in page
    assert 'name="items"' not in page
    stranger = factories.make_item(kind=Item.Kind.SIM, identifier="8981999999999999999")
    for typed in (stranger.identifier, "nothing", "1\n" * 501):
        answer = call(desk, client, scope="some", numbers=typed)
        assert answer.status_code == 422
        assert re.search("no active service of this customer|at most 500 go at once", said(answer))
    known = [i.identifier for i in desk.customer.items.all()[:2]]
    assert call(desk, client, scope="some", numbers="\n".join(known)).status_code == 302
    assert Case.objects.get().items.count() == 2
