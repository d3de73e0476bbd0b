"""The command bar and the cheat sheet: every action and place by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from config import clock
from tests.browser.look import look
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> Desk:
    desk = Desk(items=2, name="Fernwood Dental")
    desk.now = clock.now()
    return desk


def type_into_bar(page: Any, text: str) -> Any:
    """Ctrl-K, type; returns the offer that Enter would take."""
    page.keyboard.press("Control+k")
    page.keyboard.type(text, delay=20)
    if text:
        expect(page.locator("#commands")).to_contain_text(f"“{text}”")
    return page.locator("#commands [aria-selected=true]")


def test_go_anywhere_and_do_anything_by_keyboard(browser: Any, live_server: Any, desk: Desk):
    case = desk.open()
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/queue/")
        expect(type_into_bar(page, "outb")).to_have_text("Outbox Go to")
        look(page, "commands", at="header.top")
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/outbox/")
        # A case by its number, however it is written; then what can be done with it.
        type_into_bar(page, case.number.replace("-", " "))
        page.keyboard.press("ArrowDown")
        expect(page.locator("#commands [aria-selected=true]")).to_contain_text("Confirm the date")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/desk/case/{case.number}/#do-confirm")
        expect(page.locator("dialog#do-confirm")).to_be_visible()
        page.keyboard.press("Escape")
        # What this page can do, by its own words.
        type_into_bar(page, "they st")
        page.keyboard.press("Enter")
        expect(page.locator("dialog#do-withdraw")).to_be_visible()
        page.keyboard.press("Escape")
        was = page.get_attribute("html", "data-bs-theme")
        type_into_bar(page, "light and dark")
        page.keyboard.press("Enter")
        assert page.get_attribute("html", "data-bs-theme") != was
        # Last of all, everywhere; and away again.
        type_into_bar(page, "fernwood")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#commands [aria-selected=true]")).to_contain_text("Search everywhere")
        page.keyboard.press("Escape")
        assert not page.locator("#commands").is_visible()


def test_it_says_itself_to_a_screen_reader(browser: Any, live_server: Any, desk: Desk):
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/queue/")
        offer = type_into_bar(page, "mailr")
        field = page.locator("[data-picks=commands]")
        expect(field).to_have_role("combobox")
        expect(field).to_have_attribute("aria-expanded", "true")
        expect(field).to_have_attribute("aria-activedescendant", offer.get_attribute("id"))
        expect(page.locator("#commands")).to_have_role("listbox")
        expect(offer).to_have_role("option")


def test_without_scripts_it_is_the_search_and_a_dialog_is_a_page(
    browser: Any, live_server: Any, desk: Desk
):
    case = desk.open()
    with open_desk(browser, live_server, desk.agent, java_script_enabled=False) as page:
        page.goto("/desk/queue/")
        page.get_by_role("searchbox").fill("Fernwood")
        page.get_by_role("searchbox").press("Enter")
        page.wait_for_url("**/desk/search/?q=Fernwood")
        page.get_by_role("link", name=case.number).click()
        page.get_by_role("link", name="They stay").click()
        page.get_by_label("Why do they stay?").fill("A better offer")
        page.get_by_role("button", name="Withdraw the cancellation").click()
        page.wait_for_url(f"**/desk/case/{case.number}/")
        expect(page.locator(".page-head .pill").first).to_have_text("Withdrawn")


def test_the_cheat_sheet_knows_the_calls_keys(browser: Any, live_server: Any, desk: Desk):
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto(f"/desk/call/?customer={desk.customer.pk}")
        page.keyboard.press("?")
        sheet = page.locator("#cheat-sheet")
        for words in ("Caller agrees", "Account PIN is right", "Whole account", "Open the case"):
            expect(sheet).to_contain_text(words)
