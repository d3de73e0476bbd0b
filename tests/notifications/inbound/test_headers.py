"""Header blocks and encoded-words, as broken as they come."""

from __future__ import annotations

import pytest

from notifications.inbound.headers import decode_header, read_headers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?UTF-8?B?w7w=?=", "ü"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\r\n\t=?iso-8859-1?q?=FC?=", "aü"),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= mid =?utf-8?q?b?=", "a mid b"),
        ("Re:=?utf-8?q?_a?=", "Re: a"),
        ("=?utf-8*en?q?a?=", "a"),
        ("=?utf-8?q?=c3?= =?utf-8?q?=bc?=", "ü"),
        ("=?utf-8?b?w7?= =?utf-8?b?w=?=", "ü"),
        ("=?utf-8?b?w7w?=", "ü"),
        ("=?utf-8?b?w7w=*!?=", "ü"),
        ("=?utf-8?q?has blanks inside?= x", "has blanks inside x"),
        ("=?utf-8?q?why?=20not?= x", "why? not x"),
        ("=?utf-8?q?no end", "no end"),
        ("=?utf-8?q?no end =?utf-8?q?next?=", "no endnext"),
        ("=?utf-8? q ?spaced?=", "spaced"),
        ("=?x-none?q?a?=", "a"),
        ("=?NONE?B?VEVTVA=?=", "TEST"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=? =?= ?=", "=? =?= ?="),
        ("=?utf-8?q??=", ""),
    ],
)
def test_encoded_words_are_decoded(value: str, text: str) -> None:
    assert decode_header(value.encode()) == text


def test_raw_bytes_are_guessed_beside_words() -> None:
    assert decode_header("Kündigung =?utf-8?q?=c3=bc?=".encode("cp1252")) == "Kündigung ü"


def names(raw: bytes, *, top: bool = True) -> tuple[list[tuple[str, bytes]], bytes]:
    headers, body = read_headers(raw, 0, len(raw), top=top)
    return headers, raw[body:]


def test_folding_is_undone() -> None:
    assert names(b"A: b\r\n c\r\n\td\r\n\r\nbody") == ([("A", b"b c\td")], b"body")


def test_a_blank_before_the_colon_is_forgiven() -> None:
    assert names(b"Subject : x\n\n") == ([("Subject", b"x")], b"")


def test_a_line_of_blanks_folds_or_ends() -> None:
    assert names(b"A: b\n \n c\n\nbody") == ([("A", b"b c")], b"body")
    assert names(b"A: b\n \nbody") == ([("A", b"b")], b"body")


def test_junk_between_headers_is_stepped_over() -> None:
    found, body = names(b'A: b;\nname="x"\nC: d\n\nbody')
    assert (found, body) == ([("A", b'b; name="x"'), ("C", b"d")], b"body")


def test_a_body_without_its_empty_line_is_kept() -> None:
    assert names(b"A: b\nHello there\nall\n")[1] == b"Hello there\nall\n"
    assert names(b"A: b\n--sep\nContent-Type: text/plain\n\nx")[1].startswith(b"--sep")


def test_a_part_that_begins_with_an_empty_line_has_no_headers() -> None:
    assert names(b"\nNote: this is text\n", top=False) == ([], b"Note: this is text\n")


def test_an_envelope_line_and_blanks_stand_above() -> None:
    assert names(b"  \n\nFrom a@b Mon\nA: b\n\nx") == ([("A", b"b")], b"x")
