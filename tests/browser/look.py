"""What everybody must be able to see and use, checked on any open page in one visit.

At a desk in both themes and on a phone: it fits, it can be read, axe (WCAG 2.2 AA) has nothing to
say. With LASTCALL_SHOTS=folder each form is written there as a picture.
"""

from __future__ import annotations

import base64
import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE, WIDE = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
STRICT = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WHOLE: dict[str, Any] = {"runOnly": {"type": "tag", "values": STRICT}}
LONGEST = 1400  # px; a picture shows no more of a page
# A theme changes colours alone, a width what is there and where: nothing is measured twice.
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
SHAPE: dict[str, Any] = {**WHOLE, "rules": {"color-contrast": {"enabled": False}}}
FORMS = (
    ("wide-light", WIDE, "light", WHOLE),
    ("wide-dark", WIDE, "dark", COLOURS),
    ("phone-light", PHONE, "light", SHAPE),
)
# What stands around every page of the desk, and what is closed: once in a visit is enough.
FRAME = "aside.side, header.top, nav.tabbar, dialog:not([open]), [popover]:not(:popover-open)"
# What moves is not measured on its way, and no toast leaves while it is being looked at.
STAND_STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, *::before, *::after {
    transition: none !important; animation: none !important }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  for (const toast of document.querySelectorAll(".toast"))
    toast.dispatchEvent(new Event("pointerenter"));
}"""
# The theme follows its event a frame later.
AT_REST = """() => new Promise((rest) =>
  requestAnimationFrame(() => requestAnimationFrame(rest)))"""
# Inks on grounds that axe has found readable in this process, each on some page. What it cannot
# judge, and what lies freely over others, is measured on so many pages.
_readable: set[str] = set()
_doubtful: Counter[str] = Counter()
DOUBTS = 6


@cache
def read_axe() -> str:
    path = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text()


@cache
def read_script() -> str:
    return Path(__file__).with_suffix(".js").read_text()


def look(page: Page, name: str, *, at: str = "", frame: bool = False) -> None:
    """Look at the open page in every form, and leave it as it was.

    `at` is a selector: axe looks at these parts alone, where the rest was looked at before.
    `frame` takes in what stands around every page of the desk.
    """
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
            take_picture(page, Path(os.environ["LASTCALL_SHOTS"]) / f"{name}-{form}.webp")
        found = page.evaluate(read_script(), {
            "rules": rules, "at": at, "frame": "" if at or frame else FRAME, "known": [*_readable],
        })  # fmt: skip
        said = [tell(violation) for violation in found["said"]]
        assert not said, f"{name}, {form}: {said}"
        _doubtful.update(found["unsure"])
        _readable.update(found["sure"], (d for d in found["unsure"] if _doubtful[d] >= DOUBTS))
    page.emulate_media(color_scheme=None, reduced_motion=None)
    if was:
        page.set_viewport_size(was)


def take_picture(page: Page, path: Path) -> None:
    """Write the whole page as WebP, a fifth of the size of a PNG; Playwright itself cannot."""
    page.evaluate("document.fonts.ready")
    devices = page.context.new_cdp_session(page)
    shown = devices.send("Page.getLayoutMetrics")["cssContentSize"]
    clip = {
        **shown,
        "height": min(shown["height"], LONGEST),
        "scale": 1 if shown["width"] <= PHONE["width"] else 0.75,
    }
    options = {"format": "webp", "quality": 60, "captureBeyondViewport": True, "clip": clip}
    taken = devices.send("Page.captureScreenshot", options)
    # It ends with the page: one that ended sooner would take the browser’s test passkeys with it.
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(taken["data"]))


def tell(violation: dict[str, Any]) -> str:
    """A violation in a line: the rule, the first element, and what was measured there."""
    measured = [check.get("message", "") for check in violation["any"]]
    return f"{violation['id']}: {violation['html'][:160]} {' '.join(measured)[:300]}"
