"""Bodies that are too deep, too active, encrypted or empty (THREATS 25–34)."""

from __future__ import annotations

import pytest

from notifications.inbound.limits import find_excess
from notifications.inbound.parse import parse_message
from notifications.inbound.sanitise import clean_html
from tests.hostile.mail_shapes import nest_multiparts, widen_multipart
from tests.hostile.storable import assert_storable

HEAD = "From: a@b.example\nSubject: x\n"


@pytest.mark.threat(25)
@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (nest_multiparts(21), "levels deep"),
        (nest_multiparts(500), "levels deep"),
        (b"Content-Type: message/rfc822\n\n" * 30 + b"x", "levels deep"),
        (widen_multipart(201), "more than 200 parts"),
        (widen_multipart(3_043), "more than 200 parts"),
    ],
)
def test_deep_and_wide_mail_is_refused(raw: bytes, cause: str) -> None:
    assert cause in str(find_excess(raw))
    assert_storable(parse_message(raw))


@pytest.mark.threat(25)
def test_twenty_levels_and_nearly_two_hundred_parts_are_read() -> None:
    assert find_excess(nest_multiparts(20)) is None
    assert parse_message(nest_multiparts(20)).text == "words\n"
    assert find_excess(widen_multipart(199)) is None
    assert parse_message(widen_multipart(199)).text.count("x") == 199


@pytest.mark.threat(26)
@pytest.mark.parametrize("charset", ["utf-7", "unicode-1-1-utf-7", "hz-gb-2312", "x-imap4-utf7"])
@pytest.mark.parametrize("form", ["+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "~{<script~}"])
def test_charsets_smuggle_no_markup(charset: str, form: str) -> None:
    raw = f"{HEAD}Content-Type: text/html; charset={charset}\n\n{form}"
    html = parse_message(raw.encode()).html
    assert "<script>alert" not in html
    assert "<script" not in clean_html(html).html


@pytest.mark.threat(26)
@pytest.mark.parametrize("charset", ["rot13", "base64", "zlib", "unicode_escape", "punycode"])
def test_codecs_that_are_no_charsets_are_not_used(charset: str) -> None:
    raw = f"{HEAD}Content-Type: text/plain; charset={charset}\n\n\\u003cb\\u003e uryyb"
    parsed = parse_message(raw.encode())
    assert parsed.text == "\\u003cb\\u003e uryyb"
    assert parsed.problems


@pytest.mark.threat(27)
def test_text_that_differs_from_its_html_is_kept_beside_it() -> None:
    raw = (
        f"{HEAD}Content-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nDo not cancel.\n"
        "--b\nContent-Type: text/html\n\n<p>Cancel at once.</p>\n--b--\n"
    )
    parsed = parse_message(raw.encode())
    assert "Do not cancel." in parsed.text
    assert "Cancel at once." in parsed.html


@pytest.mark.threat(28)
@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example/x.js></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<body onload=alert(1)>",
        "<div onclick='alert(1)' style='background:url(//evil.example)'>x</div>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' \x01java\nscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='vbscript:x'>x</a>",
        "<a href='/desk/cases/1/cancel'>x</a>",
        "<a href='//evil.example'>x</a>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<iframe src='https://evil.example'></iframe>",
        "<form action='https://evil.example'><input name=p><button>go</button></form>",
        "<base href='https://evil.example/'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<link rel=stylesheet href='https://evil.example/x.css'>",
        "<style>body{background:url(https://evil.example)}</style>",
        "<svg><script>alert(1)</script></svg>",
        "<svg onload=alert(1)><use href='//evil.example#x'/></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<img src='https://evil.example/pixel.gif'>",
        "<img src='//evil.example/pixel.gif' srcset='https://evil.example/p 2x'>",
        "<video src='https://evil.example/v'></video><audio src=x autoplay></audio>",
        "<object data='https://evil.example'></object><embed src=x>",
        "<table background='https://evil.example/b.png'><tr><td>x</td></tr></table>",
        "<p id=content class=btn name=x>x</p>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<template><script>alert(1)</script></template>",
        "<!--><script>alert(1)</script>-->",
        "<textarea></textarea><script>alert(1)</script>",
        "<xmp><img src=x onerror=alert(1)></xmp>",
    ],
)
def test_nothing_in_html_runs_submits_or_fetches(html: str) -> None:
    cleaned = clean_html(html).html.lower()
    for forbidden in (
        "<script", "onerror", "onload", "onclick", "javascript:", "vbscript:", "data:", "srcdoc",
        "<iframe", "<form", "<input", "<button", "<base", "<meta", "<link", "<style", "style=",
        "<svg", "<math", "evil.example", "src=", "srcset", "<object", "<embed", "<video",
        "background=", "id=", "class=", "href",
    ):  # fmt: skip
        assert forbidden not in cleaned


@pytest.mark.threat(29)
@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<p>x</p>" * 40_000, "larger than 256 KB"),
        ("<div>" * 5_000, "nested too deeply"),
        ("<b><i>" * 2_000, "nested too deeply"),
        ("<p>x</b></i>" * 5_000, "nested too deeply"),
        ("<br>" * 60_000, "too many tags"),
        ("&amp;" * 45_000, "too many entities"),
        ("<a " + " ".join(f"a{n}" for n in range(500)) + ">", "too many attributes"),
    ],
)
def test_huge_and_deep_html_is_shown_as_text(html: str, reason: str) -> None:
    cleaned = clean_html(html)
    assert reason in cleaned.refused
    assert cleaned.html == ""


@pytest.mark.threat(32)
@pytest.mark.parametrize(
    ("content_type", "label"),
    [
        ('application/pkcs7-mime; smime-type="enveloped-data"; name=smime.p7m', "encrypted"),
        ('application/x-pkcs7-mime; smime-type="signed-data"; name=smime.p7m', "signed"),
        ("application/ms-tnef; name=winmail.dat", "tnef"),
        ("text/calendar; method=REQUEST", "calendar"),
        ("message/partial; id=x; number=1", "partial"),
        ("message/external-body; access-type=URL", "external"),
    ],
)
def test_what_cannot_be_read_is_kept_and_labelled(content_type: str, label: str) -> None:
    parsed = parse_message(f"{HEAD}Content-Type: {content_type}\n\nsealed".encode())
    assert parsed.labels == (label,)
    assert parsed.attachments[0].content == b"sealed"
    assert parsed.text == ""


@pytest.mark.threat(33)
@pytest.mark.parametrize("body", ["", "\n\n\n", "   \n \n"])
def test_an_empty_body_is_mail_all_the_same(body: str) -> None:
    parsed = parse_message(f"{HEAD}\n{body}".encode())
    assert (parsed.text.strip(), parsed.from_email) == ("", "a@b.example")
    assert find_excess(f"{HEAD}\n{body}".encode()) is None


@pytest.mark.threat(34)
def test_template_syntax_stays_what_was_written() -> None:
    words = "{{ settings.SECRET_KEY }} {% load x %} {# y #} ${7*7} <%= 1 %> %s {0.__class__}"
    raw = f"From: {words} <a@b.example>\nSubject: {words}\n\n{words}"
    parsed = parse_message(raw.encode())
    assert (parsed.subject, parsed.text) == (words, words)
