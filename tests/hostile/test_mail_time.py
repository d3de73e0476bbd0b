"""No page that came by mail takes more than a second to clean; nothing of any is unstorable.

That all else in a mail is understood as quickly: test_mail_understood.py.
"""

from __future__ import annotations

import time

import pytest

from notifications.inbound.parse import parse_message
from notifications.inbound.sanitise import MAX_HTML, clean_html
from tests.hostile.mail_shapes import SHAPES
from tests.hostile.storable import assert_storable
from tests.rows import each

LIMIT = 1.0  # seconds of CPU

HTML_UNITS = [
    "<div>", "<b>", "<b></p>", "<i></b>", "<center>", "<em>x</p>", "<div>x</b>", "<table>",
    "<table>x", "<table><b>", "<a><table><a>", "<select><option>", "<svg><p>", "<math><mi>",
    "<p><b></p>", "<li><b></li>", "&", "&#", "<", "<!--", "<a ", '<a x="', "<p =  >", "<a/b/c>",
    "<table><p></table>", "<ul><li></ul>", "<img src=x ", "\ud83d\ude00",
]  # fmt: skip
HTML_BEGINNINGS = ["", "<div>" * 150, "<b>" * 150, "<table><tr><td>" * 60, "<p><b>" * 100, "<svg>"]


@pytest.mark.threat(23)
@each("name", sorted(SHAPES))
def test_even_without_the_caps_it_is_parsed(name: str) -> None:
    """The caps protect time; correctness must not rest on them."""
    assert_storable(parse_message(SHAPES[name]))


@pytest.mark.threat(30)
@pytest.mark.parametrize("name", [name for name in sorted(SHAPES) if b"text/html" in SHAPES[name]])
def test_no_kept_page_costs_more_than_a_second(name: str) -> None:
    html = parse_message(SHAPES[name]).html
    began = time.process_time()
    clean_html(html)
    assert time.process_time() - began < LIMIT


@pytest.mark.threat(29)
@pytest.mark.parametrize("unit", HTML_UNITS)
def test_no_html_costs_more_than_a_second(unit: str) -> None:
    for beginning in HTML_BEGINNINGS:
        html = beginning + unit * ((MAX_HTML - len(beginning)) // len(unit))
        began = time.process_time()
        clean_html(html)
        assert time.process_time() - began < LIMIT, beginning[:20]
