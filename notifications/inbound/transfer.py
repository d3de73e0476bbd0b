"""Undo a part's transfer encoding and keep whatever decodes (MAIL.md 8). Never raises."""

from __future__ import annotations

import binascii
import re

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET = bytes(set(range(256)) - set(_ALPHABET) - {0x3D})
_PADDING = re.compile(rb"=+")
_SOFT_BREAK = re.compile(rb"=[ \t]{1,70}(?=\r?\n)")
_BLANKS = b"\r\n\t \x0b\x0c"
_SENTENCE_LINES = 6
_MAX_UU_PROBLEMS = 100

_BASE64 = {"base64", "base-64", "b64", "b", "x-base64"}
_QUOTED = {"quoted-printable", "quotedprintable", "quoted", "qp", "q", "quoted-printible"}
_UU = {"x-uuencode", "uuencode", "x-uue", "uue", "x-uu"}


def decode_transfer(data: bytes, encoding: str, *, is_text: bool) -> tuple[bytes, str]:
    """Return (decoded bytes, problem). An unknown encoding leaves the bytes as they are."""
    if encoding in _BASE64:
        return _decode_base64(data, is_text=is_text)
    if encoding in _QUOTED:
        return _decode_quoted(data), ""
    if encoding in _UU:
        return _decode_uu(data)
    if not encoding or encoding in {"7bit", "8bit", "binary", "7-bit", "8-bit", "8bits"}:
        return data, ""
    return data, f"unknown transfer encoding {encoding[:40]!r}"


def is_encoded(encoding: str) -> bool:
    """Say whether this encoding hides the bytes (as base64 does)."""
    return encoding in _BASE64 or encoding in _QUOTED


def _decode_base64(data: bytes, *, is_text: bool) -> tuple[bytes, str]:
    if is_text and _is_prose(data):
        return data, "text labelled as base64"
    digits = data.translate(None, _NOT_ALPHABET)
    damaged = len(digits) != len(data.translate(None, _BLANKS))
    first, *later = _PADDING.split(digits)
    if later and later != [b""] and not _is_continued(data):
        later = []  # what follows the padding is a footer, not another piece
    pieces: list[bytes] = []
    for run in (first, *later):
        odd = len(run) % 4 == 1
        damaged = damaged or odd
        whole = run[:-1] if odd else run
        pieces.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(pieces), "damaged base64" if damaged else ""


def _is_continued(data: bytes) -> bool:
    """Say whether everything after the first padding is base64 as well."""
    end = _PADDING.search(data)
    rest = data[end.end() :] if end else b""
    lines = [line.strip() for line in rest.splitlines()[:20] if line.strip()]
    return all(not line.translate(None, _ALPHABET + b"=") for line in lines)


def _is_prose(data: bytes) -> bool:
    """Say whether text was only labelled as base64: its lines hold blanks between words."""
    lines = [line.strip() for line in data[:4_000].splitlines() if line.strip()]
    lines = lines[:_SENTENCE_LINES]
    return bool(lines) and sum(1 for line in lines if b" " in line) * 2 > len(lines)


def _decode_quoted(data: bytes) -> bytes:
    return binascii.a2b_qp(_SOFT_BREAK.sub(b"=", data))


def _decode_uu(data: bytes) -> tuple[bytes, str]:
    pieces: list[bytes] = []
    problems = 0
    for line in data.splitlines():
        if line.startswith(b"begin ") or not line.strip():
            continue
        if line.strip() == b"end" or problems > _MAX_UU_PROBLEMS:
            break
        digits = (((line[0] - 32) & 63) * 4 + 5) // 3  # as many as the line says that it has
        try:
            piece = binascii.a2b_uu(line[: digits + 1])
            pieces.append(piece[: (len(line) - 1) * 3 // 4 + 1])  # it fills short lines up
        except binascii.Error:
            problems += 1
    return b"".join(pieces), "damaged uuencode" if problems else ""
