"""Writes docs/screenshots from the stack with its example data; `make screenshots` asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Q
from playwright.sync_api import Browser, Page, expect

from accounts.models import Customer
from cases.models import Case, Policy
from config.run.database import EXAMPLE_PASSWORD
from config.sandbox.models import SandboxMail
from tests.journeys.agent import Agent
from tests.journeys.png import use_palette
from tests.journeys.stack import ROOT, Stack

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
FOLDER = ROOT / "docs" / "screenshots"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MOST_BYTES = 200_000


@pytest.fixture(scope="module")
def example(browser: Browser, django_db_blocker: Any) -> Iterator[Stack]:
    """The desk as a newcomer finds it after `make run`."""
    stack = Stack(example=True, patience_s=1200)
    try:
        stack.start()
        with django_db_blocker.unblock(), stack.use_database():
            yield stack
    finally:
        stack.stop()


@pytest.fixture
def agent(example: Stack, page: Page) -> Agent:
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    agent = Agent(page, example.address)
    agent.sign_in("mara", EXAMPLE_PASSWORD)
    return agent


def test_take_the_pictures(example: Stack, agent: Agent) -> None:
    page = agent.page
    agent.go("/desk/queue/?tab=us&whose=all")
    take(page, "queue")
    page.emulate_media(color_scheme="dark")
    agent.go("/desk/queue/?tab=us&whose=all")
    take(page, "queue-dark")
    page.emulate_media(color_scheme="light")

    agent.go(f"/desk/call/?customer={find_caller().pk}")
    form = page.locator("#call")
    agent.plan_after(form.locator("[name=checks]").first.check)
    agent.plan_after(form.locator("[name=reason]").first.check)
    agent.plan_after(form.get_by_label("Read out").check)
    page.evaluate("scrollTo(0, 0)")
    take(page, "intake")

    case = find_case()
    agent.show(case)
    take(page, "case")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    agent.show(case)
    take(page, "case-phone")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    mail = SandboxMail.objects.filter(box="inbox", subject__contains="are cancelled").first()
    assert mail is not None
    agent.go(f"/sandbox/mail/{mail.pk}/")
    take(page, "mailbox")

    agent.go("/sandbox/clock/")
    agent.submit(page.get_by_role("button", name="A day").first)
    agent.go("/sandbox/clock/")
    expect(page.locator("#move-progress")).to_have_count(0, timeout=120_000)
    take(page, "clock")


def find_caller() -> Customer:
    """Somebody with no open case whose services fill a screen and no more."""
    idle = Customer.objects.exclude(cases__items__holds_item=True)
    active = Count("items", filter=Q(items__status="active"), distinct=True)
    phone = Policy.objects.filter(code="voice").values("brand")
    found = (
        idle.filter(brand__in=phone).annotate(active=active).filter(active__gte=5, active__lte=10)
    )
    return found.order_by("-active", "name")[0]


def find_case() -> Case:
    """One with a past, a future and a sentence that decides."""
    asked = Case.objects.filter(todos__resolved_at=None, todos__inbound__isnull=False)
    for state in ("restore_requested", "in_grace", "in_review"):
        found = asked.filter(state=state).order_by("pk").first()
        if found:
            return found
    raise AssertionError("the example data has no case that waits for a decision")


def take(page: Page, name: str) -> None:
    """Write one picture. Raises AssertionError when it is too heavy for a README."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    path: Path = FOLDER / f"{name}.png"
    FOLDER.mkdir(parents=True, exist_ok=True)
    path.write_bytes(use_palette(page.screenshot(animations="disabled", caret="hide")))
    size = path.stat().st_size
    assert size < MOST_BYTES, f"{path.name}: {size // 1000} KB"
