"""One stack for all journeys, started once; a signed-in page and a fresh view on it for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.stack import Stack
from tests.plugins.browser import open_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.journeys.desk import Desk


@pytest.fixture(scope="session")
def stack(browser: Browser, django_db_blocker: Any) -> Iterator[Stack]:
    """The desk with one company and nobody's case. Skipped where there is no browser."""
    from tests.journeys.people import make_company

    stack = Stack()
    try:
        stack.start()
        with django_db_blocker.unblock(), stack.use_database():
            make_company()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def session_cookies(stack: Stack, browser: Browser) -> list[dict[str, Any]]:
    """The agent signs in once, through the form."""
    from tests.journeys.agent import Agent
    from tests.journeys.people import AGENT, PASSWORD

    with open_page(browser, stack.address) as page:
        Agent(page, stack.address).sign_in(AGENT, PASSWORD)
        cookies: Any = page.context.cookies()
    return cookies


@pytest.fixture
def desk(
    stack: Stack, session_cookies: Any, browser: Browser, django_db_blocker: Any
) -> Iterator[Desk]:
    from accounts.models import Brand
    from tests.journeys.agent import Agent
    from tests.journeys.desk import Desk

    with (
        django_db_blocker.unblock(),
        stack.use_database(),
        open_page(browser, stack.address) as page,
    ):
        page.context.add_cookies(session_cookies)
        page.set_viewport_size({"width": 1440, "height": 900})
        brand = Brand.objects.get(slug="acme")
        yield Desk(stack=stack, agent=Agent(page, stack.address), brand=brand)
