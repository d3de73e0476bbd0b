"""Read `Content-Type` and `Content-Disposition` as mailers really write them.

Missing semicolons, missing closing quotes, unquoted blanks and brackets, doubled parameters,
RFC 2231 in pieces, RFC 2047 where it is forbidden (MAIL.md 8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from notifications.inbound.charsets import decode_text, guess_text
from notifications.inbound.headers import decode_header, settle_bytes

_NAME = re.compile(rb"([!#-'*+.0-9A-Z^-~-]{1,80})[ \t\r\n]{0,20}=[ \t\r\n]{0,20}")
_BETWEEN = re.compile(rb"[ \t\r\n;]+")
_TOKEN = re.compile(rb"[^;]*")
_PIECE = re.compile(r"(.+?)(?:\*(\d{1,4}))?(\*)?\Z")
_TYPE = re.compile(rb"[ \t\r\n]*([a-z0-9!#$&^_.+-]+)/([a-z0-9!#$&^_.+*-]+)", re.IGNORECASE)
_WORD = re.compile(rb"[ \t\r\n]*([A-Za-z0-9_.!#-]*)")
_MAX_PARAMETERS = 300
_MAX_VALUE = 20_000  # bytes


@dataclass(frozen=True, slots=True)
class Parameters:
    """A value such as `text/plain` or `attachment`, lower-case, with what follows it."""

    value: str
    fields: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return a parameter's decoded text, or ""."""
        return self.fields.get(name, "")


def read_type(raw: bytes, *, hint: str | None = None) -> Parameters:
    """Return a Content-Type; its value is "" when it names no type."""
    match = _TYPE.match(raw)
    if match is None:
        return Parameters("", _read_fields(raw, 0, hint))
    value = (match[1] + b"/" + match[2]).decode("ascii").lower()
    return Parameters(value, _read_fields(raw, match.end(), hint))


def read_disposition(raw: bytes, *, hint: str | None = None) -> Parameters:
    """Return a Content-Disposition; one that is only parameters has the value ""."""
    match = _WORD.match(raw)
    word = match[1] if match else b""
    end = match.end() if match else 0
    if raw[end : end + 1] in (b"=", b"*"):
        return Parameters("", _read_fields(raw, 0, hint))
    return Parameters(word.decode("ascii").lower(), _read_fields(raw, end, hint))


def read_token(raw: bytes) -> str:
    """Return the first word of a value such as Content-Transfer-Encoding, lower-case."""
    match = _WORD.match(raw)
    return match[1].decode("ascii").lower() if match else ""


def _read_fields(raw: bytes, position: int, hint: str | None) -> dict[str, str]:
    raw = settle_bytes(raw[:_MAX_VALUE], hint)
    pieces: dict[str, dict[int, tuple[bool, bytes]]] = {}
    plain: dict[str, bytes] = {}
    for _ in range(_MAX_PARAMETERS):
        found = _next_field(raw, position)
        if found is None:
            break
        name, value, position = found
        split = _PIECE.match(name)
        if split and (split[2] is not None or split[3]):
            group = pieces.setdefault(split[1], {})
            group.setdefault(int(split[2] or 0), (bool(split[3]), value))
        elif value or name not in plain:
            plain.setdefault(name, value) if plain.get(name) else plain.update({name: value})
    fields = {name: decode_header(value, hint=hint) for name, value in plain.items()}
    fields |= {name: _join_pieces(group, hint) for name, group in pieces.items()}
    return fields


def _next_field(raw: bytes, position: int) -> tuple[str, bytes, int] | None:
    """Return (name, value, where to go on), or None at the end."""
    while position < len(raw):
        if between := _BETWEEN.match(raw, position):
            position = between.end()
        if match := _NAME.match(raw, position):
            value, end = _read_value(raw, match.end())
            return match[1].decode("ascii").lower(), value, end
        following = _BETWEEN.search(raw, position)
        if following is None:
            return None
        position = following.start()
    return None


def _read_value(raw: bytes, start: int) -> tuple[bytes, int]:
    """Return (the value without its quotes, where it ends)."""
    if raw[start : start + 1] not in (b'"', b"'") or raw[start : start + 2] == b"''":
        match = _TOKEN.match(raw, start)
        end = match.end() if match else len(raw)
        value = raw[start:end].strip()
        return _cut_comment(value).strip(b'"'), end
    if raw[start : start + 1] == b"'":
        end = raw.find(b"'", start + 1)
        following = raw[end + 1 : end + 2]
        if end < 0 or following not in (b"", b";", b" ", b"\t", b"\r", b"\n"):
            match = _TOKEN.match(raw, start)
            end = match.end() if match else len(raw)
            return raw[start:end].strip(), end
        return raw[start + 1 : end], end + 1
    return _read_quoted(raw, start + 1)


_QUOTED_STEP = re.compile(rb'[^"\\]*')


def _read_quoted(raw: bytes, start: int) -> tuple[bytes, int]:
    """Read to the closing quote; a backslash escapes only a quote or another backslash."""
    pieces: list[bytes] = []
    position = start
    while position < len(raw):
        match = _QUOTED_STEP.match(raw, position)
        end = match.end() if match else len(raw)
        pieces.append(raw[position:end])
        mark = raw[end : end + 2]
        if mark[:1] != b"\\":
            return b"".join(pieces), end + 1
        pieces.append(mark[1:] if mark[1:] in (b'"', b"\\") else mark)
        position = end + 2
    return b"".join(pieces), position


_COMMENT = re.compile(rb"[ \t]\([^()]*\)\s*\Z")


def _cut_comment(value: bytes) -> bytes:
    """Drop `us-ascii (Plain text)`'s comment, but no bracket of a file name."""
    return value if b"." in value else _COMMENT.sub(b"", value)


def _join_pieces(group: dict[int, tuple[bool, bytes]], hint: str | None) -> str:
    """Join RFC 2231 pieces in their order; the first may name the charset."""
    charset: str | None = None
    data: list[bytes] = []
    extended = False
    for order, number in enumerate(sorted(group)):
        encoded, value = group[number]
        if encoded:
            if order == 0 and value.count(b"'") >= 2:
                label, _, value = value.split(b"'", 2)
                charset = label.decode("ascii", "replace") or None
            extended = True
            value = unquote_to_bytes(value)
        data.append(value)
    joined = b"".join(data)
    if b"=?" in joined and not charset:
        return decode_header(joined, hint=hint)
    if extended and charset:
        return decode_text(joined, charset)[0]
    return guess_text(joined, hint=hint)
