"""Icons as inline SVG: a page carries the dozen that it shows and no webfont of five thousand."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from cases.templatetags._html import fill

FOLDER = Path("node_modules/@tabler/icons/icons")
NAME = re.compile(r"[a-z0-9-]+")
MISSING = fill('<circle cx="{0}" cy="{0}" r="3"/>', 12)
QUIET = fill("aria-hidden={}", "true")
BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


class UnknownIcon(LookupError):
    """No icon of that name is installed."""


@lru_cache(maxsize=512)
def read_icon(name: str, style: str) -> SafeString:
    """Return the drawing inside the `<svg>` of a Tabler icon; `style` is outline or filled.

    Raises UnknownIcon.
    """
    path = Path(settings.BASE_DIR) / FOLDER / style / f"{name}.svg"
    if not NAME.fullmatch(name) or not path.is_file():
        raise UnknownIcon(f"no {style} icon “{name}” in {FOLDER}; is `npm ci` done?")
    text = path.read_text("utf-8")
    inside = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    return mark_safe(" ".join(BOX.sub("", inside).split()))  # noqa: S308 - the package's own drawing


def find_icon(name: str, style: str) -> SafeString:
    """Return the drawing; a missing one breaks a page in development, never in production."""
    try:
        return read_icon(name, style)
    except UnknownIcon:
        if settings.DEBUG:
            raise
        return MISSING


@lru_cache(maxsize=1024)
def draw_icon(name: str, *, filled: bool = False, label: str = "", size: str = "") -> SafeString:
    """Return the icon as inline SVG; silent for screen readers unless it has a `label`."""
    named = fill('role="img" aria-label="{}"', label) if label else QUIET
    classes = "icon" + (" icon-filled" if filled else "") + (f" icon-{size}" if size else "")
    return fill(
        '<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>',
        classes, named, find_icon(name, "filled" if filled else "outline"),
    )  # fmt: skip
