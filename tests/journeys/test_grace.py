"""In grace and after: who may come back, and how; what is no wish to."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk, assert_in_order
from tests.journeys.people import item_states

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
CANCELLED = "your services are cancelled"
RESTORE = "Please restore our lines."


def test_a_reply_brings_everything_back(desk: Desk) -> None:
    """Wholly by browser: the customer answers in their mailbox, and nobody touches the case."""
    customer = desk.make_customer("Cobalt Bikes")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.bring_into_grace(customer)
    assert item_states(customer) == ["suspended"] * 2
    agent.go(f"/sandbox/mail/{box.wait_for(CANCELLED).pk}/")
    agent.page.get_by_label("What they write").fill(RESTORE)
    agent.submit(agent.page.locator("#answer button.btn-primary"))

    case = desk.wait_for_state(case, "restored")
    back = box.wait_for("welcome back, your services are restored")
    assert "Everything that was cancelled works again." in back.text
    agent.expect_state(case, "Restored")
    expect(agent.page.locator(".story mark").first).to_contain_text("restore our lines")
    desk.expect_in_queue(case, "done")
    assert item_states(customer) == ["active"] * 2
    assert desk.outcomes(case) == ["restored"] * 2
    assert desk.timers(case) == {}
    assert not any("last day" in subject for subject in box.subjects())
    assert_in_order(
        desk.events(case), "executed", "mail_received", "restore_asked", "restore_read",
        "restoring", "item_restored", "item_restored", "restored", "mail_restored",
    )  # fmt: skip


def test_thanks_is_no_restore(desk: Desk) -> None:
    customer = desk.make_customer("Velvet Salon")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.bring_into_grace(customer)
    timers = desk.timers(case)
    box.reply(box.wait_for(CANCELLED), "Thanks!")
    desk.stack.wait_for(lambda: "thanks" in desk.events(case), "the thanks")
    assert desk.read(case).state == "in_grace"
    assert desk.timers(case) == timers
    assert desk.open_todos(case) == []
    agent.expect_state(case, "In grace")
    agent.expect_words("A thank-you is no restore.")

    desk.move_until(case, "closed")
    box.wait_for("last day to come back")
    assert item_states(customer) == ["ended"] * 2
    assert_in_order(desk.events(case), "executed", "mail_received", "thanks",
                    "mail_final_notice", "final_notice_delivered", "closed")  # fmt: skip


def test_a_stranger_restores_nothing(desk: Desk) -> None:
    """A forwarded mail's token is not enough: a person is asked, and decides."""
    customer = desk.make_customer("Granite Gym")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.bring_into_grace(customer)
    stranger = replace(box.writer, name="Eve Else", email="eve@mailhost.example.net",
                       authenticated=False)  # fmt: skip
    box.reply(box.wait_for(CANCELLED), RESTORE, writer=stranger)
    desk.stack.wait_for(lambda: desk.open_todos(case), "the to-do")
    assert desk.open_todos(case) == ["unverified_sender"]
    assert desk.read(case).state == "in_grace"
    desk.expect_in_queue(case, "us")
    agent.show(case)
    agent.expect_words("Is this really the customer?", "eve@mailhost.example.net")

    agent.press(case, "Nothing to do")
    assert desk.open_todos(case) == []
    assert item_states(customer) == ["suspended"] * 2
    agent.expect_state(case, "In grace")
    desk.move_until(case, "closed")
    assert item_states(customer) == ["ended"] * 2
    assert not any("welcome back" in subject for subject in box.subjects())
    kinds = desk.events(case)
    assert_in_order(kinds, "executed", "mail_received", "todo_raised", "closed")
    assert "restore_asked" not in kinds


def test_after_grace_there_is_courtesy_and_a_todo(desk: Desk) -> None:
    customer = desk.make_customer("Nimbus Cafe")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.bring_into_grace(customer)
    desk.move_until(case, "closed")
    assert item_states(customer) == ["ended"] * 2
    box.reply(box.wait_for(CANCELLED), RESTORE)
    polite = box.wait_for("this case is closed")
    assert "cannot be brought back" in polite.text
    assert desk.open_todos(case) == ["reply_after_end"]
    assert desk.read(case).state == "closed"
    agent.expect_state(case, "Closed")
    agent.go("/desk/todos/")
    agent.expect_words(case.number, "Open a new case")
    assert item_states(customer) == ["ended"] * 2
    kinds = desk.events(case)
    assert_in_order(kinds, "closed", "mail_received", "mail_after_end")
    assert "restore_asked" not in kinds
