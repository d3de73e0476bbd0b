"""What an agent does most: twelve tasks, each with its actions and seconds, as in docs/tasks.md.

A task that takes more actions than the table says fails. `LASTCALL_WRITE_TASKS=1` writes the table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cases.actions import confirmation
from cases.models import Case
from config import clock
from tests import factories
from tests.browser.hands import LETTER_MS, Hands
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLE = settings.BASE_DIR / "docs" / "tasks.md"
HEAD = """# What an agent does most

Twelve tasks, each done in a real browser by `tests/browser/test_tasks.py`, from the page on which
it begins to the answer on the screen. A key, a click and a text typed are one action each. Seconds
are the desk's share and the typing, at {letters:.0f} letters a second, measured on two cores beside
other work; nobody thinks in them. The test fails when a task takes more actions than stand here;
`LASTCALL_WRITE_TASKS=1` writes the table anew.

| task | actions | seconds | how |
|---|---|---|---|
"""


@dataclass
class Bench:
    """The desk, one open page, the hands; each task has a customer of its own."""

    desk: Desk
    page: Any
    hands: Hands
    done: list[tuple[str, int, float, str]] = field(default_factory=list)

    def greet(self, name: str, phone: str = "", **more: Any) -> None:
        """Somebody else is on the line."""
        desk = self.desk
        desk.customer = factories.make_customer(brand=desk.brand, items=3, name=name)
        desk.contact = factories.make_contact(customer=desk.customer, phone=phone, **more)

    def show(self, case: Case) -> None:
        self.page.goto(f"/desk/case/{case.number}/")

    def measure(self, name: str, how: str, task: Callable[[], None], answer: Any) -> None:
        """Do it; `answer` is what stands on the screen when it is done."""
        self.hands.rest()
        task()
        expect(answer).to_be_visible(timeout=20_000)
        self.done.append((name, self.hands.actions, self.hands.seconds, how))


def take_calls(bench: Bench) -> None:
    hands, page = bench.hands, bench.page
    opened = page.get_by_text("Read the number to the caller")

    def find(text: str) -> None:
        hands.press("n")
        page.wait_for_url("**/desk/call/")
        expect(page.get_by_label("Who is calling?")).to_be_focused()
        hands.type(text)
        expect(page.locator("#found [aria-selected=true]")).to_be_visible()
        hands.press("Enter")
        page.wait_for_url("**/desk/call/?customer=*")

    def agree() -> None:
        find("312 555 0123")
        hands.press("1", "r", "1", "o", "a", "Control+Enter")

    def ask() -> None:
        find("Harbour Bakery")
        hands.press("1", "q", "1", "Control+Enter")

    bench.greet("Fernwood Dental", "+13125550123")
    page.goto("/desk/queue/")
    how = "`N`, phone, `Enter`, `1`, `R` `1`, `O`, `A`, `Ctrl Enter`"
    bench.measure("Take a call: verified, read out, confirmed", how, agree, opened)
    bench.greet("Harbour Bakery")
    page.goto("/desk/queue/")
    how = "`N`, name, `Enter`, `1`, `Q` `1`, `Ctrl Enter`"
    bench.measure("Take a call and ask by email for what is missing", how, ask, opened)
    assert set(Case.objects.values_list("state", flat=True)) == {"scheduled", "awaiting_customer"}


def find_cases(bench: Bench) -> None:
    hands, page = bench.hands, bench.page
    bench.greet("Quartz Works")
    case = bench.desk.open()
    head = page.locator("h1", has_text=case.number)

    def by_bar(text: str) -> Callable[[], None]:
        def go() -> None:
            hands.press("Control+k")
            hands.type(text)
            offer = page.locator("#commands [aria-selected=true]", has_text=case.number)
            expect(offer).to_be_visible()
            hands.press("Enter")

        return go

    page.goto("/desk/queue/")
    how = "`Ctrl K`, number in any spacing, `Enter`"
    bench.measure("Open a case by its number", how, by_bar(case.number.replace("-", "")), head)
    page.goto("/desk/queue/")
    how = "`Ctrl K`, beginning of the name, `Enter`"
    bench.measure("Open a customer's case by their name", how, by_bar("quartz"), head)
    page.goto("/desk/queue/?tab=us&whose=all")
    how = "`J`, `Enter`"
    bench.measure("Open the next case that needs us", how, lambda: hands.press("j", "Enter"), head)


def promise_dates(bench: Bench) -> None:
    hands, page = bench.hands, bench.page
    bench.greet("Slate Studio")
    case = bench.desk.open()

    def move() -> None:
        hands.press("m", "ArrowDown")
        hands.click(page.locator("dialog[open]").get_by_label("Why?"))
        hands.type("They asked on the phone")
        hands.press("Enter")

    bench.show(case)
    bench.measure(
        "Confirm the date", "`C`, `Enter`", lambda: hands.press("c", "Enter"),
        page.get_by_text("Confirmed: services end on"),
    )  # fmt: skip
    bench.show(case)
    bench.measure(
        "Move a promised date",
        "`M`, `↓`, reason, `Enter`",
        move,
        page.get_by_text("Moved: services end on"),
    )
    case.refresh_from_db()
    assert case.promises.count() == 2


def write(bench: Bench) -> None:
    hands, page = bench.hands, bench.page
    bench.greet("Ember Cafe")
    case = bench.desk.ask(bench.desk.open())

    def answer() -> None:
        hands.click(page.locator("section[aria-label=Questions] [name=text]").first)
        hands.type("The front desk")
        hands.press("Enter")

    def note() -> None:
        hands.press("i")
        hands.type("They call again on Monday.")
        hands.press("Control+Enter")

    def reply() -> None:
        hands.press("e")
        hands.type("We will call you on Monday.")
        hands.press("Control+Enter")
        expect(page.locator("dialog[open]")).to_be_visible()
        hands.press("Control+Enter")

    bench.show(case)
    bench.measure("Leave a note for colleagues", "`I`, text, `Ctrl Enter`", note,
                  page.get_by_text("They call again on Monday.").first)  # fmt: skip
    bench.show(case)
    bench.measure("Write to the customer", "`E`, text, `Ctrl Enter`, look, `Ctrl Enter`", reply,
                  page.get_by_text("We will call you on Monday.").first)  # fmt: skip
    bench.show(case)
    noted = page.locator("section[aria-label=Questions] b", has_text="The front desk")
    bench.measure("Note an answer given on the phone", "its field, text, `Enter`", answer, noted)
    assert case.questions.get().answer == "The front desk"
    assert case.thread.emails.filter(purpose="reply").count() == 1
    assert case.events.filter(kind="note").count() == 1


def end_well(bench: Bench) -> None:
    hands, page, desk = bench.hands, bench.page, bench.desk
    bench.greet("Ivy Books")
    staying = desk.do(confirmation.confirm, desk.open())

    def stay() -> None:
        hands.press("w")
        hands.type("A better offer")
        hands.press("Enter")

    bench.show(staying)
    bench.measure("They stay: withdraw", "`W`, reason, `Enter`", stay,
                  page.get_by_text("nothing will be cancelled").first)  # fmt: skip
    bench.greet("Juniper Law")
    now, desk.now = desk.now, desk.now - timedelta(days=40)
    gone = desk.do(confirmation.confirm, desk.open())
    desk.go_to(now)
    bench.show(gone)
    bench.measure("Restore in grace", "`R`, `Tab`, `Enter`",
                  lambda: hands.press("r", "Tab", "Enter"),
                  page.get_by_text("The services are being restored").first)  # fmt: skip
    states = set(Case.objects.filter(pk__in=[staying.pk, gone.pk]).values_list("state", flat=True))
    assert states == {"withdrawn", "restoring"}


def read_table() -> dict[str, int]:
    rows = re.findall(r"^\| ([^|]+) \| (\d+) \|", TABLE.read_text(), re.M)
    return {name: int(actions) for name, actions in rows}


def write_table(done: list[tuple[str, int, float, str]]) -> None:
    rows = [f"| {n} | {actions} | {s:.1f} | {how} |\n" for n, actions, s, how in done]
    TABLE.write_text(HEAD.format(letters=1000 / LETTER_MS) + "".join(rows))


def test_what_an_agent_does_most(browser: Any, live_server: Any) -> None:
    desk = Desk(items=1)
    desk.now = clock.now()
    with open_desk(browser, live_server, desk.agent) as page:
        bench = Bench(desk, page, Hands(page))
        for tasks in (take_calls, find_cases, promise_dates, write, end_well):
            tasks(bench)
    if os.environ.get("LASTCALL_WRITE_TASKS"):
        write_table(bench.done)
    allowed = read_table()
    assert len(allowed) == 12
    assert [name for name, *_ in bench.done] == list(allowed)
    slower = [(n, actions) for n, actions, *_ in bench.done if actions > allowed[n]]
    assert slower == [], "more actions than docs/tasks.md allows"
