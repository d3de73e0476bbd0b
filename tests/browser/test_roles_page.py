"""The table of roles, and an exception asked for on the case page, on every screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests import factories
from tests.browser.looking import look_at
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_roles_and_exceptions_fit_every_screen(page: Any, live_server: Any) -> None:
    desk = Desk()
    factories.make_contract(customer=desk.customer)
    case = desk.open()
    client = Client()
    client.force_login(desk.agent, backend="config.sign_in.backend.StaffBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/desk/roles/")
    look_at(page, "roles")
    page.goto(f"{live_server.url}/desk/case/{case.number}/")
    page.get_by_text("Ask for an exception").click()
    look_at(page, "exception")
    page.get_by_label("Why?").first.fill("They were promised it.")
    with page.expect_navigation():
        page.get_by_role("button", name="Ask for a lower fee").click()
    assert page.get_by_text("asks for no fee instead of").first.is_visible()
    look_at(page, "exception-asked")
