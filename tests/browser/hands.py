"""Hands at the desk: every key pressed, every click and every text typed is one action."""

from __future__ import annotations

import os
import time
from typing import Any

from playwright.sync_api import expect

LETTER_MS = 40  # between two letters: somebody who types well


class Hands:
    """Counts actions and seconds from the moment of its making, or of the last `rest`."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.rest()

    def rest(self) -> None:
        self.actions, self.began = 0, time.monotonic()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            # Nobody presses the next key before the form that this one asked for is there.
            expect(self.page.locator(".htmx-request")).to_have_count(0)
            self.actions += 1

    def type(self, text: str) -> None:
        # Only where the seconds are written down does a person's pace matter.
        pace = LETTER_MS if os.environ.get("LASTCALL_WRITE_TASKS") else 0
        self.page.keyboard.type(text, delay=pace)
        self.actions += 1

    def click(self, target: Any) -> None:
        target.click()
        self.actions += 1

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began
