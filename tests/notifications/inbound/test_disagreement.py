"""Files that are not what they say, and texts that differ from their HTML."""

from __future__ import annotations

import pytest

from notifications.inbound.comparing import texts_differ
from notifications.inbound.disagreement import warn_about

PDF, PNG, ZIP, EXE = b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"MZ\x90\x00"


@pytest.mark.threat(39)
@pytest.mark.parametrize(
    ("name", "content_type", "beginning", "warning"),
    [
        ("bill.pdf", "application/pdf", PDF, ""),
        ("bill.pdf", "application/octet-stream", PDF, ""),
        ("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xe0", ""),
        ("list.xlsx", "application/octet-stream", ZIP, ""),
        ("note.txt", "text/plain", b"Hello", ""),
        ("note.txt", "text/plain", b"", ""),
        ("unnamed", "application/octet-stream", b"\x00\x01", ""),
        ("bill.pdf", "application/pdf", EXE, "run"),
        ("bill.pdf.exe", "application/pdf", PDF, "run"),
        ("bill.docm", "application/msword", ZIP, "run"),
        ("x.txt", "text/plain", b"#!/bin/sh", "run"),
        ("sign-in.html", "text/html", b"<html>", "web page"),
        ("logo.svg", "image/svg+xml", b"<svg onload=x>", "web page"),
        ("bill.pdf", "application/pdf", b"  <!DOCTYPE html><script>", "web page"),
        ("photo.png", "image/png", ZIP, "something else"),
        ("note.txt", "text/plain", b"a\x00b", "something else"),
        ("scan", "application/pdf", PNG, "another type"),
    ],
)
def test_a_file_is_what_it_says_or_warned_of(
    name: str, content_type: str, beginning: bytes, warning: str
) -> None:
    said = warn_about(name=name, content_type=content_type, beginning=beginning)
    assert (warning in said) if warning else said == ""


WORDS = "Please cancel the lines of our north branch at the end of the month, thank you"


@pytest.mark.threat(27)
@pytest.mark.parametrize(
    ("text", "html", "differs"),
    [
        (WORDS, f"<p>{WORDS}</p>", False),
        (WORDS, f"<p>{WORDS}</p><p>View in browser</p>", False),
        (WORDS + "\nhttps://x.example/a/b/c?d=e&f=g", f"<p>{WORDS} <a>here</a></p>", False),
        (WORDS, "<p>We never want to cancel anything, please keep all lines open for ever</p>",
         True),
        ("Hello there", f"<p>{WORDS}</p>", True),
        (WORDS, "", False),
        ("", f"<p>{WORDS}</p>", False),
        (WORDS, f"<p>{WORDS}</p><div style='display:none'>one two three four five six seven "
                "eight nine ten</div>", False),
    ],
)  # fmt: skip
def test_text_and_html_are_compared(text: str, html: str, differs: bool) -> None:
    assert texts_differ(text, html) is differs
