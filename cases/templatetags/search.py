"""What was looked for, marked in what was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def highlighted(text: str, words: Sequence[str]) -> SafeString:
    """The text with every word that begins with one of `words` marked, all else escaped."""
    parts, at = [], 0
    for word in re.finditer(r"[^\W_]+", text or ""):
        size = max((len(w) for w in words if word.group().lower().startswith(w)), default=0)
        if size:
            middle = word.start() + size
            parts += [
                conditional_escape(text[at : word.start()]),
                format_html("<mark>{}</mark>", text[word.start() : middle]),
            ]
            at = middle
    parts.append(conditional_escape((text or "")[at:]))
    return mark_safe("".join(parts))  # noqa: S308  # every part is escaped
