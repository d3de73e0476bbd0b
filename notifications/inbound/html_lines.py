"""Turn a mail's HTML into lines of text that the plain scanner understands.

Blocks become lines, quotations get `> ` marks, what is hidden is left out. What only HTML tells
(this box holds the history, this one a signature) is kept beside the lines as marks.
"""

from __future__ import annotations

import html as html_entities
import re
from dataclasses import dataclass, field

from .html_tags import Tag, read_tags

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "caption",
))  # fmt: skip
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "dl", "blockquote", "table"))
_VOID = frozenset((
    "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_UNSEEN = frozenset(("head", "svg", "math", "object", "select", "xml", "audio", "video", "canvas"))
_IMPLIED_END = frozenset(("p", "li", "td", "th", "tr", "dd", "dt", "option"))
# Elements that hold a history, by class or id, after prefixes that other clients put before them.
_HISTORY_BOXES = frozenset((
    "yahoo_quoted", "zmail_extra", "divrplyfwdmsg", "appendonsend", "olk_src_body_section",
    "outlookmessageheader", "ms-outlook-mobile-reference-message", "reply-intro", "zwchr",
    "mail-editor-reference-message-container", "replyheader", "isreplycontent", "moz-email-headers-table",
    "ymail_android_signature_quoted", "stopspelling", "mailquote", "quotedheader", "oriheader",
    "yiv_quoted", "quoted-text", "ms-outlook-ios-reference", "readabledivref",
))  # fmt: skip
_ATTRIBUTION_BOXES = frozenset(("moz-cite-prefix", "gmail_attr", "protonmail_quote_header"))
_SIGNATURE_BOXES = frozenset((
    "gmail_signature", "moz-signature", "protonmail_signature_block", "signature",
    "yahoo-signature", "ms-outlook-signature", "msosignature",
))  # fmt: skip
_PREFIXES = ("x_", "ecx", "yiv", "m_", "gmail-", "mcnt")
_HIDING = ("display:none", "visibility:hidden", "mso-hide:all", "font-size:0;", "max-height:0")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MAX_DEPTH = 200
_MAX_QUOTES = 12


@dataclass
class _Open:
    """An element that is open, and what ends with it."""

    name: str
    quote: bool = False
    hidden: bool = False
    mark: str = ""
    spaced: bool = False
    preformatted: bool = False


@dataclass
class HtmlLines:
    """`lines` of text and, for some of them, a letter of `body_lines` that HTML vouches for.

    `openings`: lines that begin below a rule or a box with an upper border.
    """

    lines: list[str] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    openings: set[int] = field(default_factory=set)


def read_lines(html: str) -> HtmlLines:
    """The lines of a mail's HTML. Never raises; linear in the length of `html`."""
    reader = _Reader()
    for token in read_tags(html):
        if isinstance(token, str):
            reader.add_text(token)
        elif token.closing:
            reader.close(token.name)
        else:
            reader.open(token)
    reader.break_line()
    return reader.result


class _Reader:
    def __init__(self) -> None:
        self.result = HtmlLines()
        self.stack: list[_Open] = []
        self.counts: dict[str, int] = {}
        self.pieces: list[str] = []
        self.quotes = self.hidden = self.preformatted = 0
        self.lists: list[int] = []
        self.gap = False
        self.marks: list[str] = []
        self.next_mark = ""
        self.opening = False

    def add_text(self, text: str) -> None:
        """Text between tags, entities undecoded."""
        if self.hidden:
            return
        if "&" in text:
            text = html_entities.unescape(text)
        if self.preformatted and "\n" in text:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self.pieces.append(first)
            for other in others:
                self.break_line(always=True)
                self.pieces.append(other)
            return
        self.pieces.append(text)

    def break_line(self, *, always: bool = False) -> None:
        """End the line. An empty one is put out only `always`, and never twice in a row."""
        text = "".join(self.pieces)
        self.pieces.clear()
        text = text.replace("\xa0", " ") if self.preformatted else _BLANKS.sub(" ", text.replace("\xa0", " "))
        text = text.rstrip() if self.preformatted else text.strip()
        lines = self.result.lines
        if not text:
            if always:
                self.gap = True
            return
        prefix = ">" * min(self.quotes, _MAX_QUOTES)
        if self.gap and lines:
            lines.append(self._blank_prefix(prefix, lines[-1]))
        self.gap = False
        mark = self.next_mark or (self.marks[-1] if self.marks else "")
        if mark:
            self.result.marks[len(lines)] = mark
        if self.opening:
            self.result.openings.add(len(lines))
        self.next_mark, self.opening = "", False
        lines.append(f"{prefix} {text}" if prefix else text)

    @staticmethod
    def _blank_prefix(prefix: str, above: str) -> str:
        return prefix if prefix and above.startswith(prefix) else ""

    def open(self, tag: Tag) -> None:
        """An opening tag."""
        name = tag.name
        if name == "br":
            self.break_line(always=True)
            return
        if name in ("td", "th") and self.pieces:
            self.pieces.append(" ")
        if name in _IMPLIED_END and self.counts.get(name) and self.stack and self.stack[-1].name == name:
            self.close(name)
        if name in _BLOCKS:
            self.break_line()
        if name == "hr":
            self.opening = self.gap = True
        element = self._read_element(tag)
        if name == "body":
            self.close("head")
        if name in _VOID or len(self.stack) >= _MAX_DEPTH:
            return
        self._enter(element)
        if name == "li" and not self.hidden:
            self.pieces.append(self._bullet())

    def _read_element(self, tag: Tag) -> _Open:
        name, attributes = tag.name, tag.attributes
        element = _Open(name)
        element.hidden = name in _UNSEEN or "hidden" in attributes
        element.preformatted = name == "pre"
        element.spaced = name in _SPACED
        style = ""
        if "style" in attributes:
            style = attributes["style"].replace(" ", "").lower()
            element.hidden = element.hidden or any(word in f"{style};" for word in _HIDING)
            if "border-top" in style and "border-top:none" not in style:
                self.opening = self.opening or ("solid" in style and name in ("div", "p", "td"))
        if name == "blockquote":
            element.quote = not ("border:none" in style and "type" not in attributes)
        if attributes:
            self._read_names(element, attributes)
        return element

    def _read_names(self, element: _Open, attributes: dict[str, str]) -> None:
        names = attributes.get("class", "").split()[:8] + attributes.get("id", "").split()[:2]
        if "mso" in attributes.get("class", "").lower()[:4] and element.name in ("p", "li"):
            element.spaced = False
        if attributes.get("data-marker") == "__QUOTED_TEXT__":
            self.next_mark = "b"
        if attributes.get("data-signatureblock") == "true":
            element.mark = "s"
        for name in names:
            name = name.lower()
            for prefix in _PREFIXES:
                name = name.removeprefix(prefix)
            if name in _HISTORY_BOXES:
                self.next_mark = "b"
            elif name in _ATTRIBUTION_BOXES:
                element.mark = "a"
            elif name in _SIGNATURE_BOXES:
                element.mark = "s"

    def _enter(self, element: _Open) -> None:
        self.stack.append(element)
        self.counts[element.name] = self.counts.get(element.name, 0) + 1
        self.gap = self.gap or element.spaced
        if element.quote:
            self.quotes += 1
        self.hidden += element.hidden
        self.preformatted += element.preformatted
        if element.mark:
            self.break_line()
            self.marks.append(element.mark)
        if element.name in ("ul", "ol"):
            self.lists.append(0 if element.name == "ul" else 1)

    def close(self, name: str) -> None:
        """A closing tag, and with it whatever is still open inside its element."""
        if name in _BLOCKS:
            self.break_line()
        if not self.counts.get(name):
            return
        while self.stack:
            element = self.stack.pop()
            self._leave(element)
            if element.name == name:
                return

    def _leave(self, element: _Open) -> None:
        self.counts[element.name] -= 1
        if element.quote or element.mark:
            self.break_line()
        self.gap = self.gap or element.spaced
        if element.quote:
            self.quotes -= 1
        self.hidden -= element.hidden
        self.preformatted -= element.preformatted
        if element.mark:
            self.marks.pop()
        if element.name in ("ul", "ol") and self.lists:
            self.lists.pop()

    def _bullet(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}. "
