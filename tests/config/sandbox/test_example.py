"""The example data: played once, for all of these tests, as `make run` plays it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import Route
from pytest_django.live_server_helper import LiveServer

from accounts.models import Brand, Customer, Item, User
from accounts.scoping import brands_of
from cases.domain.states import State
from cases.models import AssignmentRule, Case, Event, Macro, SavedView, Todo
from config import clock
from config.sandbox.example.play import StoryBroke, play_stories
from config.sandbox.example.script import Story, ago
from config.sandbox.example.stories import STORIES
from config.sandbox.example.wipe import wipe_everything
from config.sandbox.models import SandboxMail
from notifications.models import Email, Inbound
from tests.browser.look import look
from tests.browser.tour import ERRORS, list_stops
from tests.browser.weight import weigh
from tests.plugins.browser import open_page

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("example")]
FICTION = ("example.com", "example.net", "example.org", "lastcall.example")


@pytest.fixture(scope="module")
def example(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """What the command says while it loads."""
    with django_db_blocker.unblock():
        out = StringIO()
        call_command("load_example", stdout=out)
        yield out.getvalue()
        wipe_everything()


@pytest.fixture(autouse=True)
def _loaded(example: str) -> None:
    """Every test looks at the same example."""


def test_shows_progress_and_the_sum(example: str) -> None:
    lines = example.splitlines()
    assert len(lines) >= 8
    assert f"{len(STORIES)} cases" in lines[-1]


def test_the_clock_is_true_again_and_nothing_lies_ahead() -> None:
    assert clock.offset() == timedelta(0)
    now = datetime.now(UTC)
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Email.objects.filter(created_at__gt=now).exists()
    assert not Case.objects.filter(received_at__gt=now).exists()
    assert Event.objects.earliest("at").at > now - timedelta(days=80)


def test_a_case_in_every_state() -> None:
    assert set(Case.objects.values_list("state", flat=True)) == {s.value for s in State}
    assert Counter(Case.objects.values_list("state", flat=True)) == Counter(s.ends for s in STORIES)


def test_customers_are_varied_and_made_up() -> None:
    assert 40 <= Customer.objects.count() <= 60
    assert Brand.objects.count() == 3
    assert set(Customer.objects.values_list("billing_anchor", flat=True)) == set(range(1, 32))
    zones = set(Customer.objects.values_list("timezone", flat=True))
    assert zones >= {
        "America/Chicago", "Europe/Berlin", "Asia/Tokyo", "Australia/Sydney", "Australia/Lord_Howe",
    }  # fmt: skip
    assert set(Customer.objects.values_list("locale", flat=True)) == {"en", "de"}
    assert Item.objects.filter(parent__isnull=False).exists()
    mails = [*SandboxMail.objects.values_list("mailbox", flat=True)]
    mails += Email.objects.values_list("from_email", flat=True)
    mails += Inbound.objects.values_list("from_email", flat=True)
    assert {m for m in mails if not m.endswith(FICTION)} == set()


def test_staff_can_sign_in() -> None:
    roles = {name: authenticate(username=name, password="lastcall") for name in
             ("mara", "jonas", "sam", "ada", "otto")}  # fmt: skip
    assert {n: u.role for n, u in roles.items() if isinstance(u, User)} == {
        "mara": "agent", "jonas": "agent", "sam": "supervisor", "ada": "administrator",
        "otto": "auditor",
    }  # fmt: skip
    assert User.objects.get(username="ada").is_superuser


def test_a_newcomer_finds_teams_rules_views_and_macros(client: Client) -> None:
    """Each as the desk itself shows it."""
    mara, kim = User.objects.get(username="mara"), User.objects.get(username="kim")
    assert {brand.slug for brand in brands_of(kim)} == {"tamarind", "quillwort"}
    client.force_login(mara)
    for view in SavedView.objects.all():
        assert (
            f"/desk/queue/?{view.query}".replace("&", "&amp;")
            in client.get(f"/desk/queue/?{view.query}").text
        )
    numbers = {whose: find_numbers(client, whose) for whose in ("mine", "team", "all")}
    assert numbers["mine"] < numbers["team"] <= numbers["all"]
    assert AssignmentRule.objects.filter(is_active=True).count() == 2
    case = Case.objects.filter(customer__locale="de").exclude(contact=None).last()
    assert case is not None
    offered = client.get(f"/desk/case/{case.number}/macros/").text
    assert Macro.objects.filter(locale="de").get().title in offered
    assert "How to come back" not in offered  # English


def find_numbers(client: Client, whose: str) -> set[str]:
    page = client.get("/desk/queue/", {"tab": "us", "whose": whose}).text
    return set(re.findall(r"/desk/case/(\d{4}-\d{4}-\d)/", page))


def test_nothing_was_inserted_behind_the_actions() -> None:
    for case in Case.objects.all():
        kinds = list(case.events.order_by("sequence").values_list("kind", flat=True))
        assert kinds[0] == "opened"
        assert case.last_sequence == len(kinds)


def test_the_mail_went_by_smtp_and_every_reply_is_accounted_for() -> None:
    sent = Email.objects.filter(status="sent")
    assert sent.count() == Email.objects.count() >= 80
    assert set(SandboxMail.objects.filter(box="inbox").values_list("message_id", flat=True)) == set(
        sent.values_list("message_id", flat=True)
    )
    assert not Inbound.objects.filter(disposition="").exists()
    assert set(Inbound.objects.values_list("kind", flat=True)) >= {
        "human", "auto_reply", "bounce", "list",
    }  # fmt: skip
    assert Inbound.objects.filter(disposition="unmatched").count() >= 2


def test_the_stories_that_must_be_there() -> None:
    kinds = set(Todo.objects.filter(resolved_at=None).values_list("kind", flat=True))
    assert kinds >= {
        "restore_unclear", "unverified_sender", "mail_undeliverable", "item_failed",
        "item_stopped", "reply_before_date", "answer_after_drop", "reply_after_end",
        "restore_asked",
    }  # fmt: skip
    events = set(Event.objects.values_list("kind", flat=True))
    assert events >= {
        "note", "thanks", "automatic_mail", "rescheduled", "withdrawn", "reopened", "item_lost",
        "drop_paused", "restored", "closed",
    }  # fmt: skip


@pytest.mark.browser
def test_every_screen_fits_and_can_be_read_by_everybody(browser: Any, settings: Any) -> None:
    """Each in both themes and on a phone, and light on a first visit; the pictures of
    docs/screenshots are taken here.
    """
    server = LiveServer("127.0.0.1")  # sees what was committed: the example, not this test's rows
    settings.ALLOWED_HOSTS = ["*"]
    try:
        for name, stops in list_stops().items():
            with sign_in(browser, server.url, name) as page:
                for stop in stops:
                    with weigh(page, server.url, budget=stop.budget):
                        answer = page.goto(stop.path)
                    assert answer.ok, stop
                    if stop.press:
                        page.keyboard.press(stop.press)
                    look(page, stop.name, frame=stop is stops[0])
                if name == "mara":
                    look_at_errors(page)
    finally:
        server.stop()


@contextmanager
def sign_in(browser: Any, url: str, name: str) -> Iterator[Any]:
    with open_page(browser, url) as page:
        page.goto("/accounts/login/")
        if name == "mara":
            look(page, "sign-in")
        page.get_by_label("Username or email").fill(name)
        page.get_by_label("Password").fill("lastcall")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("heading", name="Queue").wait_for()
        yield page


def look_at_errors(page: Any) -> None:
    """The pages of what went wrong, as the desk writes them."""
    for code in ERRORS:
        body = render_to_string(f"{code}.html")
        answer = partial(Route.fulfill, body=body, content_type="text/html")
        page.route("**/error/", lambda route, _, answer=answer: answer(route))
        page.goto("/error/")
        look(page, f"error-{code}")
        page.unroute("**/error/")


def test_the_second_time_nothing_happens() -> None:
    out = StringIO()
    before = Case.objects.count()
    call_command("load_example", stdout=out)
    assert "nothing was loaded" in out.getvalue()
    assert Case.objects.count() == before


def test_a_story_that_breaks_says_which() -> None:
    late = Story(customer="Momiji Taxi", about="", ends="intake", policy="mobile",
                 minutes_ago=5, diary=(ago(-60, "note", "later"),))  # fmt: skip
    with pytest.raises(StoryBroke, match="future"):
        play_stories(stories=[late], strays=[], now=clock.now())
    refused = Story(customer="Momiji Taxi", about="", ends="scheduled", policy="mobile",
                    minutes_ago=2, diary=(ago(1, "confirm"),))  # fmt: skip
    with pytest.raises(StoryBroke, match=r"Momiji Taxi.*confirm"):
        play_stories(stories=[refused], strays=[], now=clock.now())
