"""Colleagues who are called by name in a note: ``@mara`` means the person who signs in as mara."""

from __future__ import annotations

import re

# Not inside a word, so that an email address calls nobody.
MENTION = re.compile(r"(?<![\w@.+-])@([\w.+-]{1,150})", re.UNICODE)


def find_mentions(text: str) -> list[str]:
    """The names that are called, in lower case, each once, in order."""
    names = (name.rstrip(".+-").lower() for name in MENTION.findall(text))
    return list(dict.fromkeys(name for name in names if name))
