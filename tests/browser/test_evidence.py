"""The evidence pack, taken away from the case page by keyboard."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest
from playwright.sync_api import expect

from config import clock
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_pack_is_taken_by_keyboard(browser: Any, live_server: Any) -> None:
    desk = Desk(items=2)
    desk.now = clock.now()
    case = desk.open()
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto(f"/desk/case/{case.number}/?tab=evidence")
        page.keyboard.press("Control+k")
        page.keyboard.type("evidence pack")
        offer = page.locator("#commands [aria-selected=true]")
        expect(offer).to_contain_text("Take the evidence pack")
        expect(page.locator("#commands")).to_contain_text("“evidence pack”")
        with page.expect_download() as coming:
            page.keyboard.press("Enter")
        assert coming.value.suggested_filename == f"evidence-{case.number}.zip"
        with zipfile.ZipFile(coming.value.path()) as archive:
            assert archive.testzip() is None
            assert "evidence.pdf" in archive.namelist()
