"""A page of the desk, signed in as somebody without going through the form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client


@contextmanager
def open_desk(browser: Any, live_server: Any, user: Any, **options: Any) -> Iterator[Any]:
    """A page of this user's. What its own scripts complain about fails the test on leaving."""
    options.setdefault("viewport", {"width": 1280, "height": 900})
    context = browser.new_context(locale="en-GB", base_url=live_server.url, **options)
    context.set_default_timeout(20_000)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []
