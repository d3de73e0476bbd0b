"""A place of the desk in its three forms. Fifteen stand on every page: drawn here, not by a
template, which would take ten times as long."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.safestring import SafeString

HERE = format_html(' aria-current="{}"', "page")
MENU = '<a class="menu-item" href="{}"{}>{}{}</a>'
TAB = '<a class="tabbar-item" href="{}"{}>{}<span>{}</span>{}</a>'
WAITING = '<span class="tabbar-count">{}<span class="visually-hidden"> waiting</span></span>'
SIDE = '<a class="nav-item" href="{}" title="{}"{}{}>{}<span class="label">{}</span>{}</a>'
KEYS = ' data-key="{}" data-key-label="Go to {}" data-key-group="Go to"'
COUNT = '<span class="nav-count{}" id="count-{}">{}</span>'


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a link leads; `is_here` says that the page is that place."""

    url: str
    label: str
    icon: SafeString
    is_here: bool

    @property
    def here(self) -> str:
        return HERE if self.is_here else ""


def draw_menu_place(place: Place) -> SafeString:
    """A line of a menu."""
    return format_html(MENU, place.url, place.here, place.icon, place.label)


def draw_tab_place(place: Place, *, count: int | None) -> SafeString:
    """A place at the foot of a phone's screen, with what waits there."""
    waiting = format_html(WAITING, intcomma(count)) if count else ""
    return format_html(TAB, place.url, place.here, place.icon, place.label, waiting)


def draw_side_place(
    place: Place, *, name: str, count: int | None, urgent: bool, key: str
) -> SafeString:
    """A place in the sidebar; a number of zero keeps its room, for the news that may come."""
    keys = format_html(KEYS, key, place.label) if key else ""
    number = ""
    if count is not None:
        number = format_html(COUNT, " is-us" if urgent else "", name, intcomma(count or ""))
    return format_html(
        SIDE, place.url, place.label, place.here, keys, place.icon, place.label, number
    )
