"""The customer at their own page: a phone, and nothing but what came by mail."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, TimeoutError, expect

from tests.journeys.customer import Mailbox
from tests.plugins.browser import open_page

PHONE = {"width": 390, "height": 844}
LINK = re.compile(r"http://\S+/my/l/[A-Za-z0-9_-]{43}/")
PHRASE = "end for good"


class Visitor:
    """One browser of a customer, at phone size."""

    def __init__(self, browser: Browser, box: Mailbox, address: str) -> None:
        self.box, self.address = box, address
        self.visit = open_page(browser, address)
        self.page: Page = self.visit.__enter__()
        self.page.set_default_timeout(30_000)
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]

    def close(self) -> None:
        self.visit.__exit__(None, None, None)

    # -- ways in ------------------------------------------------------------------------------
    def ask_for_link(self) -> None:
        """From nothing: type the address, read the mail, open the account."""
        self.page.goto(f"{self.address}/my/")
        self.page.get_by_label("Your email address").fill(self.box.address)
        self.press("Email me the link")
        expect(self.page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
        self.open_mail("Your link to")
        self.press("Open my account")

    def open_mail(self, words: str, *, count: int = 1) -> None:
        """The link in the newest mail with these words."""
        mail = self.box.wait_for_any(words, count=count)
        found = LINK.search(mail.text)
        assert found, mail.text
        self.page.goto(found[0])

    def prove(self, *, count: int = 1) -> None:
        """Ask for a code, read it in the mailbox, type it."""
        self.press("Email me a code")
        mail = self.box.wait_for_any("your code", count=count)
        found = re.search(r"\b\d{8}\b", mail.text)
        assert found, mail.text
        self.page.get_by_label("The code from our email").fill(found[0])
        self.press("Enter")
        expect(self.page.get_by_text("You have shown that it is you")).to_be_visible()

    # -- deeds ------------------------------------------------------------------------------------
    def press(self, name: str) -> None:
        """Press the first button of that name, and wait for the page behind it."""
        button = self.page.get_by_role("button", name=name).first
        try:
            button.wait_for()
        except TimeoutError as error:
            shown = self.page.locator("body").inner_text()
            raise AssertionError(f"no button “{name}” on {self.page.url}:\n{shown}") from error
        with self.page.expect_navigation():
            button.click()

    def look_again(self) -> None:
        self.page.reload()

    def expect(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def release_numbers(self) -> None:
        for number in self.page.locator(".my-number").all():
            number.get_by_label("No longer needed").check()
        self.press("Save")

    def cancel(self) -> None:
        """Switch, button, last confirmation (R38)."""
        self.page.get_by_role("switch").check()
        self.press("Cancel services")
        self.page.get_by_label("Type exactly").fill(PHRASE)
        self.press("Cancel for good")
