"""An exception asked for on the case page, on every screen."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.browser.look import look
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_exceptions_fit_every_screen(browser: Any, live_server: Any) -> None:
    desk = Desk()
    factories.make_contract(customer=desk.customer)
    case = desk.open()
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto(f"/desk/case/{case.number}/")
        page.get_by_text("Ask for an exception").click()
        look(page, "exception", at=".exception")
        page.get_by_label("Why?").first.fill("They were promised it.")
        page.get_by_role("button", name="Ask for a lower fee").click()
        page.get_by_text("asks for no fee instead of").wait_for()
        look(page, "exception-asked", at="aside, .page-head")
