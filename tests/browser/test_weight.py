"""What a first visit to each page of the desk carries over the wire, and from whom."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from config import clock
from tests import factories
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BUDGET = 150 * 1024
PACKED = (".woff2", ".png", ".jpg", ".gif")  # compressed already


def weigh(page: Any, address: str, path: str) -> dict[str, int]:
    """Bytes by address of everything that an empty cache fetches, compressed as it is served.

    Asserts that nobody else is asked for anything and that the page carries no code of its own.
    """
    fetched: list[Any] = []

    def keep(response: Any) -> None:
        fetched.append(response)

    page.on("response", keep)
    page.goto(path, wait_until="networkidle")
    page.remove_listener("response", keep)
    sizes: dict[str, int] = {}
    for response in fetched:
        assert response.url.startswith((address, "data:")), response.url
        if response.url.startswith("data:") or response.status in range(300, 400):
            continue
        body = response.body()
        name = response.url.removeprefix(address).partition("?")[0]
        sizes[name] = len(body) if name.endswith(PACKED) else len(gzip.compress(body, 6))
    assert page.locator("script:not([src])").count() == 0, f"{path}: an inline script"
    assert page.locator("head style").count() == 0, path
    assert page.locator("[onclick], [onload], [onchange], a[href^='javascript:']").count() == 0
    return sizes


def test_a_first_visit_is_light_and_asks_nobody_else(browser: Any, live_server: Any) -> None:
    desk = Desk(items=12)
    desk.agent = factories.make_user(role="administrator")
    desk.now = clock.now()
    case = desk.ask(desk.open())
    mail = desk.reply(case, "The old office.\n" + "More words. " * 200)
    version = case.policy_version_id
    pages = [
        "/desk/queue/?tab=us&whose=all", "/desk/todos/", "/desk/board/", "/desk/mail/",
        f"/desk/mail/{mail.pk}/", "/desk/outbox/", f"/desk/outbox/{case.asked_email_id}/",
        "/desk/search/", f"/desk/search/?q={desk.customer.name}", "/desk/call/",
        f"/desk/call/?customer={desk.customer.pk}", f"/desk/case/{case.number}/opened/",
        f"/desk/case/{case.number}/", f"/desk/case/{case.number}/?tab=evidence",
        "/desk/policies/", f"/desk/policies/{version}/", "/desk/policies/simulator/",
        "/desk/health/", "/desk/notices/", "/desk/roles/", "/desk/data/",
    ]  # fmt: skip
    heavy = {}
    with open_desk(browser, live_server, desk.agent) as page:
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        for path in pages:
            sizes = weigh(page, live_server.url, path)
            print(f"{sum(sizes.values()) / 1024:6.1f} KB {path}")
            if sum(sizes.values()) > BUDGET:
                heavy[path] = sorted(sizes.items(), key=lambda part: -part[1])[:6]
    assert heavy == {}
