"""Pills, words and avatars: a state, a mail or a person in a word and a colour."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString

from cases.domain.states import State
from cases.templatetags._html import fill
from cases.templatetags._icons import QUIET, draw_icon
from notifications.models import Email

TONE_OF_TURN = {
    "us": "us", "customer": "them", "calendar": "cal", "grace": "grace", "done": "done",
}  # fmt: skip
GREY = {State.DROPPED, State.WITHDRAWN}
TONES = {
    **{s.value: "off" if s in GREY else TONE_OF_TURN[s.turn.value] for s in State},
    **TONE_OF_TURN,
}
LABELS = {state.value: state.label for state in State}
FATES = {
    "sent": ("", "check", "accepted"),
    "failed": (" is-bad", "alert-triangle", "refused"),
    "unknown": (" is-bad", "help", "unknown"),
    "stopped": ("", "x", "not sent"),
}
HUES = 6
NOBODY = fill('role="img" aria-label="{0}" title="{0}"', "Nobody")


def find_tone(value: str) -> str:
    """Return the colour of a state, a turn or a tone: us, them, cal, grace, done or off."""
    return TONES.get(value, value)


@lru_cache(maxsize=1024)
def draw_pill(tone: str, text: str) -> SafeString:
    return fill('<span class="pill tone-{}">{}</span>', tone, text)


def draw_word(tone: str, icon: str, word: str) -> SafeString:
    """A word with its icon; `tone` is a further class, with a space before it."""
    return fill('<span class="word{}">{}{}</span>', tone, draw_icon(icon), word)


def draw_delivery(email: Email) -> SafeString:
    """Return what became of a mail."""
    if email.delivery == "bounced":
        return draw_word(" is-bad", "mail-x", "came back")
    return draw_word(*FATES.get(email.status, ("", "clock", "waits")))


def draw_avatar(who: Any, *, size: str = "", beside: bool = False) -> SafeString:
    """Return a person's initials; `beside=True` where the name stands next to it anyway."""
    classes = "avatar" + (f" avatar-{size}" if size else "")
    if not who:
        named = QUIET if beside else NOBODY
        return fill('<span class="{} avatar-none" {}>–</span>', classes, named)
    name = str(getattr(who, "display_name", "") or who)
    return draw_initials(name, classes, beside=beside)


@lru_cache(maxsize=1024)
def draw_initials(name: str, classes: str, *, beside: bool) -> SafeString:
    letters = write_initials(name)
    hue = zlib.crc32(name.encode()) % HUES + 1
    if beside:
        return fill('<span class="{} hue-{}" aria-hidden="true">{}</span>', classes, hue, letters)
    return fill(
        '<span class="{} hue-{}" role="img" aria-label="{}" title="{}">{}</span>',
        classes, hue, name, name, letters,
    )  # fmt: skip


def write_initials(name: str) -> str:
    """Return one or two capitals: "FD" for Fernwood Dental."""
    words = [w for w in re.split(r"[\s._@]+", name) if w and w[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()
