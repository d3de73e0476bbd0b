"""Browsers: which somebody signed in with before, and what they are called.

Wrong passwords are counted per person, so a stranger could lock a colleague out by guessing. A
browser that has signed in as this person is counted for itself: strangers use up their own tries,
never its (THREATS 47).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "lastcall_browser"
LASTS = timedelta(days=180)
SALT = "browsers that have signed in"
MOST_PEOPLE = 8  # at one shared computer
BROWSERS = ("Edg", "Firefox", "Chrome", "Safari")  # in this order: each names those after it
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
SPOKEN = {"Edg": "Edge", "Mac OS": "macOS"}


def find_known_browser(request: HttpRequest, *, user_id: int) -> str | None:
    """Return the id of this browser, if this person has signed in with it."""
    known = _read(request)
    return known["id"] if user_id in known["users"] else None


def remember_browser(request: HttpRequest, response: HttpResponse, *, user_id: int) -> None:
    """Note in the browser that this person signed in with it."""
    known = _read(request)
    others = [other for other in known["users"] if other != user_id]
    known["users"] = [*others, user_id][-MOST_PEOPLE:]
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=SALT),
        max_age=LASTS,
        path="/accounts/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def describe_browser(user_agent: str) -> str:
    """Return such as "Firefox on Windows"; what says neither is shown as it is, cut short."""
    browser = next((name for name in BROWSERS if name in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    words = [SPOKEN.get(name, name) for name in (browser, system) if name]
    return " on ".join(words) or user_agent[:60] or "Unknown browser"


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {"id": secrets.token_hex(8), "users": []}
