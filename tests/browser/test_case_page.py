"""The case page in real browsers: two agents at once, writing, evidence, every state, no mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases.actions.assignment import assign_owner
from cases.models import Case, Draft, Macro, Notice
from config import clock
from notifications.models import Email
from tests import factories
from tests.browser.look import look
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> Desk:
    desk = Desk(items=3)
    desk.now = clock.now()
    return desk


@pytest.fixture
def mara(browser: Any, live_server: Any, desk: Desk) -> Iterator[Page]:
    with open_desk(browser, live_server, desk.agent) as page:
        yield page


@pytest.fixture
def jonas(browser: Any, live_server: Any) -> Iterator[Page]:
    user = factories.make_user(username="jonas", first_name="Jonas", last_name="Example")
    with open_desk(browser, live_server, user) as page:
        yield page


def show(page: Page, case: Case, anchor: str = "") -> None:
    page.goto(f"/desk/case/{case.number}/{anchor}")


@pytest.mark.threat(53)
def test_two_agents_see_each_other_and_neither_overwrites_the_other(
    mara: Page, jonas: Page, desk: Desk
) -> None:
    case = desk.open()
    show(mara, case)
    show(jonas, case)
    expect(jonas.locator("#presence")).to_contain_text(f"{desk.agent.display_name} is here too")
    mara.keyboard.press("e")
    with mara.expect_response("**/here/"):
        mara.keyboard.type("We look into it.")
    # A page asks every few seconds, and as soon as somebody comes back to it.
    jonas.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    writing = jonas.locator("#presence-writing")
    expect(writing).to_contain_text("is writing an email", timeout=15_000)
    expect(mara.locator("#presence")).to_contain_text("Jonas Example is here too")
    jonas.keyboard.press("i")
    jonas.keyboard.type("They called: they stay until May.")
    with jonas.expect_navigation():
        jonas.keyboard.press("Control+Enter")
    expect(mara.locator("#stale")).to_contain_text("This case has changed since you opened it")
    expect(mara.locator("#stale")).to_contain_text("they stay until May")
    # The stale page sends anyway: refused, with what happened, and nothing that was written lost.
    mara.focus("#write")
    mara.keyboard.press("Control+Enter")
    mara.locator("#reply-preview").get_by_role("button", name="Send").click()
    merge = mara.locator("#reply .refusal")
    expect(merge).to_contain_text("Someone changed this case")
    expect(merge).to_contain_text("they stay until May")
    expect(mara.locator("#write")).to_have_value("We look into it.")
    assert not Email.objects.filter(purpose="reply").exists()
    look(mara, "case-merge", at="#composer")
    with mara.expect_navigation():
        merge.get_by_role("button", name="Do it on the new state").click()
    assert "We look into it." in Email.objects.get(purpose="reply").text
    expect(mara.locator(".toast-leaving")).to_be_visible()


def test_an_email_is_written_seen_and_sent_without_a_mouse(mara: Page, desk: Desk) -> None:
    case = desk.open()
    Macro.objects.create(title="Thanks for calling", body="Hello {first_name}, case {case}.")
    Macro.objects.create(title="Refund", body="No refund.")
    show(mara, case)
    mara.keyboard.press("e")
    mara.keyboard.press("/")
    expect(mara.locator("#find-macro")).to_be_focused()
    mara.keyboard.type("thanks")
    expect(mara.locator("#macros [data-macro]:visible")).to_have_count(1)
    look(mara, "case-macros", at="#macros")
    mara.keyboard.press("ArrowDown")
    mara.keyboard.press("Enter")
    words = f"Hello Rosa, case {case.number}."
    expect(mara.locator("#write")).to_have_value(words)
    expect(mara.locator("#write")).to_be_focused()
    mara.keyboard.type(" Until soon!")
    expect(mara.locator("#draft-reply")).to_contain_text("Draft saved")
    mara.reload()
    expect(mara.locator("#write")).to_have_value(f"{words} Until soon!")
    mara.locator("#reply-files").set_input_files(
        {"name": "terms.txt", "mimeType": "text/plain", "buffer": b"Terms"}
    )
    mara.focus("#write")
    mara.keyboard.press("Control+Enter")
    dialog = mara.locator("#reply-preview")
    expect(dialog).to_contain_text(case.contact.email)
    expect(dialog).to_contain_text("terms.txt")
    expect(mara.frame_locator("#reply-preview iframe").locator("body")).to_contain_text(
        f"{words} Until soon!"
    )
    look(mara, "case-preview", at="#reply-preview")
    with mara.expect_navigation():
        mara.keyboard.press("Enter")  # the focus stands on Send
    email = Email.objects.get(purpose="reply")
    assert [file.name for file in email.files.all()] == ["terms.txt"]
    assert not Draft.objects.exists()
    expect(mara.locator("#write")).to_have_value("")
    with mara.expect_navigation():
        mara.get_by_role("button", name="Take back").click()
    email.refresh_from_db()
    assert email.status == "stopped"


def test_a_note_calls_a_colleague_and_a_draft_comes_back(mara: Page, desk: Desk) -> None:
    case = desk.open()
    jonas = factories.make_user(username="jonas", first_name="Jonas", last_name="Example")
    show(mara, case)
    mara.keyboard.press("i")
    expect(mara.locator("#write-note")).to_be_focused()
    mara.keyboard.type("@exa")
    expect(mara.locator("#mention-list [role=option]")).to_have_count(1)
    mara.keyboard.press("Enter")
    mara.keyboard.type("please call.")
    expect(mara.locator("#write-note")).to_have_value("@jonas please call.")
    expect(mara.locator("#draft-note")).to_contain_text("Draft saved")
    look(mara, "case-note", at="#composer")
    with mara.expect_navigation():
        mara.get_by_role("button", name="Discard").click()
    expect(mara.locator("#write-note")).to_have_value("")
    with mara.expect_navigation():
        mara.get_by_role("button", name="Undo").click()
    expect(mara.locator("#write-note")).to_have_value("@jonas please call.")
    expect(mara.locator("#write-note")).to_be_visible()
    with mara.expect_navigation():
        mara.get_by_role("button", name="Add note").click()
    assert Notice.objects.get().user == jonas
    expect(mara.locator(".toast-text").first).to_contain_text("Jonas Example will see it")


def test_the_next_step_is_one_key_away_and_a_refusal_keeps_what_was_typed(
    mara: Page, desk: Desk
) -> None:
    case = desk.open()
    show(mara, case)
    mara.keyboard.press("?")
    expect(mara.locator("#cheat-sheet")).to_contain_text("The next step: Confirm the date")
    mara.keyboard.press("Escape")
    mara.keyboard.press(".")
    dialog = mara.locator("#do-confirm")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Another date").fill("2039-01-01")
    dialog.get_by_role("button", name="Confirm and send").click()
    expect(dialog.locator(".refusal")).to_contain_text("very far off")
    expect(dialog.get_by_label("Another date")).to_have_value("2039-01-01")


def test_what_is_typed_while_a_form_is_on_its_way_goes_into_it(mara: Page, desk: Desk) -> None:
    """Red when the keys are not kept: the reason loses its beginning, or all of it."""
    case = desk.confirm(desk.open())
    show(mara, case)
    mara.route("**/form/withdraw/**", lambda route: (mara.wait_for_timeout(300), route.continue_()))
    mara.keyboard.press("w")
    mara.keyboard.type("They stay after all")
    with mara.expect_navigation():
        mara.keyboard.press("Enter")
    expect(mara.locator(".story")).to_contain_text("They stay after all")


def test_a_wrong_decision_is_reversed_beside_its_evidence(mara: Page, desk: Desk) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Jim used them, and I am away.", Auto_Submitted="auto-replied")
    show(mara, case)
    row = mara.locator(".event-why")
    expect(row).to_contain_text("Taken for: automatic reply")
    expect(row).to_contain_text("Auto-Submitted")
    row.get_by_text("That’s wrong").click()
    row.get_by_placeholder("What was wrong?").fill("Rosa wrote this herself.")
    with mara.expect_navigation():
        row.get_by_role("button", name="A person wrote this").click()
    expect(mara.locator(".page-head .pill")).to_have_text(re.compile("Customer answered"))
    expect(mara.locator(".story")).to_contain_text("Rosa wrote this herself.")
    mail.refresh_from_db()
    assert mail.kind == "human"


def test_every_state_can_be_read_by_everybody(mara: Page, desk: Desk) -> None:
    case = desk.ask(desk.open())
    show(mara, case)
    desk.reply(case, "Jim used them, and Kim, and everybody else on the whole second floor.")
    show(mara, case)
    look(mara, "case-answered", at="section[aria-label=Questions], .story")
    question = case.questions.get()
    mara.locator(f"#q-{question.pk}").fill("Jim")
    with mara.expect_navigation():
        mara.get_by_role("button", name=re.compile("Note (answer|this)")).click()
    expect(mara.locator("section[aria-label=Questions]")).to_contain_text("Jim")
    mara.emulate_media(media="print")
    expect(mara.locator("#composer")).to_be_hidden()
    expect(mara.locator(".story")).to_be_visible()
    mara.emulate_media(media="screen")


def test_todos_are_walked_and_answered_by_keyboard(mara: Page, desk: Desk) -> None:
    case = desk.do(assign_owner, desk.ask(desk.open()), owner=None)
    desk.reply(case, "It was me.", sender="stranger@example.org", authentic=False)
    mara.goto("/desk/todos/?whose=mine")
    expect(mara.locator("main")).to_contain_text("None of your cases waits for you")
    with mara.expect_navigation():
        mara.get_by_role("link", name="Nobody's", exact=True).click()
    mara.keyboard.press("j")
    expect(mara.locator("a.row-link")).to_be_focused()
    mara.keyboard.press("Tab")
    mara.keyboard.press("Tab")
    expect(mara.get_by_role("button", name="It is the customer")).to_be_focused()
    with mara.expect_navigation():
        mara.keyboard.press("Enter")
    expect(mara.locator(".toast-text").first).to_contain_text("counts as verified")
    assert mara.url.endswith("/desk/todos/?whose=nobody")
    assert desk.read(case).state == "in_review"
