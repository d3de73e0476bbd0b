"""A page of the desk, signed in as somebody without going through the form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client

from tests.plugins.browser import open_page


@contextmanager
def open_desk(browser: Any, live_server: Any, user: Any, **options: Any) -> Iterator[Any]:
    """A page of this user's. What its own scripts complain about fails the test on leaving."""
    with open_page(browser, live_server.url, **options) as page:
        sign_in(page.context, live_server.url, user)
        yield page


def sign_in(context: Any, address: str, user: Any) -> None:
    """Give a browser the cookie that the form would give it."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
