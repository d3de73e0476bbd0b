"""Does the plain text of a mail say what its HTML says? Both are shown where not (THREATS 27)."""

from __future__ import annotations

import re

from notifications.inbound.html_lines import read_lines

WORD = re.compile(r"\w{2,}")
LONGEST = 200_000  # characters looked at; linear
# Layouts add words of their own ("View in browser"), and texts write links out: some may differ.
TOLERATED_SHARE = 0.2
TOLERATED_WORDS = 5


def texts_differ(text: str, html: str) -> bool:
    """Say whether more than a fifth of the words of one part are missing from the other."""
    if not text.strip() or not html.strip() or len(html) > LONGEST:
        return False
    shown = " ".join(read_lines(html).lines)
    plain, laid_out = _words(text[:LONGEST]), _words(shown)
    return _misses(plain, laid_out) or _misses(laid_out, plain)


def _words(text: str) -> set[str]:
    without_links = re.sub(r"https?://\S+|\S+@\S+", " ", text)
    return {word.casefold() for word in WORD.findall(without_links)}


def _misses(these: set[str], those: set[str]) -> bool:
    missing = len(these - those)
    return missing > TOLERATED_WORDS and missing > TOLERATED_SHARE * len(these)
