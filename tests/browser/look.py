"""What everybody must be able to see and use, checked on any open page in one visit.

At a desk in both themes and on a phone: it fits, it can be read, axe (WCAG 2.2 AA) has nothing to
say. With LASTCALL_SHOTS=folder each form is written there as a picture.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE, WIDE = {"width": 390, "height": 800}, {"width": 1280, "height": 900}
STRICT = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WHOLE: dict[str, Any] = {"runOnly": {"type": "tag", "values": STRICT}}
# A theme changes colours alone, a width what is there and where: nothing is measured twice.
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
SHAPE: dict[str, Any] = {**WHOLE, "rules": {"color-contrast": {"enabled": False}}}
FORMS = (
    ("wide-light", WIDE, "light", WHOLE),
    ("wide-dark", WIDE, "dark", COLOURS),
    ("phone-light", PHONE, "light", SHAPE),
)
# What moves is not measured on its way, and no toast leaves while it is being looked at.
STAND_STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, *::before, *::after {
    transition: none !important; animation: none !important }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  for (const toast of document.querySelectorAll(".toast"))
    toast.dispatchEvent(new Event("pointerenter"));
}"""
# What passed fills a megabyte that nobody reads.
FIND = """async (rules) =>
  (await axe.run(document, { ...rules, resultTypes: ["violations"] })).violations"""
# The theme follows its event a frame later.
AT_REST = """() => new Promise((rest) =>
  requestAnimationFrame(() => requestAnimationFrame(rest)))"""


@cache
def read_axe() -> str:
    path = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text()


def look(page: Page, name: str) -> None:
    """Look at the open page in every form, and leave it as it was."""
    was = page.viewport_size
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(read_axe())
        page.evaluate(STAND_STILL)
    for form, size, theme, rules in FORMS:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(AT_REST)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name} is {width} px wide on a {form} of {size['width']}"
        if os.environ.get("LASTCALL_SHOTS"):
            path = f"{os.environ['LASTCALL_SHOTS']}/{name}-{form}.png"
            page.screenshot(path=path, full_page=True)
        found = page.evaluate(FIND, rules)
        said = [tell(violation) for violation in found]
        assert not said, f"{name}, {form}: {said}"
    page.emulate_media(color_scheme=None, reduced_motion=None)
    if was:
        page.set_viewport_size(was)


def tell(violation: dict[str, Any]) -> str:
    """A violation in a line: the rule, the first element, and what was measured there."""
    node = violation["nodes"][0]
    measured = [check.get("message", "") for check in node["any"]]
    return f"{violation['id']}: {node['html'][:160]} {' '.join(measured)[:300]}"
