"""A real browser for tests: the `browser` and `page` fixtures.

An installed Chromium or Chrome is used, else Playwright's own. Where there is none the tests are
skipped with that reason; with LASTCALL_REQUIRE_BROWSER=1, as in CI, that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

# The shell has no window to draw: a page opens in a third of the time.
NAMES = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome",
)  # fmt: skip
# Without these Chromium calls home at every start, which a closed network answers with delays.
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
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
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with no memory of other tests, in English, 1280 by 900.

    What the page's own scripts complain about fails the test: a refused inline script too.
    """
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield opened
    context.close()
    assert complaints == []


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
