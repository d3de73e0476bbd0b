"""The supervisors' dashboard in a real browser: drawn, readable, and each shape a way in."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from config import clock
from tests import factories
from tests.browser.look import look
from tests.browser.signed_in import open_desk
from tests.cases.build import QUESTION, Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_reports_are_drawn_and_lead_to_their_cases(browser: Any, live_server: Any) -> None:
    desk = Desk(items=2)
    desk.now = clock.now()
    asked = desk.ask(desk.open(reason="Moving away"), QUESTION)
    desk.customer = factories.make_customer(brand=desk.brand, items=1)
    desk.contact = factories.make_contact(customer=desk.customer)
    desk.confirm(desk.open(reason="Too expensive"))
    with open_desk(browser, live_server, factories.make_user(role="supervisor")) as page:
        page.goto("/desk/reports/")
        expect(page.locator("[data-chart=flow] svg")).to_contain_text("Waiting for answers")
        page.get_by_text("As a table").nth(2).click()
        page.get_by_role("row", name="Moving away").get_by_role("link").click()
        expect(page.get_by_role("link", name=asked.number)).to_be_visible()
        look(page, "report-cases")
        page.go_back()
        page.locator("[data-chart=reasons] svg path[fill]").last.click()
        page.wait_for_url("**/desk/reports/cases/**")
