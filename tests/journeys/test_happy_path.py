"""From the call to the end, wholly by browser: asked, answered, confirmed, cancelled, closed."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from cases.domain.dates import local_date
from cases.domain.numbers import is_valid_number, spell_number
from tests.journeys.desk import Desk, assert_in_order
from tests.journeys.people import add_contract, item_states

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_from_call_to_closed(desk: Desk) -> None:
    customer = desk.make_customer("Fernwood Dental", items=3)
    called_on = local_date(desk.stack.now(), customer.timezone)
    add_contract(customer, on=called_on, months=14)
    agent, box = desk.agent, desk.mailbox(customer)

    # The call: the number is read out while the question is on its way.
    case = agent.take_call(customer, own_question="Who keeps the fax line?", search=True)
    assert is_valid_number(case.number)
    expect(agent.page.locator(".spelled")).to_have_text(spell_number(case.number))
    agent.page.keyboard.press("Enter")
    expect(agent.page.get_by_role("heading", name=case.number)).to_be_visible()
    asked = box.wait_for("we need 1 answer")
    assert "Who keeps the fax line?" in asked.text
    desk.wait_until_asked(case)
    agent.expect_state(case, "Waiting for answers")
    desk.expect_in_queue(case, "customer")

    # The customer answers in their mailbox; the agent accepts what was read and promises the date.
    agent.go(f"/sandbox/mail/{asked.pk}/")
    agent.page.get_by_label("What they write").fill("Nobody, it can go.")
    agent.submit(agent.page.get_by_role("button", name="Send", exact=False).last)
    desk.wait_for_state(case, "in_review")
    agent.show(case)
    expect(agent.page.locator(".story .msg-body").first).to_contain_text("Nobody, it can go.")
    expect(agent.page.locator(".story .msg-body").first).not_to_contain_text("wrote:")
    desk.expect_in_queue(case, "us")
    agent.accept_answer(case, "Nobody, it can go.")
    agent.confirm(case)
    promised = box.wait_for("your services end on")
    case = desk.read(case)
    assert case.effective_on == called_on + timedelta(days=30)
    assert f"{case.effective_on.day} {case.effective_on:%B %Y}" in promised.text
    assert "BUY-OUT FEE" in promised.text
    assert "Last bill" in promised.text
    agent.expect_state(case, "Scheduled")
    desk.expect_in_queue(case, "calendar")

    # Time passes. Nothing is announced as cancelled before it is.
    assert item_states(customer) == ["active"] * 3
    desk.move_until(case, "in_grace", by_hand=True)
    case = desk.read(case)
    assert case.executed_at is not None
    assert local_date(case.executed_at, case.zone) == case.effective_on
    assert item_states(customer) == ["suspended"] * 3
    box.wait_for("your services are cancelled")
    agent.expect_state(case, "In grace")
    desk.expect_in_queue(case, "grace")

    # Grace ends: one more notice, then it is over.
    desk.move_until(case, "closed", by_hand=True)
    box.wait_for("last day to come back is")
    agent.expect_state(case, "Closed")
    desk.expect_in_queue(case, "done")

    case = desk.read(case)
    assert case.grace_ends_at is not None
    assert case.ended_at is not None
    assert case.ended_at > case.grace_ends_at
    assert item_states(customer) == ["ended"] * 3
    assert desk.outcomes(case) == ["ended"] * 3
    assert desk.timers(case) == {}
    assert [s.partition(" on ")[0].partition(" is ")[0] for s in box.subjects()] == [
        "we need 1 answer to go", "your services end", "your services are cancelled",
        "last day to come back",
    ]  # fmt: skip
    assert_in_order(
        desk.events(case), "opened", "asked", "asked_delivered", "mail_received", "reply_filed",
        "answered", "confirmed", "execution_started", "item_deactivated", "item_deactivated",
        "item_deactivated", "executed", "mail_cancelled", "mail_final_notice",
        "final_notice_delivered", "closed",
    )  # fmt: skip
