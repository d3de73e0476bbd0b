"""Small, linear helpers for looking at one line of a mail body.

Nothing here decides anything: a line is made comparable (`fold`), its quotation mark is measured,
and a body is cut into lines. All functions take time proportional to the text that they are given.
"""

from __future__ import annotations

import re
import unicodedata

# Zero-width, bidirectional and soft-hyphen characters: clients put them around names and addresses.
_INVISIBLE = dict.fromkeys((173, 65279, *range(8203, 8208), *range(8234, 8239), *range(8288, 8298)))
_SPACES = dict.fromkeys((0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000), " ")
# Arabic-Indic, Persian and full-width digits: a date is a date in every script.
_DIGITS = {start + n: str(n) for start in (0x660, 0x6F0, 0xFF10) for n in range(10)}
_HYPHENS = dict.fromkeys((0x2010, 0x2011, 0x2212), "-")
_WIDE = {0xFF1A: ":", 0xFF1C: "<", 0xFF1E: ">"}
_COMPARABLE = {**_INVISIBLE, **_SPACES, **_DIGITS, **_HYPHENS, **_WIDE}

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe"})

_INITIALS = re.compile(r"[A-Za-z]{1,4}>{1,3}(?: |$)")

# A line longer than this is a paragraph, never the furniture of a mail.
LONG_LINE = 400


def split_lines(text: str, limit: int) -> tuple[list[str], str]:
    """The first `limit` lines, and whatever is left as one string ("" when nothing is)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n", limit)
    if len(lines) > limit:
        return lines[:limit], lines[limit]
    return lines, ""


def make_comparable(line: str) -> str:
    """The line without invisible characters, with plain spaces, colons and digits, stripped."""
    if not line.isascii():
        line = line.translate(_COMPARABLE)
    return line.strip()


def fold(line: str) -> str:
    """`make_comparable` in one letter case."""
    return make_comparable(line).casefold()


def spell_plainly(words: str) -> tuple[str, ...]:
    """The words as they are, in ASCII without their accents, and with German umlauts as "ae"."""
    if words.isascii():
        return (words,)
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    german = words.translate(_UMLAUTS)
    return (words, *(spelled for spelled in (plain, german) if spelled.isascii()))


def is_blank(line: str) -> bool:
    """True when a reader would see nothing here."""
    if not line or line.isspace():
        return True
    return not line.isascii() and len(line) <= LONG_LINE and not make_comparable(line)


def is_quoted(line: str) -> bool:
    """True for a line that a client marked as quoted: `> x`, `&gt; x`, `AB> x`, `| x`."""
    head = line[:80].lstrip(" \t\u00a0\ufeff\u200b\u200e\u200f\u202a\u202b")
    if not head:
        return False
    first = head[0]
    if first == ">":
        return True
    if first == "|":
        # `| cell | cell |` is a table and `||` an operator; `| text` is an old client's quotation.
        return head[1:2] in ("", " ") and "|" not in line.rstrip()[1:].lstrip(" |")
    if first == "&":
        return head.startswith("&gt;")
    return first.isalpha() and _INITIALS.match(head) is not None


def strip_quote_marks(line: str) -> str:
    """The line without the quotation marks at its start."""
    return line.replace("&gt;", ">", 1).lstrip(" \t>|\u00a0") if is_quoted(line) else line


def trim_blank_ends(lines: list[str]) -> list[str]:
    """The lines without blank ones at either end."""
    start, end = 0, len(lines)
    while start < end and is_blank(lines[start]):
        start += 1
    while end > start and is_blank(lines[end - 1]):
        end -= 1
    return lines[start:end]
