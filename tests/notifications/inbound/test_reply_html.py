"""The new text of HTML replies."""

from __future__ import annotations

import pytest

from notifications.inbound.reply_html import extract_reply_html, html_to_text
from tests.rows import each

from .reply_languages import ATTRIBUTIONS, HEADER_BLOCKS
from .reply_samples import ReplySample, read_samples

SAMPLES = read_samples("html")


@each("sample", SAMPLES)
def test_sample(sample: ReplySample) -> None:
    found = extract_reply_html(sample.mail, subject=sample.subject)

    assert found.text == sample.reply
    assert found.kept_everything is sample.kept_everything


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@each("attribution", ATTRIBUTIONS.values())
@each("tag", ["blockquote", "div"])
def test_attribution_is_known(attribution: str, tag: str) -> None:
    html = f"<div>Yes.</div><div>{escape(attribution)}</div><{tag}>Which?</{tag}>"

    assert extract_reply_html(html).text == "Yes."


@each("keys", HEADER_BLOCKS.values())
def test_header_block_is_known(keys: tuple[str, ...]) -> None:
    values = ("Acme &lt;desk@example.com&gt;", "2026-03-03 09:14", "Dana Morgan", "Your case")
    rows = zip(keys, values, strict=True)
    block = "<br>".join(f"<b>{key}:</b> {value}" for key, value in rows)
    html = f"<p>Yes.</p><div style='border:none;border-top:solid #B5C4DF 1.0pt'>{block}</div>Which?"

    assert extract_reply_html(html).text == "Yes."


@pytest.mark.parametrize(
    "box",
    [
        '<div class="yahoo_quoted">',
        '<div class="yiv123yahoo_quoted">',
        '<div id="divRplyFwdMsg">',
        '<div id="x_divRplyFwdMsg">',
        '<div id="appendonsend"></div><div>',
        '<span id="OLK_SRC_BODY_SECTION">',
        '<div id="ms-outlook-mobile-reference-message">',
        '<div id="mail-editor-reference-message-container">',
        '<div class="zmail_extra">',
        '<div class="OutlookMessageHeader">',
        '<div data-marker="__QUOTED_TEXT__">',
        '<div name="messageReplySection">',
        '<blockquote type="cite">',
        '<blockquote class="gmail_quote">',
    ],
)
def test_box_of_a_history_is_cut(box: str) -> None:
    assert extract_reply_html(f"<p>Yes.</p>{box}Which of the two?").text == "Yes."


@pytest.mark.parametrize(
    "box", ['<div id="divRplyFwdMsg">', "<blockquote>", '<div class="yahoo_quoted">']
)
def test_nothing_but_a_history_is_kept(box: str) -> None:
    assert extract_reply_html(f"{box}Which of the two?").text == "Which of the two?"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ('<p class="MsoNormal">a</p><p class="MsoNormal">b</p>', "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a  \n b", "a b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<table><tr><th>a</th><td>b</td></tr></table>", "a b"),
        ('<a href="https://example.com">site</a>', "site"),
        ("&lt;b&gt; &amp;amp; &#65;&nbsp;&eacute;", "<b> &amp; A é"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n>> b"),
        ("<b>a</b>b", "ab"),
        ("write <ann@example.com> or see <https://example.com>", None),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<img alt="x>y" src="a">text', "text"),
        ("<!-- <p>no</p> -->yes", "yes"),
        ("<!--[if mso]>no<![endif]-->yes", "yes"),
        ("<style>p{content:'<p>'}</style>yes", "yes"),
        ("<head><title>no</title></head><body>yes", "yes"),
        ('<div hidden>no</div><div style="DISPLAY: none">no</div>yes', "yes"),
        ("<o:p></o:p>yes<o:p>&nbsp;</o:p>", "yes"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str | None) -> None:
    assert html_to_text(html) == (html if text is None else text)
