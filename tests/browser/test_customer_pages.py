"""The customer's pages in a real browser: a phone, both themes, without JavaScript too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from cases.actions.base import Actor
from cases.actions.entry import open_by_customer, send_link
from cases.domain.trust import Level
from cases.models import Case
from config import clock
from notifications.models import Email
from tests import factories
from tests.browser.look import look
from tests.cases.build import Desk
from tests.cases.portal.conftest import find_token, read_mail
from tests.plugins.browser import open_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HELD: Any = {"width": 390, "height": 800}


class Phone:
    """A browser that goes from page to page and looks at each of them."""

    def __init__(self, page: Any, url: str) -> None:
        self.page, self.url = page, url
        self.foreign: list[str] = []
        page.on("request", lambda r: self.foreign.append(r.url) if url not in r.url else None)

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=False).first.click()

    def look(self, what: str) -> None:
        """It fits, it can be read by everybody, and nobody else is asked for anything."""
        look(self.page, f"customer-{what}")
        assert self.foreign == [], what


@pytest.fixture
def phone(browser: Any, live_server: Any, settings: Any) -> Iterator[Phone]:
    settings.PUBLIC_URL = live_server.url
    with open_page(browser, live_server.url) as page:
        page.set_viewport_size(HELD)
        yield Phone(page, live_server.url)


def make_desk(file: str, **more: Any) -> Desk:
    desk = Desk(file=file, **more)
    desk.now = clock.now()
    return desk


def newest(purpose: str) -> Email:
    return Email.objects.filter(purpose=purpose).order_by("-pk")[0]


def open_link(phone: Phone, purpose: str) -> None:
    phone.go(f"/my/l/{find_token(newest(purpose))}/")


def prove(phone: Phone) -> None:
    phone.press("Email me a code")
    found = re.search(r"\b\d{8}\b", read_mail(newest("code")))
    assert found
    phone.look("code")
    phone.page.get_by_label("The code from our email").fill(found[0])
    phone.press("Enter")


def make_place(desk: Desk) -> Case:
    place = factories.make_location(customer=desk.customer, name="North branch")
    for values in (
        {"kind": "trunk", "label": "Main trunk"},
        {"kind": "number", "label": "Reception"},
        {"kind": "number", "label": "Fax"},
    ):
        factories.make_item(customer=desk.customer, location=place, **values)
    return open_by_customer(
        customer=desk.customer, contact=desk.contact,
        item_ids=list(desk.customer.items.values_list("pk", flat=True)),
        actor=Actor.customer(desk.contact, Level.L1), now=desk.now,
    )  # fmt: skip


def test_the_ways_in(phone: Phone) -> None:
    desk = make_desk("sipstation")
    place = factories.make_location(customer=desk.customer, name="North branch")
    factories.make_item(customer=desk.customer, location=place, kind="trunk", label="Main trunk")
    phone.go("/my/")
    phone.look("start")
    phone.page.get_by_label("Your email address").fill(desk.contact.email)
    phone.press("Email me the link")
    phone.look("asked")
    from cases.actions.entry import answer_link_requests

    answer_link_requests(now=desk.now)
    open_link(phone, "link")
    phone.look("continue")
    phone.press("Open my account")
    phone.look("account")
    phone.press("Cancel everything at this location")
    assert Case.objects.get().channel == "page"
    phone.look("opened")
    open_link(phone, "link")
    assert "does not work any more" in phone.page.content()
    phone.look("gone")


def test_a_location_to_its_end(phone: Phone) -> None:
    desk = make_desk("sipstation")
    case = make_place(desk)
    send_link(case_id=case.pk, actor=desk.actor, now=desk.now)
    open_link(phone, "page")
    phone.look("sipstation")
    prove(phone)
    for row in phone.page.locator(".my-number").all():
        row.get_by_label("No longer needed").check()
    phone.press("Save")
    phone.look("sipstation-free")
    phone.page.get_by_role("switch").check()
    phone.press("Cancel services")
    phone.look("final")
    phone.page.get_by_label("Type exactly").fill("End for good ")
    phone.press("Cancel for good")
    phone.look("executing")
    desk.run()
    phone.go(f"/my/case/{case.number}/")
    phone.look("closed")


def test_sims_one_by_one(phone: Phone) -> None:
    sims = [{"kind": "sim", "label": f"SIM {n:02}", "protected": n < 3} for n in range(12)]
    desk = make_desk("soracom", items=[*sims, {"kind": "vpg", "label": "VPG 1"}])
    case = open_by_customer(
        customer=desk.customer, contact=desk.contact,
        item_ids=list(desk.customer.items.values_list("pk", flat=True)),
        actor=Actor.customer(desk.contact, Level.L1), now=desk.now,
    )  # fmt: skip
    send_link(case_id=case.pk, actor=desk.actor, now=desk.now)
    open_link(phone, "page")
    prove(phone)
    phone.look("soracom")
    for name in ("SIM 00", "SIM 05", "SIM 06"):
        phone.page.get_by_label(name).check()
    phone.press("End the ticked ones")
    phone.look("one-by-one")


def test_scheduled_and_in_grace(phone: Phone) -> None:
    desk = make_desk("8x8", items=3)
    factories.make_contract(customer=desk.customer)
    case = desk.open()
    desk.ask(case, {"key": "a", "text": "Who used these services?"},
             {"key": "b", "text": "Do you keep the phones?", "kind": "yes_no"})  # fmt: skip
    open_link(phone, "questions")
    phone.look("questions")
    for question in case.questions.all():
        answer = "no" if question.kind == "yes_no" else "Jim"
        question.answer, question.answered_at = answer, desk.now
        question.save()
    from cases.actions.information import withdraw_question

    desk.do(withdraw_question, case, question_id=desk_question(desk, case))
    desk.confirm(desk.read(case))
    open_link(phone, "confirmation")
    phone.look("scheduled")


def desk_question(desk: Desk, case: Case) -> int:
    """One more that nobody needs: withdrawing it hands the case to the agent."""
    from cases.actions.intake import add_questions

    add_questions(case=case, questions=[{"key": "c", "text": "Really?"}], now=desk.now)
    return int(case.questions.get(key="c").pk)


def test_without_javascript_everything_works(browser: Any, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    desk = make_desk("sipstation")
    case = make_place(desk)
    send_link(case_id=case.pk, actor=desk.actor, now=desk.now)
    with open_page(browser, live_server.url, java_script_enabled=False, viewport=HELD) as page:
        end_by_hand(Phone(page, live_server.url))
    case.refresh_from_db()
    assert case.state == "executing"


def end_by_hand(phone: Phone) -> None:
    """Open the link, show who one is, release the numbers, and end everything."""
    open_link(phone, "page")
    phone.press("Email me a code")
    found = re.search(r"\b\d{8}\b", read_mail(newest("code")))
    assert found
    phone.page.get_by_label("The code from our email").fill(found[0])
    phone.press("Enter")
    for row in phone.page.locator(".my-number").all():
        row.get_by_label("No longer needed").check()
    phone.press("Save")
    phone.page.get_by_role("switch").check()
    phone.press("Cancel services")
    phone.page.get_by_label("Type exactly").fill("end for good")
    phone.press("Cancel for good")
