"""Cut HTML into tags and text in one pass, in time proportional to its length.

Mail HTML is never well formed and may be hostile, so nothing is parsed into a tree: a tag is found,
its end is found, and the scan goes on behind it. What looks like a tag but is none ("a < b",
"<ann@example.com>") is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Beyond these, structure is no longer looked at and what is left becomes text (THREATS 29).
MAX_HTML_LENGTH = 256 * 1024
MAX_TAGS = 20_000

_NAME = re.compile(r"[a-zA-Z][^\s/>]{0,80}")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][\w:.-]{0,60})\s{0,9}=\s{0,9}(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_ANY_TAG = re.compile(r"<[^<>]*>")
# What these hold is no text of the mail's.
_RAW = frozenset(("script", "style", "title", "textarea", "xmp", "noscript", "template", "iframe"))


@dataclass(slots=True)
class Tag:
    """One tag: `name` in lower case, `closing` for `</name>`, attributes with lower-case names."""

    name: str
    closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


class _Finder:
    """Looks for characters from moving places; never searches twice for what is not there."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._absent: set[str] = set()

    def find(self, what: str, at: int) -> int:
        """The next place of `what` at or after `at`, or -1. `at` must not go back once -1 came."""
        if what in self._absent:
            return -1
        found = self.html.find(what, at)
        if found < 0:
            self._absent.add(what)
        return found


def read_tags(html: str) -> Iterator[Tag | str]:
    """Tags and the raw text between them, in order. Comments, scripts and styles are left out."""
    head = html[:MAX_HTML_LENGTH]
    finder = _Finder(head)
    at, tags, end = 0, 0, len(head)
    while at < end and tags < MAX_TAGS:
        opened = finder.find("<", at)
        if opened < 0:
            break
        if opened > at:
            yield head[at:opened]
        after, tag = _read_tag(finder, opened)
        if tag is None:
            if after == opened:  # a "<" that opens nothing
                yield "<"
                after = opened + 1
            at = after
            continue
        tags += 1
        at = after
        if tag.name in _RAW and not tag.closing:
            at = _skip_raw(finder, tag.name, after)
            continue
        yield tag
    rest = head[at:] + html[MAX_HTML_LENGTH:]
    if rest:
        yield _ANY_TAG.sub("\n", rest) if "<" in rest else rest


def _read_tag(finder: _Finder, opened: int) -> tuple[int, Tag | None]:
    """Where the scan goes on, and the tag; `opened` itself when there is neither tag nor comment."""
    html = finder.html
    if html.startswith("<!--", opened):
        closed = finder.find("-->", opened + 4)
        return (closed + 3, None) if closed >= 0 else (_end_of_tag(finder, opened), None)
    if html.startswith(("<!", "<?"), opened):
        return _end_of_tag(finder, opened), None
    closing = html.startswith("</", opened)
    named = _NAME.match(html, opened + 1 + closing)
    if named is None or "@" in named.group() or named.group().lower().startswith(("http:", "https:")):
        return opened, None
    end = _end_of_tag(finder, opened)
    if end == opened:
        return opened, None
    source = html[named.end() : min(end - 1, named.end() + 4000)]
    attributes = {} if closing or "=" not in source else _read_attributes(source)
    if "hidden" in source and not closing and "hidden" in source.lower().split():
        attributes["hidden"] = ""
    return end, Tag(named.group().lower(), closing, attributes)


def _end_of_tag(finder: _Finder, opened: int) -> int:
    """The place behind the ">" that closes the tag, quotes respected; `opened` if none does."""
    at = opened + 1
    closed = finder.find(">", at)
    if closed < 0:
        return opened
    html = finder.html
    while True:
        quote = _first_quote(html, at, closed)
        if quote < 0:
            return closed + 1
        match = finder.find(html[quote], quote + 1)
        if match < 0 or match - opened > 20_000:
            return closed + 1
        at = match + 1
        if at > closed:
            following = finder.find(">", at)
            if following < 0:
                return closed + 1
            closed = following


def _first_quote(html: str, at: int, end: int) -> int:
    """The first quotation mark that opens an attribute's value: one behind an equals sign."""
    while True:
        equals = html.find("=", at, end)
        if equals < 0:
            return -1
        mark = equals + 1
        while mark < end and html[mark] in " \t\r\n":
            mark += 1
        if mark < end and html[mark] in "\"'":
            return mark
        at = mark


def _skip_raw(finder: _Finder, name: str, at: int) -> int:
    closing = finder.find(f"</{name}", at)
    if closing < 0:
        closing = finder.find(f"</{name.upper()}", at)
    if closing < 0:
        return at
    end = finder.find(">", closing)
    return end + 1 if end >= 0 else len(finder.html)


def _read_attributes(source: str) -> dict[str, str]:
    return {
        match.group(1).lower(): match.group(2).strip("\"'")
        for match in _ATTRIBUTE.finditer(source)
    }
