"""A place of the desk in its three forms. Fifteen stand on every page: drawn here, not by a
template, which would take ten times as long."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.safestring import SafeString

from cases.templatetags._html import fill, join

HERE = fill(' aria-current="{}"', "page")
MENU = '<a class="menu-item" href="{}"{}>{}{}</a>'
TAB = '<a class="tabbar-item" href="{}"{}>{}<span>{}</span>{}</a>'
WAITING = '<span class="tabbar-count">{}<span class="visually-hidden"> waiting</span></span>'
SIDE = '<a class="nav-item" href="{}" title="{}"{}{}>{}<span class="label">{}</span>{}</a>'
KEYS = ' data-key="{}" data-key-label="Go to {}" data-key-group="Go to"'
COUNT = '<span class="nav-count{}" id="count-{}">{}</span>'


@lru_cache(maxsize=256)
def draw_keys(*keys: str) -> SafeString:
    """Key caps. They are a picture: the control itself carries `data-key`."""
    caps = join(fill("<kbd>{}</kbd>", key) for key in keys)
    return fill('<span class="keys" aria-hidden="true">{}</span>', caps)


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


@lru_cache(maxsize=1024)
def draw_menu_place(place: Place) -> SafeString:
    """A line of a menu."""
    return fill(MENU, place.url, place.here, place.icon, place.label)


@lru_cache(maxsize=1024)
def draw_tab_place(place: Place, *, count: int | None) -> SafeString:
    """A place at the foot of a phone's screen, with what waits there."""
    waiting = fill(WAITING, intcomma(count)) if count else ""
    return fill(TAB, place.url, place.here, place.icon, place.label, waiting)


@lru_cache(maxsize=1024)
def draw_side_place(
    place: Place, *, name: str, count: int | None, urgent: bool, key: str
) -> SafeString:
    """A place in the sidebar; a number of zero keeps its room, for the news that may come."""
    keys = fill(KEYS, key, place.label) if key else ""
    number = ""
    if count is not None:
        number = fill(COUNT, " is-us" if urgent else "", name, intcomma(count or ""))
    return fill(SIDE, place.url, place.label, place.here, keys, place.icon, place.label, number)
