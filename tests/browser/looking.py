"""Looking at a page as everybody might: at every width, in both themes, by axe."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from django.conf import settings

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCREENS = ((1280, "light"), (1280, "dark"), (390, "light"))
SHOTS = os.environ.get("LASTCALL_SHOTS")  # a folder for pictures, when somebody wants to see


@cache
def _read_axe() -> str:
    return AXE.read_text("utf-8")


def look_at(page: Any, what: str) -> None:
    """Assert that the page fits each screen, and that axe finds nothing to say in either theme."""
    for width, theme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (what, width)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{what}-{width}-{theme}.png", full_page=True)
        if (width, theme) == SCREENS[0]:
            continue  # the other two show everything that this one does
        page.evaluate(_read_axe())
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES
        )
        said = [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]]
        assert said == [], (what, width, theme)
    page.set_viewport_size({"width": 1280, "height": 900})
