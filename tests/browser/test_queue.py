"""The queue, the bulk dialog, the news and the search in a real browser, by keyboard where it is
quicker, each page looked at in every form."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Brand
from cases.actions.notices import notify
from cases.domain.notices import Notice as Kind
from cases.models import BulkRun, Case, SavedView
from config import clock
from tests import factories
from tests.browser.look import look
from tests.browser.signed_in import open_desk
from tests.cases.build import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> Desk:
    desk = Desk(items=2)
    desk.now = clock.now()
    return desk


def open_cases(desk: Desk, count: int) -> list[Case]:
    cases = [desk.open()]
    for _ in range(count - 1):
        desk.customer = factories.make_customer(brand=desk.brand, items=1)
        desk.contact = factories.make_contact(customer=desk.customer)
        cases.append(desk.open())
    return cases


def test_select_by_key_preview_assign_and_undo(browser: Any, live_server: Any, desk: Desk) -> None:
    cases, colleague = open_cases(desk, 3), factories.make_user(first_name="Jonas")
    Brand.objects.create(name="Other", slug="other", reply_domain="reply.other.example.com")
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/queue/")
        expect(page.locator(".bulk")).to_be_hidden()
        for key in ("j", "x", "j", "x"):
            page.keyboard.press(key)
        expect(page.locator(".bulk")).to_contain_text("With 2 selected")
        page.evaluate("htmx.trigger('#queue', 'every')")  # news arrive: what is ticked stays so
        page.get_by_role("button", name="Assign…").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Nothing would happen")  # all are hers already
        dialog.get_by_label("To").select_option(label=colleague.display_name)
        expect(dialog.get_by_role("button", name="Assign 2 cases")).to_be_visible()
        look(page, "queue-bulk", at="dialog[open], .bulk")
        page.get_by_role("button", name="Assign 2 cases").click()
        expect(page.locator(".toast").first).to_contain_text("2 cases given away")
        assert Case.objects.filter(owner=colleague).count() == 2
        page.keyboard.press("z")
        expect(page.locator(".toast").first).to_contain_text("Taken back for 2 cases")
        assert Case.objects.filter(owner=desk.agent).count() == len(cases)
        assert BulkRun.objects.get().undone_at is not None


def test_filters_views_and_columns_from_the_page(
    browser: Any, live_server: Any, desk: Desk
) -> None:
    open_cases(desk, 2)
    factories.make_user(first_name="Jonas")
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/queue/")
        page.keyboard.press("f")
        menu = page.locator("#filter-menu")
        menu.get_by_label("Owner").select_option(label=desk.agent.display_name)
        look(page, "queue-filter", at="#filter-menu")
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        menu.get_by_label("Owner").select_option(label=desk.agent.display_name)
        menu.get_by_role("button", name="Show").click()
        expect(page.locator(".chip")).to_contain_text(desk.agent.display_name)
        page.wait_for_load_state()  # no key is heard before
        page.keyboard.press("v")
        views = page.locator("#views-menu")
        views.get_by_label("Keep this view as").fill("Mara’s calls")
        views.get_by_label("Share with colleagues").last.check()
        views.get_by_role("button", name="Save view").click()
        expect(page.locator(".toast").first).to_contain_text("Saved as “Mara’s calls”")
        assert SavedView.objects.get().query == f"tab=us&whose=all&owner={desk.agent.pk}"
        page.keyboard.press("v")
        look(page, "queue-views", at="#views-menu")
        page.get_by_role("button", name="Columns").click()
        columns = page.locator("#columns-menu")
        columns.get_by_label("Brand").check()
        columns.get_by_label("Since").uncheck()
        columns.get_by_role("button", name="Show these").click()
        expect(page.get_by_role("columnheader", name="Brand")).to_be_visible()
        expect(page.get_by_role("columnheader", name="Since")).to_have_count(0)


def test_a_new_case_appears_without_reload(browser: Any, live_server: Any, desk: Desk) -> None:
    open_cases(desk, 1)
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/queue/")
        before = page.locator("#queue [data-row]").count()
        page.locator("#queue [name=case]").first.check()
        open_cases_of_another(desk)
        page.evaluate("htmx.ajax('GET', location.pathname, {source: '#queue', target: '#queue'})")
        expect(page.locator("#queue [data-row]")).to_have_count(before + 1)
        expect(page.locator("#queue [name=case]:checked")).to_have_count(1)
        expect(page.locator("#tab-us .count")).to_have_text(str(before + 1))


def open_cases_of_another(desk: Desk) -> None:
    desk.customer = factories.make_customer(brand=desk.brand, items=1)
    desk.contact = factories.make_contact(customer=desk.customer)
    desk.open()


def test_news_choice_and_search(browser: Any, live_server: Any, desk: Desk) -> None:
    case, colleague = desk.ask(desk.open()), factories.make_user(first_name="Jonas")
    desk.reply(case, "Please keep the marmalade factory’s lines.")
    notify(
        users=[desk.agent], kind=Kind.MENTIONED, case=case, key="event:1", by=colleague,
        detail="@mara can you call them back?", now=desk.now,
    )  # fmt: skip
    with open_desk(browser, live_server, desk.agent) as page:
        page.goto("/desk/queue/")
        bell = page.get_by_role("link", name="Your news, 2 unread")
        bell.click()
        look(page, "news")
        page.get_by_role("button", name="Jonas").first.click()
        page.wait_for_url(f"**/desk/case/{case.number}/")
        expect(page.get_by_role("link", name="Your news", exact=True)).to_be_visible()
        page.goto("/desk/notices/choice/")
        page.get_by_role("group", name="A customer wrote on my case").get_by_label("Off").check(
            force=True
        )
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".toast").first).to_contain_text("Saved")
        page.goto("/desk/search/?q=marmalade")
        expect(page.locator("mark").first).to_have_text("marmalade")
        page.goto("/desk/search/?q=nobodyofthatname")
        look(page, "search-nothing")
