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
_MAX_TAG_LENGTH = 20_000
_MAX_REMEMBERED = 500

_MAY_OPEN = re.compile(r"<[a-zA-Z/!?]")
_NAME = re.compile(r"[a-zA-Z][^\s/>]{0,80}")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][\w:.-]{0,60})\s{0,9}=\s{0,9}(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
# What these hold is no text of the mail's.
_RAW = frozenset(("script", "style", "title", "textarea", "xmp", "noscript", "template", "iframe"))


@dataclass(slots=True, eq=False)
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
    """Tags and the raw text between them, in order. Comments, scripts and styles are left out.

    Tags that are written alike are one and the same object.
    """
    head = html[:MAX_HTML_LENGTH]
    finder = _Finder(head)
    remembered: dict[str, Tag] = {}
    at, tags, end = 0, 0, len(head)
    while at < end and tags < MAX_TAGS:
        match = _MAY_OPEN.search(head, at)
        if match is None or finder.find(">", match.start()) < 0:
            yield head[at:]
            at = end
            break
        opened = match.start()
        if opened > at:
            yield head[at:opened]
        after, tag = _read_tag(finder, opened, remembered)
        tags += 1
        if tag is None:
            if after == opened:  # a "<" that opens nothing
                yield "<"
                after = opened + 1
            at = after
            continue
        at = after
        if tag.name in _RAW and not tag.closing:
            at = _skip_raw(finder, tag.name, after)
            continue
        yield tag
    rest = head[at:] + html[MAX_HTML_LENGTH:]
    if rest:
        yield _ANY_TAG.sub("\n", rest)


def _read_tag(finder: _Finder, opened: int, remembered: dict[str, Tag]) -> tuple[int, Tag | None]:
    """Where the scan goes on, and the tag; `opened` itself when nothing is opened there."""
    html = finder.html
    mark = html[opened + 1 : opened + 2]
    if mark in ("!", "?"):
        return _skip_declaration(finder, opened), None
    closing = mark == "/"
    named = _NAME.match(html, opened + 1 + closing)
    if named is None or _is_no_name(named.group()):
        return opened, None
    end = _end_of_tag(finder, opened)
    if end == opened:
        return opened, None
    source = html[opened + 1 : end - 1]
    tag = remembered.get(source)
    if tag is None:
        tag = _parse_tag(named.group().lower(), source, closing=closing)
        if len(remembered) < _MAX_REMEMBERED and len(source) < 500:
            remembered[source] = tag
    return end, tag


def _is_no_name(name: str) -> bool:
    """An address or a link in angle brackets that nobody escaped."""
    return (":" in name and name[:5].lower() in ("http:", "https", "mailt")) or "@" in name


def _parse_tag(name: str, source: str, *, closing: bool) -> Tag:
    tag = Tag(name, closing)
    if closing:
        return tag
    source = source[:4000]
    if "=" in source:
        tag.attributes = {
            match.group(1).lower(): match.group(2).strip("\"'")
            for match in _ATTRIBUTE.finditer(source)
        }
    if "hidden" in source and "hidden" in source.split():
        tag.attributes["hidden"] = ""
    return tag


def _skip_declaration(finder: _Finder, opened: int) -> int:
    if finder.html.startswith("<!--", opened):
        closed = finder.find("-->", opened + 4)
        if closed >= 0:
            return closed + 3
    closed = finder.find(">", opened + 1)
    return closed + 1 if closed >= 0 else opened


def _end_of_tag(finder: _Finder, opened: int) -> int:
    """The place behind the ">" that closes the tag, quotes respected; `opened` if none does."""
    closed = finder.find(">", opened + 1)
    if closed < 0:
        return opened
    html = finder.html
    at = opened + 1
    if html.count('"', at, closed) % 2 == 0 and html.count("'", at, closed) % 2 == 0:
        return closed + 1
    while (quote := _first_quote(html, at, closed)) >= 0:
        match = finder.find(html[quote], quote + 1)
        if match < 0 or match - opened > _MAX_TAG_LENGTH:
            break
        at = match + 1
        if at > closed:
            following = finder.find(">", at)
            if following < 0:
                break
            closed = following
    return closed + 1


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
