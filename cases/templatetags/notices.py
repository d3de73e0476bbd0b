"""One piece of news, as its reader reads it."""

from __future__ import annotations

from django import template

from cases.actions.digest import say
from cases.domain.notice_words import ICONS
from cases.domain.notices import Notice as Kind
from cases.models import Notice

register = template.Library()


@register.filter
def news_text(notice: Notice, locale: str) -> str:
    """The sentence, in the reader's language."""
    return say(notice, locale)


@register.filter
def news_icon(notice: Notice) -> str:
    return ICONS[Kind(notice.kind)]
