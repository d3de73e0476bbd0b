"""A real browser for tests: the `browser` and `page` fixtures.

An installed Chromium or Chrome is used, else Playwright's own. Where there is none the tests are
skipped with that reason; with LASTCALL_REQUIRE_BROWSER=1, as in CI, that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

# The shell has no window to draw: a page opens in a third of the time.
NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome",
)  # fmt: skip
# Without these Chromium calls home at every start, which a closed network answers with delays.
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    # A page lives for seconds: what its scripts are compiled to twice over pays for nothing.
    "--js-flags=--no-opt --no-maglev",
    "--process-per-site",  # a kept window reads the desk's scripts, and axe, once
]  # fmt: skip
SIZE = {"width": 1280, "height": 900}
PATIENCE_MS = 20_000  # two cores draw the pages of several tests at once
NEEDS_BROWSER = ("browser", "journey")


def find_chromium(playwright: Playwright) -> str | None:
    """Return the program to start, or None when this machine has none."""
    named = os.environ.get("LASTCALL_CHROMIUM")
    for name in (named, *NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium per test process."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        program = find_chromium(playwright)
        if program is None:
            pytest.skip("no Chromium or Chrome here, and Playwright has fetched none")
        flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        # Playwright keeps an event loop in this thread; the tests' own queries do not mind it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        try:
            started = playwright.chromium.launch(executable_path=program, args=flags)
            yield started
            started.close()
        finally:
            _windows.clear()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page of nobody's on the test's own server."""
    with open_page(browser, live_server.url) as opened:
        yield opened


# Windows that wait for the next page, by address. One page in each stays open: while it does,
# Chromium keeps what it has fetched and compiled.
_windows: dict[str, list[BrowserContext]] = {}


@contextmanager
def open_page(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A page with no memory of other tests, in English, 1280 by 900.

    What the page's own scripts complain about fails the test: a refused inline script too.
    `options` are Playwright's for a window that is to be different.
    """
    idle = [] if options else _windows.setdefault(address, [])
    window = idle.pop() if idle else open_window(browser, address, **options)
    opened = window.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    try:
        yield opened
    finally:
        if options:
            window.close()
        else:
            forget_visit(window, address)
            idle.append(window)
    assert complaints == []


def open_window(browser: Browser, address: str, **options: Any) -> BrowserContext:
    # What moves is drawn sixty times a second, and waited for before it is clicked.
    given = {"locale": "en-GB", "viewport": SIZE, "reduced_motion": "reduce", **options}
    window = browser.new_context(base_url=address, **given)
    window.set_default_timeout(PATIENCE_MS)
    window.new_page().goto("/static/desk/img/mark.svg")
    return window


def forget_visit(window: BrowserContext, address: str) -> None:
    """Leave nothing but what was fetched: no page but the first, no cookie, nothing stored."""
    first, *others = window.pages
    for each in others:
        each.close()
    window.clear_cookies()
    stored = {"origin": address, "storageTypes": "local_storage,indexeddb,cache_storage"}
    devices = window.new_cdp_session(first)
    devices.send("Storage.clearDataForOrigin", stored)
    devices.detach()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that needs a browser may not be skipped."""
    report = yield
    needs = any(item.get_closest_marker(name) for name in NEEDS_BROWSER)
    if needs and report.skipped and os.environ.get("LASTCALL_REQUIRE_BROWSER"):
        report.outcome = "failed"
        report.longrepr = f"skipped where a browser is required: {report.longrepr}"
    return report
