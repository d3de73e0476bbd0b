"""Look at a raw message in one pass, before anything parses it (THREATS 23, 25; G3).

A message over a limit is kept whole and quarantined with the cause; a person sees it.
"""

from __future__ import annotations

import re

from notifications.inbound.mime import MAX_DEPTH, MAX_PARTS, split_message

MAX_BYTES = 50_000_000
MAX_HEADER_BYTES = 256_000
MAX_HEADERS = 1_000
MAX_HEADER_LINE = 100_000  # bytes of one header, folding included
MAX_ENCODED_WORDS = 1_000
MAX_COMMENT_DEPTH = 20
MAX_HOPS = 100

_BODY = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_BRACKET = re.compile(rb"[()]")
_BOUNDARY_LINE = b"\n--"


def find_excess(raw: bytes) -> str | None:
    """Return the cause for quarantine in plain words, or None when the message may be parsed."""
    if len(raw) > MAX_BYTES:
        return f"the message is larger than {MAX_BYTES // 1_000_000} MB"
    return _check_headers(raw) or _check_parts(raw)


def _check_headers(raw: bytes) -> str | None:
    end = _BODY.search(raw, len(raw) - len(raw.lstrip()), MAX_HEADER_BYTES + 2)
    if end is None and len(raw) > MAX_HEADER_BYTES and _FIELD.match(raw.lstrip()[:1_000]):
        return f"the headers are larger than {MAX_HEADER_BYTES // 1_000} KB"
    block = raw[: end.start()] if end else raw[:MAX_HEADER_BYTES]
    names = list(_FIELD.finditer(block))
    fields = [match.start() for match in names]
    if len(fields) > MAX_HEADERS:
        return f"the message has more than {MAX_HEADERS} headers"
    if any(
        b - a > MAX_HEADER_LINE for a, b in zip(fields, [*fields[1:], len(block)], strict=False)
    ):
        return f"a header is longer than {MAX_HEADER_LINE // 1_000} KB"
    if block.count(b"=?") > MAX_ENCODED_WORDS:
        return f"the headers hold more than {MAX_ENCODED_WORDS} encoded words"
    if sum(match[1].lower() == b"received" for match in names) > MAX_HOPS:
        return f"the message went through more than {MAX_HOPS} servers: it is in a loop"
    return _check_comments(block, fields)


def _check_comments(block: bytes, fields: list[int]) -> str | None:
    """Count how deep brackets nest within each header."""
    if block.count(b"(") <= MAX_COMMENT_DEPTH:
        return None
    bounds = iter([*fields[1:], len(block)])
    bound = next(bounds, len(block))
    depth = 0
    for bracket in _BRACKET.finditer(block):
        while bracket.start() >= bound:
            bound, depth = next(bounds, len(block)), 0
        depth = depth + 1 if bracket[0] == b"(" else max(0, depth - 1)
        if depth > MAX_COMMENT_DEPTH:
            return f"a header nests more than {MAX_COMMENT_DEPTH} brackets"
    return None


def _check_parts(raw: bytes) -> str | None:
    """Count levels and parts; the tree is only built where cheap counts leave a doubt."""
    folded = raw.lower()
    containers = folded.count(b"boundary") + folded.count(b"message/")
    if raw.count(_BOUNDARY_LINE) < MAX_PARTS and containers < MAX_DEPTH:
        return None
    _, excess = split_message(raw, into_messages=True)
    return excess or None
