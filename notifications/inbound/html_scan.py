"""Look at the shape of HTML in one pass, before a parser builds its tree (THREATS 29, 30).

Measured on nh3: 256 KB of unclosed or misnested formatting cost it 6 s, bare ampersands 1 s.
"""

from __future__ import annotations

import re

MAX_DEPTH = 200
MAX_MISNESTED = 1_000
MAX_AMPERSANDS = 40_000
MAX_TAGS = 50_000
MAX_ATTRIBUTES = 200  # of one tag: a parser compares each with each

_VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "command",
        "embed",
        "frame",
        "hr",
        "image",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# Their end tags may be left out; the parser closes them, so they build no depth.
_OPTIONAL_END = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "rp",
        "rt",
        "html",
        "head",
        "body",
    ]
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,63})|<!--")
_ATTRIBUTE_START = re.compile(r"(?<=[\s/])[^\s/>=]")  # one step each: no run is read twice


def find_html_excess(html: str) -> str:
    """Return why this HTML is not given to a parser, in plain words, or ""."""
    if html.count("&") > MAX_AMPERSANDS:
        return "the HTML holds too many entities"
    if html.count("<") > MAX_TAGS:
        return "the HTML holds too many tags"
    stack: list[str] = []
    misnested = position = 0
    while match := _TAG.search(html, position):
        name = match[2]
        if name is None:
            position = _skip_comment(html, match.end())
            continue
        position, attributes = _skip_tag(html, match.end())
        if attributes > MAX_ATTRIBUTES:
            return "a tag of the HTML has too many attributes"
        name = name.lower()
        if name in _VOID or name in _OPTIONAL_END:
            continue
        if match[1]:
            misnested += _close_tag(stack, name)
        elif html[position - 2 : position] != "/>" or name not in ("svg", "math", "path"):
            stack.append(name)
        if len(stack) > MAX_DEPTH or misnested > MAX_MISNESTED:
            return "the HTML is nested too deeply"
    return ""


def _close_tag(stack: list[str], name: str) -> int:
    """Take `name` off the stack; return 1 when it did not close what was open last."""
    if stack and stack[-1] == name:
        stack.pop()
        return 0
    for index in range(len(stack) - 1, max(-1, len(stack) - 12), -1):
        if stack[index] == name:
            del stack[index]
            break
    return 1


def _skip_comment(html: str, start: int) -> int:
    end = html.find("-->", start)
    return len(html) if end < 0 else end + 3


def _skip_tag(html: str, start: int) -> tuple[int, int]:
    """Return (where the tag ends, how many attributes it may have), quotes respected."""
    end = html.find(">", start)
    if end < 0:
        return len(html), _count_attributes(html, start, len(html))
    if "=" not in html[start:end]:
        return end + 1, _count_attributes(html, start, end)
    position = start
    attributes = 0
    while True:
        quote = _find_quoted_value(html, position, end)
        if quote is None:
            return end + 1, attributes + _count_attributes(html, position, end)
        opening, mark = quote
        attributes += _count_attributes(html, position, opening)
        closing = html.find(mark, opening + 1)
        if closing < 0:
            return len(html), attributes
        position = closing + 1
        if position > end:
            end = html.find(">", position)
            if end < 0:
                return len(html), attributes


_VALUE_QUOTE = re.compile(r"=\s*([\"'])")


def _find_quoted_value(html: str, start: int, end: int) -> tuple[int, str] | None:
    match = _VALUE_QUOTE.search(html, start, end)
    return (match.end() - 1, match[1]) if match else None


def _count_attributes(html: str, start: int, end: int) -> int:
    return sum(1 for _ in _ATTRIBUTE_START.finditer(html, start, end))
