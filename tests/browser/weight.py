"""What a first visit to a page carries over the wire, and from whom."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error

BUDGET = 150 * 1024
PACKED = (".woff2", ".png", ".jpg", ".gif")  # compressed already
# What a file of the desk weighs; it is the same for every page.
_weights: dict[str, int] = {}


@contextmanager
def weigh(page: Any, address: str, *, budget: int = BUDGET) -> Iterator[None]:
    """Assert of the page that is opened inside: what an empty cache fetches for it, compressed as
    it is served, fits the budget; nobody else is asked for anything; it carries no code of its own.
    """
    fetched: list[Any] = []

    def keep(response: Any) -> None:
        fetched.append(response)

    page.on("response", keep)
    yield
    page.evaluate("document.fonts.ready")
    page.remove_listener("response", keep)
    sizes: dict[str, int] = {}
    for response in fetched:
        assert response.url.startswith((address, "data:")), response.url
        if response.url.startswith("data:") or response.status in range(300, 400):
            continue
        name = response.url.removeprefix(address).partition("?")[0]
        if name in _weights:
            sizes[name] = _weights[name]
            continue
        try:
            body = response.body()
        except Error:  # of the page before, which was still being fetched
            continue
        sizes[name] = len(body) if name.endswith(PACKED) else len(gzip.compress(body, 6))
        if name.startswith("/static/"):
            _weights[name] = sizes[name]
    print(f"{sum(sizes.values()) / 1024:6.1f} KB {page.url}")
    heaviest = sorted(sizes.items(), key=lambda part: -part[1])[:6]
    assert sum(sizes.values()) <= budget, f"{page.url}: {heaviest}"
    assert page.locator("script:not([src]):not([type='application/json'])").count() == 0, page.url
    assert page.locator("head style").count() == 0, page.url
    assert page.locator("[onclick], [onload], [onchange], a[href^='javascript:']").count() == 0
