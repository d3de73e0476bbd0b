"""Make text storable and harmless: for PostgreSQL, for a line of a screen, for a frame of HTML.

Every text that came by mail passes here before it is saved (THREATS 24) or shown (THREATS 28, 29).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from notifications.inbound.html_scan import find_html_excess

MAX_HTML = 256 * 1024  # characters; more is shown as text

_PLAIN = bytes([9, 10, *range(32, 127)])
_BREAKS = re.compile("[\x85\u2028\u2029]")
# PostgreSQL refuses NUL and surrogates; the other controls have no business in a text.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202d\u202e]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# In one line also: bidi marks and embeddings (a subject is no place to turn the reading order),
# invisible joiners that hide words, soft hyphens, and the tag characters.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u206a-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BLANKS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")

_TAGS = {
    "a", "abbr", "b", "bdi", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "font",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
# Gone with what is in them. A form or a head only goes: its text may be the writer's.
_DROPPED_WITH_CONTENT = {
    "script", "style", "title", "noscript", "iframe", "object", "embed", "applet", "svg", "math",
    "template", "frameset", "noframes", "select", "option", "textarea", "xmp", "noembed",
}  # fmt: skip
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start", "type"},
    "col": {"span"},
    "colgroup": {"span"},
    "*": {"dir", "lang"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_NUMBER = re.compile(r"\d{1,4}%?\Z")
_LINK = re.compile(r"\s*(?:https?://|mailto:|tel:)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class CleanHtml:
    """HTML that may stand in our sandboxed frame, or the reason why it is shown as text."""

    html: str
    refused: str  # plain words; "" when `html` may be shown


def clean_text(text: str) -> str:
    """Return a storable text of several lines: LF ends a line, nothing unseen takes over.

    Lone surrogates become U+FFFD; pairs become the character that they mean. Bidi overrides go,
    embeddings and isolates stay: they are needed, and end with the paragraph.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _BREAKS.sub("\n", text)
    elif not text.encode().translate(None, _PLAIN):
        return text  # as most mail: found out at a tenth of the cost of what follows
    if not _UNSTORABLE.search(text):
        return text.removeprefix("\ufeff")
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNSTORABLE.sub("", text).removeprefix("\ufeff")


def clean_line(text: str, *, max_length: int = 998) -> str:
    """Return a storable single line without control, bidi and invisible characters."""
    if not text.isascii() or not text.isprintable():
        text = clean_text(_BLANKS.sub(" ", text))
        text = _UNSEEN.sub("", text)
    text = text.strip()
    return text if len(text) <= max_length else text[: max_length - 1].rstrip() + "…"


def is_storable(text: str) -> bool:
    """Say whether PostgreSQL takes `text` as it is."""
    return "\x00" not in text and not _SURROGATE.search(text)


def clean_html(html: str, *, image_urls: Mapping[str, str] | None = None) -> CleanHtml:
    """Return `html` fit for a sandboxed frame. Nothing in it runs, submits or fetches.

    `image_urls` maps a Content-ID (without brackets) to the address of our stored copy; every
    other image goes. Size and shape are looked at first: nh3 takes seconds on some shapes.
    """
    html = clean_text(html)
    if len(html) > MAX_HTML:
        return CleanHtml(html="", refused="the HTML is larger than 256 KB")
    if excess := find_html_excess(html):
        return CleanHtml(html="", refused=excess)
    known = image_urls or {}

    def keep_attribute(tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return value if _LINK.match(value) else None
        if name == "src":
            return known.get(value[4:].strip("<>")) if value[:4].lower() == "cid:" else None
        if name in ("width", "height", "colspan", "rowspan", "span", "start"):
            return value if _NUMBER.match(value) else None
        return value

    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=keep_attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return CleanHtml(html=cleaned, refused="")
