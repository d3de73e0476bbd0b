"""Between the promise and its date: what is in the way, what moves, what is called off."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts import services
from accounts.models import Item
from cases.domain.dates import local_date
from tests import factories
from tests.journeys.desk import Desk, assert_in_order
from tests.journeys.people import item_states

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
CANCELLED = "your services are cancelled"


def test_an_assigned_licence_stops_alone(desk: Desk) -> None:
    """Part of the account: the licence that somebody uses waits for a person, the rest does not."""
    customer = desk.make_customer(
        "Juniper Labs",
        items=[{}, {}, {"kind": "licence", "label": "Licence X2", "assigned_to": "Ben Holt"}],
    )
    first, kept, licence = customer.items.order_by("pk")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.schedule(customer, items=[first, licence])
    assert "everything else stays active" in box.wait_for("your services end on").text
    agent.show(case)
    agent.expect_words("Why can’t it end yet?")

    desk.move_until(case, "executing")
    assert desk.outcomes(case) == ["deactivated", "stopped"]
    assert item_states(customer) == ["suspended", "active", "active"]
    assert desk.open_todos(case) == ["item_stopped"]
    assert not any(CANCELLED in subject for subject in box.subjects())
    agent.expect_state(case, "Being cancelled")
    agent.expect_words("was not deactivated")
    desk.expect_in_queue(case, "us")

    Item.objects.filter(pk=licence.pk).update(assigned_to="")  # in the customer's own portal
    agent.press(case, "Try again")
    desk.wait_for_state(case, "in_grace")
    box.wait_for(CANCELLED)
    assert item_states(customer) == ["suspended", "active", "suspended"]
    kept.refresh_from_db()
    assert not kept.case_items.exists()
    assert_in_order(desk.events(case), "execution_started", "item_deactivated", "retried",
                    "item_deactivated", "executed", "mail_cancelled")  # fmt: skip


def test_a_number_is_ported_during_the_notice(desk: Desk) -> None:
    """The port is a warning before; a number that has left is neither cancelled nor restored."""
    customer = desk.make_customer("Pinehurst Hotels", items=[{"kind": "number"}, {}])
    number, _ = customer.items.order_by("pk")
    port = factories.make_port(item=number)
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.schedule(customer)
    agent.show(case)
    agent.expect_words("Why can’t it end yet?")
    desk.move("week")
    services.finish_port(port=port, now=desk.stack.now())
    services.mark_ported(item=number, now=desk.stack.now())

    desk.move_until(case, "in_grace")
    assert desk.outcomes(case) == ["ended", "deactivated"]
    assert item_states(customer) == ["ported", "suspended"]
    box.wait_for(CANCELLED)
    agent.restore(case)
    desk.wait_for_state(case, "restored")
    back = box.wait_for("welcome back")
    assert "1 of 2 services work again" in back.text
    assert "ported to another carrier" in back.text
    assert item_states(customer) == ["ported", "active"]
    agent.expect_state(case, "Restored")
    assert_in_order(desk.events(case), "confirmed", "item_gone", "item_deactivated", "executed",
                    "restore_asked", "restoring", "item_lost", "restored")  # fmt: skip


def test_the_date_is_moved(desk: Desk) -> None:
    """A second confirmation supersedes the first; a date inside the notice is refused."""
    customer = desk.make_customer("Mistral Freight")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.schedule(customer)
    first_on = case.effective_on
    assert first_on is not None
    too_soon = first_on - timedelta(days=9)
    agent.reschedule(case, on=too_soon, reason="sooner, please", refused="The earliest is")
    assert desk.read(case).effective_on == first_on

    second_on = first_on + timedelta(days=12)
    agent.reschedule(case, on=second_on, reason="the new office is late")
    again = box.wait_for("new date, your services end on")
    assert "This replaces the date that we confirmed before" in again.text
    assert [p.effective_on for p in case.promises.filter(superseded_at=None)] == [second_on]
    agent.show(case)
    agent.expect_words("superseded", "in force")

    desk.move_until(case, "in_grace")
    case = desk.read(case)
    assert case.executed_at is not None
    assert local_date(case.executed_at, case.zone) == second_on
    box.wait_for(CANCELLED)
    kinds = desk.events(case)
    assert_in_order(kinds, "confirmed", "rescheduled", "execution_started", "executed")
    assert kinds.count("execution_started") == 1


def test_the_customer_stays(desk: Desk) -> None:
    """They write, an agent decides, and the old date passes without anything happening."""
    customer = desk.make_customer("Bramble Books")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.schedule(customer)
    effective_on, timers = case.effective_on, desk.timers(case)
    assert effective_on is not None
    box.reply(
        box.wait_for("your services end on"),
        "We have changed our minds: we want to stay. Please do not cancel anything.",
    )
    desk.stack.wait_for(lambda: desk.open_todos(case), "the to-do")
    assert desk.read(case).state == "scheduled", "a reply alone withdraws nothing"
    assert desk.open_todos(case) == ["reply_before_date"]
    agent.go("/desk/todos/")
    agent.expect_words("They want to stay.", case.number)

    agent.press(case, "They stay")
    assert desk.read(case).state == "withdrawn"
    box.wait_for("your services stay")
    agent.expect_state(case, "Withdrawn")
    assert desk.timers(case) == {}
    desk.pass_time(timers["execute"] + timedelta(days=2))
    desk.move("hour")
    assert desk.read(case).state == "withdrawn"
    assert item_states(customer) == ["active"] * 2
    kinds = desk.events(case)
    assert_in_order(kinds, "confirmed", "mail_received", "withdrawn", "mail_withdrawn")
    assert "execution_started" not in kinds


def test_a_provider_fails(desk: Desk) -> None:
    """Wholly by browser: the failure is shown and tried again; nothing is announced before."""
    customer = desk.make_customer("Atlas Print")
    agent, box = desk.agent, desk.mailbox(customer)
    case = desk.schedule(customer)
    tell_provider(desk, "Let everything fail")
    broken = customer.items.order_by("pk")[0]
    row = agent.page.locator(".tree-row").filter(has_text=customer.name).last
    agent.submit(row.get_by_role("button", name="Let it work"))

    desk.move_until(case, "executing")
    both = ["deactivated", "failed"]
    desk.stack.wait_for(lambda: sorted(desk.outcomes(case)) == both, "one to fail, one not")
    agent.expect_state(case, "Being cancelled")
    agent.expect_words("The sandbox provider was told to fail.")
    desk.move_while(lambda: "item_failed" not in desk.open_todos(case), "a to-do for a person")
    agent.show(case)
    agent.expect_words("failed 3 times")
    desk.expect_in_queue(case, "us")
    assert not any(CANCELLED in subject for subject in box.subjects())

    tell_provider(desk, "Let everything work")
    agent.show(case)
    agent.submit(agent.page.get_by_role("button", name="Retry 1 service"))
    case = desk.wait_for_state(case, "in_grace")
    box.wait_for(CANCELLED)
    broken.refresh_from_db()
    assert broken.status == "suspended"
    assert item_states(customer) == ["suspended"] * 2
    assert desk.open_todos(case) == []
    kinds = desk.events(case)
    assert kinds.count("item_failed") >= 3
    assert kinds.count("item_deactivated") == 2
    assert_in_order(kinds, "execution_started", "item_failed", "item_failed", "item_failed",
                    "retried", "item_deactivated", "executed", "mail_cancelled")  # fmt: skip


def tell_provider(desk: Desk, order: str) -> None:
    """On the provider's page: for the customer whose case began last."""
    page = desk.agent.page
    desk.agent.go("/sandbox/provider/")
    page.locator("select[name=customer]").select_option(label="Atlas Print")
    desk.agent.submit(page.get_by_role("button", name=order))
    expect(page.get_by_text("2 service(s)")).to_be_visible()
