"""The desk's parts in a real browser: keys, themes, clocks, weight, every width."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from cases.templatetags._times import write_instant

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.gallery_urls"),
]
NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
AWAY = [0, 50, -700, 2400, -10_800, 40_000, -86_400, 250_000, -2_600_000, 9_000_000, -40_000_000]
BUDGET = 150 * 1024


@pytest.fixture
def gallery(live_server):
    return f"{live_server.url}/desk/gallery/"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_width_scrolls_sideways(page, gallery, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(gallery)
    assert page.get_attribute("html", "data-bs-theme") == theme
    for width in (360, 768, 1080, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_theme_is_chosen_and_kept(page, gallery):
    page.goto(gallery)
    page.click(".user-button")
    page.click("#user-menu [data-theme-choice-set=dark]")
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    page.click("[data-theme-flip]")
    assert page.get_attribute("html", "data-bs-theme") == "light"


def test_keys_press_what_carries_them(page, gallery):
    page.goto(gallery)
    page.keyboard.press("r")
    assert page.locator("dialog#restore[open]").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("r")  # a letter in a field is a letter
    assert page.input_value("input[name=q]") == "r"
    assert page.locator("dialog[open]").count() == 0


def test_j_and_k_walk_the_list_and_the_focus_goes_along(page, gallery):
    page.goto(gallery)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "4831-0911-2"
    page.keyboard.press("Enter")
    assert page.url.endswith("#4831-0911-2")


def test_a_swap_does_not_lose_the_row_that_has_the_focus(page, gallery):
    page.goto(gallery)
    page.evaluate("document.querySelector('[data-rows]').id = 'rows'")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.evaluate(
        """async () => {
          document.activeElement.dataset.old = 'yes';
          await htmx.ajax('GET', location.pathname,
            {target: '#rows', swap: 'innerHTML', select: '[data-rows] > *'});
        }"""
    )
    page.wait_for_function("document.activeElement.textContent === '4831-0688-9'")
    assert page.evaluate("document.activeElement.dataset.old") is None


def test_the_cheat_sheet_is_made_of_the_page_and_switches_keys_off(page, gallery):
    page.goto(gallery)
    page.keyboard.press("?")
    sheet = page.locator("#cheat-sheet")
    assert "Restore 14 services" in sheet.inner_text()
    sheet.locator("[data-single-keys]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.name") == "q"


def test_what_is_blocked_does_nothing_and_can_be_focused(page, gallery):
    page.goto(gallery)
    blocked = page.locator("button[aria-describedby=why-1]")
    blocked.evaluate("node => node.dataset.dialogOpen = 'restore'")
    blocked.focus()
    page.keyboard.press("Enter")
    assert page.locator("dialog[open]").count() == 0


def test_a_point_of_the_axis_says_why(page, gallery):
    page.goto(gallery)
    page.click("button[popovertarget=a1-1]")
    assert "R7" in page.locator("#a1-1").inner_text()


def test_a_toast_says_it_and_offers_to_take_it_back(page, gallery):
    page.goto(gallery)
    page.evaluate(
        "document.body.dispatchEvent(new CustomEvent('toast', {bubbles: true, "
        "detail: {text: 'Assigned', undo: '/undo/'}}))"
    )
    toast = page.locator("#toasts .toast")
    assert toast.locator("form").get_attribute("action") == "/undo/"
    toast.locator("[data-toast-close]").click()
    assert toast.count() == 0


def test_the_script_says_times_with_the_servers_words(page, gallery):
    page.goto(gallery)
    zones, forms = ["America/Chicago", "Europe/Berlin", "Asia/Kolkata"], ["smart", "in", "short"]
    wanted = {
        f"{away} {form} {zone}": write_instant(
            (NOW + timedelta(seconds=away)).astimezone(ZoneInfo(zone)),
            form=form, zone=zone, now=NOW,
        )
        for away in AWAY for form in forms for zone in zones
    }  # fmt: skip
    said = page.evaluate(
        """async ([asked, now]) => {
          const { words } = await import('/static/desk/js/times.js');
          return Object.fromEntries(asked.map((key) => {
            const [away, form, zone] = key.split(' ');
            return [key, words(new Date(now + away * 1000), form, zone, new Date(now))];
          }));
        }""",
        [list(wanted), NOW.timestamp() * 1000],
    )
    assert said == wanted


def test_a_first_visit_weighs_less_than_the_budget(gallery):
    html = Client().get("/desk/gallery/").content.decode()
    named = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', html))
    scripts = {
        f"desk/js/{p.name}" for p in (Path(settings.BASE_DIR) / "static/desk/js").glob("*.js")
    }
    parts = {name: Path(finders.find(name)).read_bytes() for name in named | scripts}
    sizes = {name: len(gzip.compress(body, 9)) for name, body in parts.items()}
    sizes["the page"] = len(gzip.compress(html.encode(), 9))
    assert sum(sizes.values()) < BUDGET, json.dumps(sizes, indent=1)
