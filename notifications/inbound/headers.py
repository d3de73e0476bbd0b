"""Read a header block and decode header values, as broken as they come (MAIL.md 1, 2).

Linear in the size of the block: nothing is searched for twice.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from notifications.inbound.charsets import decode_text, find_codec, guess_text

_HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_ENVELOPE_LINE = re.compile(rb">?From [^\r\n]*\Z")  # what mbox puts above a message
MAX_HEADERS = 2_000
MAX_VALUE = 100_000  # bytes of one header that are read
_LOOK_AHEAD = 4  # lines of junk inside a header block that are stepped over
_OPENING = re.compile(rb"=\?([!->@-~]{1,80})\?[ \t]{0,4}([bBqQ])[ \t]{0,4}\?")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_ESCAPE = re.compile(rb"[0-9A-F]{2}")
_WORD_END = re.compile(rb"[ \t\r\n]|=\?")

Header = tuple[str, bytes]


def read_headers(
    raw: bytes, start: int, end: int, *, top: bool = False
) -> tuple[list[Header], int]:
    """Return (the headers from `start`, where the body begins).

    A line that is no header continues the one above it when headers go on below (a wrapped
    parameter without its blank); otherwise it is the first line of a body whose empty line is
    missing. Above a whole message (`top`), blank lines and mbox's "From " are passed over.
    """
    found: list[tuple[str, list[bytes]]] = []
    position = start
    while position < end:
        if len(found) > MAX_HEADERS:  # `find_excess` names this; here it only ends the work
            return _join(found), _find_body(raw, position, end)
        line, following = _next_line(raw, position, end)
        first = top and not found
        match = _HEADER.match(line.lstrip() if first else line)
        if not line.strip():
            goes_on = _leads_to_headers if first else _goes_on
            if (not line and not first) or not goes_on(raw, following, end):
                return _join(found), following
        elif line[:1] in b" \t" and found:
            found[-1][1].append(line)
        elif match:
            value = (line.lstrip() if first else line)[match.end() :]
            found.append((match[1].decode("ascii"), [value]))
        elif first and _ENVELOPE_LINE.match(line):
            pass
        elif found and line[:2] != b"--" and _header_follows(raw, following, end):
            found[-1][1].append(b" " + line)
        else:
            return _join(found), position
        position = following
    return _join(found), end


def decode_header(value: bytes, *, hint: str | None = None) -> str:
    """Return a header's value as text: encoded-words, raw 8-bit bytes, folding undone.

    Raw bytes are guessed, with `hint` (the message's own charset) tried after UTF-8. The result
    may hold control characters: `sanitise.clean_line` is the caller's.
    """
    if b"=?" not in value:
        return guess_text(value, hint=hint) if not value.isascii() else _decode_ascii(value)
    pieces: list[str] = []
    run: list[_Word] = []
    plain_from = 0
    for word in _find_words(value):
        between = value[plain_from : word.start]
        if not run or between.strip(b" \t\r\n"):
            pieces.append(_decode_run(run))
            pieces.append(guess_text(between, hint=hint))
            run = []
        run.append(word)
        plain_from = word.end
    pieces.append(_decode_run(run))
    pieces.append(guess_text(value[plain_from:], hint=hint))
    return "".join(pieces)


def settle_bytes(value: bytes, hint: str | None = None) -> bytes:
    """Return a value whose raw 8-bit text is UTF-8.

    In Shift_JIS, Big5 and ISO-2022-JP a quote, a bracket or a backslash may be half a letter;
    after this, those that are left mean what they say.
    """
    if value.isascii() and b"\x1b" not in value:
        return value
    return guess_text(value, hint=hint).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    charset: str
    base64: bool
    text: bytes


def _next_line(raw: bytes, position: int, end: int) -> tuple[bytes, int]:
    """Return (the line without its ending, where the next one begins)."""
    newline = raw.find(b"\n", position, end)
    if newline < 0:
        return raw[position:end].rstrip(b"\r"), end
    return raw[position:newline].rstrip(b"\r"), newline + 1


def _header_follows(raw: bytes, position: int, end: int, *, passing_blanks: bool = False) -> bool:
    """Say whether a header line comes within a few lines, before a body or a boundary."""
    for _ in range(_LOOK_AHEAD):
        if position >= end:
            return False
        line, position = _next_line(raw, position, end)
        if line.startswith(b"--"):
            return False
        if _HEADER.match(line):
            return True
        if not line and not passing_blanks:
            return False
    return False


def _goes_on(raw: bytes, position: int, end: int) -> bool:
    """Say whether a header block goes on after a line of blanks (an obsolete folding)."""
    line, _ = _next_line(raw, position, end)
    return bool(line.strip()) and (line[:1] in b" \t" or _HEADER.match(line) is not None)


def _find_body(raw: bytes, position: int, end: int) -> int:
    match = _EMPTY_LINE.search(raw, position, end)
    return match.end() if match else end


def _leads_to_headers(raw: bytes, position: int, end: int) -> bool:
    return _header_follows(raw, position, end, passing_blanks=True)


def _join(found: list[tuple[str, list[bytes]]]) -> list[Header]:
    return [(name, b"".join(lines)[:MAX_VALUE].strip(b" \t\r\n")) for name, lines in found]


def _decode_ascii(value: bytes) -> str:
    return guess_text(value) if b"\x1b" in value else value.decode("ascii")


def _find_words(value: bytes) -> list[_Word]:
    """Find the encoded-words of a value; blanks inside and a missing end are forgiven."""
    words: list[_Word] = []
    position = 0
    terminator = -2  # where the next "?=" was last seen; -1 when there is none
    while (start := value.find(b"=?", position)) >= 0:
        position = start + 2
        opening = _OPENING.match(value, start)
        if not opening:
            continue
        body = opening.end()
        if terminator != -1 and terminator < body:
            terminator = value.find(b"?=", body)
        end = terminator if terminator != -1 else len(value)
        is_base64 = opening[2] in b"bB"
        if not is_base64:
            end = _pass_inner_mark(value, body, end)
        unfinished = value.find(b"=?", body, end)
        if unfinished >= 0:  # the next word begins before this one ended
            end = position = unfinished
        else:
            position = min(end + 2, len(value))
        name = opening[1].decode("ascii")
        text = value[body:end]
        if unfinished >= 0:
            text = text.rstrip()
            position = body + len(text)
        words.append(_Word(start, position, name, is_base64, text))
    return words


def _pass_inner_mark(value: bytes, body: int, end: int) -> int:
    """Step over a `?=` that is a question mark and an escape (`you?=20there?=`)."""
    if _ESCAPE.match(value, end + 2):
        later = value.find(b"?=", end + 2, end + 200)
        if later >= 0 and not _WORD_END.search(value, end + 2, later):
            return later
    return end


def _decode_run(run: list[_Word]) -> str:
    """Decode adjacent words; those of one charset as one, for a character may be split."""
    pieces: list[str] = []
    index = 0
    while index < len(run):
        charset = run[index].charset
        group = [run[index]]
        while index + len(group) < len(run) and run[index + len(group)].charset == charset:
            group.append(run[index + len(group)])
        data = b"".join(_word_bytes(group))
        label = charset if find_codec(charset) or "utf-7" in charset.lower() else None
        pieces.append(decode_text(data, label, allow_utf7=True)[0])
        index += len(group)
    return "".join(pieces)


def _word_bytes(group: list[_Word]) -> list[bytes]:
    texts = [word.text for word in group]
    uneven = any(len(text) % 4 for text in texts[:-1])
    if uneven and all(word.base64 for word in group) and b"=" not in b"".join(texts[:-1]):
        return [_decode_base64(b"".join(texts))]  # cut without regard to the quartets
    return [
        _decode_base64(word.text) if word.base64 else binascii.a2b_qp(word.text, header=True)
        for word in group
    ]


_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def _decode_base64(text: bytes) -> bytes:
    digits = _NOT_BASE64.sub(b"", text)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
