"""The parts of a page's frame: drawn once by their templates, and kept by all that they show.

A template gets these facts and nothing else, so that a kept part can be neither out of date nor
another person's. The token of its forms is put in afterwards.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from cases.templatetags._addresses import find_address_or_none
from cases.templatetags._html import safe

PLACES = tuple(
    f"desk:{name}"
    for name in ("queue", "todos", "board", "mailroom", "outbox", "search", "reports", "policies",
                 "health", "data")
)  # fmt: skip
MARK = "\ue000token\ue000"  # stands for the token in a kept part


@dataclass(frozen=True, kw_only=True)
class Person:
    """What the menu of who is signed in says of them."""

    name: str
    role: str
    zone: str
    is_staff: bool
    is_away: bool


@dataclass(frozen=True, kw_only=True)
class Places:
    """What the sidebar says: the address of the place that the page belongs to, what waits in
    each (None where nothing was counted), and which places are for this person."""

    here: str
    queue: int | None
    todos: int | None
    mailroom: int | None
    supervises: bool
    manages_data: bool


def draw_part(name: str, context: Context) -> SafeString:
    """Return the part `name` of the components for who reads this page."""
    facts = read_person(context) if name == "user_menu" else read_places(context)
    draw = keep_part.__wrapped__ if settings.DEBUG else keep_part  # templates are being written
    text = draw(name, facts, get_script_prefix())
    return SafeString(text.replace(MARK, safe(context.get("csrf_token", ""))))


@lru_cache(maxsize=1024)
def keep_part(name: str, facts: Person | Places, _prefix: str) -> str:
    return render_to_string(f"desk/components/{name}.html", asdict(facts) | {"csrf_token": MARK})


def read_person(context: Context) -> Person:
    user, standing = context["user"], read_standing(context)
    return Person(
        name=user.display_name,
        role=user.get_role_display(),
        zone=user.timezone,
        is_staff=user.is_staff,
        is_away=bool(standing and standing.away),
    )


def read_places(context: Context) -> Places:
    path = getattr(context.get("request"), "path", "")
    places = filter(None, map(find_address_or_none, PLACES))
    standing, may = read_standing(context), context.get("may") or {}
    return Places(
        here=next((url for url in places if path.startswith(url)), ""),
        queue=standing.queue if standing else None,
        todos=standing.todos if standing else None,
        mailroom=standing.mailroom if standing else None,
        supervises=may.get("settings_read", False),
        manages_data=may.get("data_manage", False),
    )


def read_standing(context: Context) -> Any:
    """The person's numbers (`cases.queries.standing`), where the page has them."""
    return (context.get("desk") or {}).get("standing")
