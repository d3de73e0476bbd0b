"""How a page of the desk is looked at: in both themes, at three widths, by axe, for its weight."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
STRICT = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("LASTCALL_DESK_SHOTS")
LOOKS = [("wide", 1280, "light"), ("narrow", 390, "light"), ("dark", 1280, "dark")]


def sign_in(context: Any, live_server: Any, user: Any) -> None:
    """The session of this user, without the form."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


@contextmanager
def open_desk(browser: Any, live_server: Any, user: Any, **options: Any) -> Iterator[Any]:
    """A signed-in page. What its own scripts complain about fails the test on leaving."""
    context = browser.new_context(
        locale="en-GB", viewport={"width": 1280, "height": 900}, base_url=live_server.url, **options
    )
    context.set_default_timeout(10_000)
    sign_in(context, live_server, user)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def look(page: Any, name: str) -> None:
    """No violation of axe's and nothing wider than the screen, wide, narrow and dark."""
    axe = AXE.read_text()
    for how, width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, how)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}-{name}-{how}.png", full_page=True)
        page.evaluate(f"() => {{ {axe} }}")
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", STRICT
        )
        said = [(v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"]]
        assert said == [], (name, how)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
