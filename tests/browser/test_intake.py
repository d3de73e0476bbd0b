"""A call at the desk, by keyboard alone: counted, timed, interrupted, read back."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from cases.models import CallDraft, Case
from config import clock
from tests import factories
from tests.browser.hands import Hands
from tests.browser.look import look
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_ACTIONS, MOST_SECONDS = 12, 60


@pytest.fixture
def desk() -> Desk:
    north = {"kind": "extension"}
    desk = Desk(items=[north] * 3, name="Fernwood Dental", account_number="77-1042")
    place = factories.make_location(customer=desk.customer, name="North branch")
    for number in ("+13125550164", "+13125550165"):
        factories.make_item(
            customer=desk.customer, location=place, kind="number", identifier=number, label=""
        )
    factories.make_contract(customer=desk.customer)
    desk.contact.phone = "+13125550123"
    desk.contact.save()
    desk.brand.checks_needed = 2
    desk.brand.save()
    desk.now = clock.now()
    return desk


def test_from_hello_to_a_number_by_keyboard_alone(browser: Any, live_server: Any, desk: Desk):
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/queue/")
        hands = Hands(page)
        hands.press("n")
        page.wait_for_url("**/desk/call/")
        hands.type("312 555 0123")
        expect(page.locator("#found [data-pick]")).to_have_attribute("aria-selected", "true")
        hands.press("Enter")
        page.wait_for_url("**/desk/call/?customer=*")
        expect(page.locator("[name=contact]:checked")).to_have_value(str(desk.contact.pk))
        hands.press("1", "2", "r", "2", "o", "a")
        hands.press("Control+Enter")
        page.wait_for_url("**/opened/")
        case = Case.objects.get()
        expect(page.locator("h1")).to_contain_text(case.number)
        assert hands.actions < MOST_ACTIONS
        assert hands.seconds < MOST_SECONDS
        print(f"{hands.actions} actions, {hands.seconds:.1f} s")
    assert (case.state, case.checks) == ("scheduled", ["Account PIN", "Last bill amount"])
    assert case.reason == case.rules.reasons[1]
    assert case.agreed_at
    assert not CallDraft.objects.exists()


def test_somebody_else_is_named(browser: Any, live_server: Any, desk: Desk):
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto(f"/desk/call/?customer={desk.customer.pk}")
        assert not page.get_by_label("Caller’s name").is_visible()
        page.keyboard.press("c")
        page.keyboard.press("0")
        page.get_by_label("Caller’s name").fill("Ines Ash")
        page.get_by_label("Their phone").fill("12")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("is not a number that can exist in")).to_be_visible()
        expect(page.get_by_label("Their phone")).to_be_focused()
        look(page, "call-somebody", at="#call")
        page.get_by_label("Their phone").fill("312 555 0199")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/opened/")
    case = Case.objects.get()
    assert (case.caller_name, case.caller_phone) == ("Ines Ash", "+13125550199")
    assert (case.contact, case.verified_at) == (None, None)


def test_a_tick_is_never_lost_to_a_slow_answer(browser: Any, live_server: Any, desk: Desk):
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto(f"/desk/call/?customer={desk.customer.pk}")
        page.route("**/plan/", lambda route: (time.sleep(0.25), route.continue_()))
        page.keyboard.press("o")
        page.wait_for_timeout(150)  # the first answer is on its way
        page.keyboard.press("a")
        expect(page.locator("#draft-state")).to_contain_text("Draft saved")
        page.wait_for_timeout(700)
        assert page.get_by_label("Read out").is_checked()
        assert page.get_by_label("Caller agrees").is_checked()


def test_a_crash_costs_nothing(browser: Any, live_server: Any, desk: Desk):
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto(f"/desk/call/?customer={desk.customer.pk}")
        page.keyboard.press("1")
        page.keyboard.press("s")
        page.get_by_label("North branch").check()
        page.get_by_label("Another question").fill("Who keeps the fax?")
        page.keyboard.press("Escape")
        expect(page.locator("#draft-state")).to_contain_text("Draft saved")
        expect(page.locator("#call-plan")).to_contain_text("mails 1 question")
    with open_desk(browser, live_server, desk.agent) as page:  # another browser, another day
        page.goto("/desk/call/")
        page.get_by_role("link", name="Fernwood Dental").click()
        expect(page.get_by_label("North branch")).to_be_checked()
        expect(page.get_by_label("Account PIN")).to_be_checked()
        expect(page.get_by_label("Another question")).to_have_value("Who keeps the fax?")
        assert page.locator(".errorlist").count() == 0
        page.goto("/desk/call/")
        look(page, "call-unfinished", at="[aria-labelledby=drafts-title]")
        page.keyboard.type("fernw", delay=30)
        expect(page.locator("#found [data-pick]")).to_be_visible()
        page.get_by_role("button", name="Forget").click()
        expect(page.get_by_text("Calls that you have not finished")).to_have_count(0)


def test_what_changed_is_read_out_again(browser: Any, live_server: Any, desk: Desk):
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto(f"/desk/call/?customer={desk.customer.pk}")
        page.keyboard.press("o")
        page.keyboard.press("a")
        expect(page.locator("#call-plan")).to_contain_text("confirms the date by email")
        page.keyboard.press("d")
        page.keyboard.press("3")  # the end of the contract
        expect(page.get_by_text("This has changed since you read it out")).to_be_visible()
        assert not page.get_by_label("Caller agrees").is_checked()


def test_a_duplicate_shows_while_one_types(browser: Any, live_server: Any, desk: Desk):
    case = desk.open()
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/call/")
        page.keyboard.type("fernw", delay=30)
        expect(page.locator("#found")).to_contain_text(f"Open case {case.number}")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/call/?customer=*")
        expect(page.get_by_role("button", name="Join this call to it")).to_be_visible()
        page.keyboard.press("j")
        page.wait_for_url("**/opened/")
    assert Case.objects.count() == 1
