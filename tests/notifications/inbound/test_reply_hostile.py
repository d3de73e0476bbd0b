"""No input is too much for the reply scanner (THREATS 29, 30): properties and worst cases."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.inbound.reply_html import extract_reply_html
from notifications.inbound.reply_text import MAX_SCANNED_LINES, extract_reply
from tests.rows import each

# A quarter of a megabyte; tests/hostile/test_mail_understood.py takes whole ones.
SIZE = 250_000
# One core of the slowest machine that runs the suite, while it is busy with other things.
MAX_CPU_SECONDS = 0.4

PIECES = st.sampled_from(
    [
        "Yes, please.", "", " ", "> quoted", ">> deeper", "> On Mon, 3 May 2021, A <a@b.c> wrote:",
        "On Mon, 3 May 2021, Ann <ann@example.com> wrote:", "On Mon, 3 May 2021, Ann <",
        "ann@example.com> wrote:", "wrote:", "-- ", "--", "---", "____", "Sent from my iPhone",
        "From: Ann <ann@example.com>", "Sent: 3 May 2021 10:00", "To: Bob", "Subject: x",
        "-----Original Message-----", "---------- Forwarded message ---------", "```", "-Ann",
        "Am 3.5.2021 um 10:00 schrieb Ann:", "2021-05-03 10:00 GMT+02:00 Ann <a@b.c>:", "*", "a:",
        "-----BEGIN PGP SIGNED MESSAGE-----", "-----BEGIN PGP SIGNATURE-----",
        "-----END PGP SIGNATURE-----", ">>> a >>>", "<<< a <<<", "| a", "\u200b", "(http://x", ")",
        "2021年5月3日(月) 10:00 Ann <a@b.c>:", "x" * 500,
    ]
)  # fmt: skip
MAILS = st.lists(PIECES | st.text(max_size=30), max_size=25).map("\n".join)
TAGS = st.sampled_from(
    [
        "<div>", "</div>", "<p>", "<br>", "<blockquote>", "</blockquote>", "<b>", "</i>", "<", ">",
        '<div class="gmail_quote">', '<div id="divRplyFwdMsg">', "<!--", "-->", "<style>", "</p>",
        "<ul>", "<li>", "<td>", '<a href="', "&amp;", "&#0;", "&#xD800;", "&#99999999;", "<pre>",
        "text", "On Mon, 3 May 2021, A &lt;a@b.c&gt; wrote:", "<hr>", "From: a@b.c<br>", "\n",
        "<p style='display:none'>", "<ann@example.com>", '<div style="border-top:solid 1pt">',
    ]
)  # fmt: skip

PAGES = st.lists(TAGS | st.text(max_size=10), max_size=30).map("".join)


@given(MAILS, st.sampled_from(["", "Re: x", "Fwd: x", "x"]))
def test_reply_is_made_of_the_mail_s_lines(mail: str, subject: str) -> None:
    found = extract_reply(mail, subject=subject)

    source = [line.strip() for line in mail.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    assert is_subsequence([line.strip() for line in found.text.split("\n")], source)


@given(MAILS)
def test_no_word_is_lost_or_made_up(mail: str) -> None:
    found = extract_reply(mail)

    assert read_words(f"{found.text}\n{found.quoted}") == read_words(mail)


@given(MAILS)
def test_something_written_gives_something_to_read(mail: str) -> None:
    assert bool(read_words(extract_reply(mail).text)) == bool(read_words(mail))


@given(MAILS)
def test_a_reply_on_top_of_any_history_is_found(history: str) -> None:
    mail = (
        f"Only this is new.\n\nOn Mon, 3 May 2021, Ann <ann@example.com> wrote:\n\nOld.\n{history}"
    )

    assert extract_reply(mail, subject="Re: x").text == "Only this is new."


@given(PAGES)
def test_html_never_raises(page: str) -> None:
    found = extract_reply_html(page)

    assert isinstance(found.text, str)


def read_words(text: str) -> list[str]:
    """The words that can be seen, in alphabetical order."""
    return sorted(word for word in text.split() if any(map(is_visible, word)))


def is_visible(letter: str) -> bool:
    """Soft hyphens, joiners and the marks of a direction of writing cannot be seen."""
    return unicodedata.category(letter) != "Cf"


def is_subsequence(lines: list[str], source: list[str]) -> bool:
    """Each line, in order, is a line of the source or the beginning or end of one."""
    at = iter(source)
    return all(
        any(line == s or s.startswith(line) or s.endswith(line) for s in at) for line in lines
    )


def fill(piece: str) -> str:
    return (piece * (SIZE // len(piece) + 1))[:SIZE]


WORST_TEXTS = {
    "line ends": "\n", "one line of marks": ">", "lines of marks": ">\n", "starters": "On \n",
    "attributions without evidence": "On wrote:\n", "colons": "a:\n", "senders": "From: a@b.c\n",
    "senders apart": "From: x\n\n", "senders with values": "From: x\nb\nc\n", "dashes": "-",
    "lines of dashes": "-\n--\n---\n", "rules with prose": "---\nab cd ef gh ij kl.\n",
    "attributions": "On Mon, 3 May 2021, A <a@b.c> wrote:\n> q\n", "at signs": "@",
    "brackets": "<", "addresses that never end": "<a@b ", "signatures": "Sent from my a\n",
    "links": "Sent from [a](", "blanks": " ", "no-break spaces": "\u00a0", "fences": "```\n",
    "zero width": "\u200b", "carriage returns": "\r", "shared lines": "x -- On Mon, wrote:\n",
    "enclosed quotations": ">>>a>>>\n<<<a<<<\n", "enclosed and never closed": ">>>a>>>\n",
    "armour": "-----BEGIN PGP SIGNATURE-----\n", "letters": "a", "emoji": "🎉",
    "digits": "٣", "wrapped quotations": "> " + "x" * 60 + "\ny\n", "tabs": "\t\n",
    "dashes behind a word": "x" + "-" * 790 + "\n", "dashes between words": "x --- abc def ",
    "senders in marks": "> From: a@b.c\nx\n", "bullets": "-\nx\n",
    "marks and blanks": "> a\n\n", "answers": "> a\n\nb\n\n",
    "banners": "-----Original Message-----\n", "markers": "reply above this line\n",
}  # fmt: skip
WORST_PAGES = {
    "brackets": "<", "empty tags": "<>", "boxes": "<div>", "quotations": "<blockquote>",
    "open values": '<a b="', "mixed quotes": "<a b='\"", "ampersands": "&", "entities": "&amp",
    "numbers": "&#1", "ends": "</div>", "comments": "<!--", "styles": "<style>", "breaks": "<br>",
    "letters": "a", "lists": "<ul><li>a", "cells": "<table><tr><td>", "misnested": "<b><i></b></i>",
    "scripts": "<script", "scripts in capitals": "<script></SCRIPT>", "declarations": "<!",
    "values with ends": '<a x=">">', "names": "<a", "equals": "<a =", "line ends": "<pre>\n",
    "attributes": "<p a=b c=d ", "attribute names": "<p " + "a" * 60 + "=>",
    "styles with blanks": '<p style="' + " " * 90 + '">', "addresses": "<a@b", "end tags": "</",
}  # fmt: skip


WORST_LINES = {
    "marks that end no sentence": "a b c d e f" + "!" * SIZE + "a",
    "one word": "x" * SIZE,
    "one address": "a" * (SIZE // 2) + "@" + "b" * (SIZE // 2),
    "brackets and addresses": "<a@" * (SIZE // 3),
    "digits and dots": "1." * (SIZE // 2),
    "names": "-A" + " Ab" * (SIZE // 3),
}


def measure_cpu(function, source: str) -> float:
    begun = time.process_time()
    function(source)
    return time.process_time() - begun


@pytest.mark.threat(30)
@each("piece", WORST_TEXTS.values())
def test_much_text_takes_a_fraction_of_a_second(piece: str) -> None:
    assert measure_cpu(extract_reply, fill(piece)) < MAX_CPU_SECONDS


@pytest.mark.threat(30)
@each("line", WORST_LINES.values())
@each("above", ["", "Yes.\n\n---\n", "Yes.\n\n-- \n", "> q\n", "From: a@b.c\nTo: "])
def test_one_long_line_takes_a_fraction_of_a_second(above: str, line: str) -> None:
    assert measure_cpu(extract_reply, above + line) < MAX_CPU_SECONDS
    assert measure_cpu(extract_reply, f"{above}{line} wrote:\n> q") < MAX_CPU_SECONDS


@pytest.mark.threat(29)
@each("piece", WORST_PAGES.values())
def test_much_html_takes_a_fraction_of_a_second(piece: str) -> None:
    assert measure_cpu(extract_reply_html, fill(piece)) < MAX_CPU_SECONDS


@pytest.mark.threat(29)
def test_deep_nesting_keeps_what_is_written() -> None:
    page = "<p>Yes.</p>" + "<blockquote>" * 5_000 + "old" + "</blockquote>" * 5_000

    assert extract_reply_html(page).text == "Yes."


def test_deep_quotations() -> None:
    history = "\n".join(">" * depth + " x" for depth in range(1, 1_000))

    assert extract_reply(f"Yes.\n\n{history}").text == "Yes."


def test_what_is_below_the_scanned_lines_goes_with_what_stands_above() -> None:
    many = "\n".join(f"line {number}" for number in range(MAX_SCANNED_LINES + 100))
    attribution = "On Mon, 3 May 2021, Ann <ann@example.com> wrote:"

    assert extract_reply(many).text == many
    found = extract_reply(f"Yes.\n\n{attribution}\n\n{many}")
    assert found.text == "Yes."
    assert found.quoted.endswith(many)


@pytest.mark.threat(31)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_quoted_text_never_stands_in_an_answer_unmarked(quoted: list[str]) -> None:
    """Whatever is quoted below an answer is gone from it, or still carries its mark."""
    lines = [f"> {line}" for text in quoted for line in text.splitlines() or [""]]
    attribution = "On Mon, 3 May 2021, Ann <ann@example.com> wrote:"
    found = extract_reply("\n".join(["No.", "", attribution, "", *lines]), subject="Re: x")

    assert found.text == "No."
