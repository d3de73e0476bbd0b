"""Text that PostgreSQL takes, lines that stay lines, HTML that does nothing."""

from __future__ import annotations

import pytest

from notifications.inbound.sanitise import clean_html, clean_line, clean_text, is_storable


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\x00b\x07c\x1bd\x7f", "abcd"),
        ("tab\tstays", "tab\tstays"),
        ("\ufeffbom", "bom"),
        ("lone \ud800 one", "lone \ufffd one"),
        ("pair \ud83d\ude00", "pair 😀"),
        ("line\u2028break\x85here", "line\nbreak\nhere"),
        ("over\u202eride", "override"),
        ("isolated \u2067עברית\u2069", "isolated \u2067עברית\u2069"),
        ("\ufffe\uffff", ""),
    ],
)
def test_a_text_becomes_storable(given: str, cleaned: str) -> None:
    assert clean_text(given) == cleaned
    assert is_storable(clean_text(given))


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("  a\r\n b ", "a  b"),
        ("a\tb", "a b"),
        ("a\u2028b", "a b"),
        ("pay\u202epal\u2069", "paypal"),
        ("zero\u200bwidth\u2060", "zerowidth"),
        ("tag\U000e0041", "tag"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_a_line_stays_one_line(given: str, cleaned: str) -> None:
    assert clean_line(given) == cleaned


def test_a_line_is_cut() -> None:
    assert clean_line("x" * 50, max_length=10) == "x" * 9 + "…"


def test_our_copy_of_an_image_is_shown_and_no_other() -> None:
    html = '<img src="cid:logo@x" alt="l"><img src="CID:other"><img src="https://x.example/p.png">'
    cleaned = clean_html(html, image_urls={"logo@x": "/mail/files/1"}).html
    assert cleaned.count("src=") == 1
    assert 'src="/mail/files/1"' in cleaned


def test_links_leave_through_a_new_window() -> None:
    cleaned = clean_html('<a href="https://x.example/">x</a>').html
    assert 'rel="noopener noreferrer nofollow"' in cleaned
    assert 'target="_blank"' in cleaned


def test_ordinary_html_keeps_its_shape() -> None:
    html = "<table><tr><td>a</td></tr></table><p>b<br>c</p><blockquote>d</blockquote>"
    cleaned = clean_html(html).html
    assert "<td>a</td>" in cleaned
    assert "<blockquote>d</blockquote>" in cleaned


def test_html_after_unclosed_paragraphs_is_not_refused() -> None:
    assert clean_html("<p>a<li>b<td>c" * 2_000).refused == ""
