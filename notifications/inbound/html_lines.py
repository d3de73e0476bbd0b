"""Turn a mail's HTML into lines of text that the plain scanner understands.

Blocks become lines, quotations get `> ` marks, what is hidden is left out. What only HTML tells
(this box holds the history, this one a signature) is kept beside the lines as marks.
"""

from __future__ import annotations

import html as html_entities
import re
from dataclasses import dataclass, field

from .header_blocks import KEYS
from .html_tags import MAX_HTML_LENGTH, Tag, read_tags
from .lines import make_comparable

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "html", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "caption",
))  # fmt: skip
_SPACED = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "dl", "blockquote", "table")
)
_VOID = frozenset((
    "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_UNSEEN = frozenset(("head", "svg", "math", "object", "select", "xml", "audio", "video", "canvas"))
_IMPLIED_END = frozenset(("p", "li", "td", "th", "tr", "dd", "dt", "option"))
# Elements that hold a history, an attribution or a signature, by the end of a class or an id: other
# clients put prefixes of their own before these names ("x_", "yiv123", "ydp1a2b").
_HISTORY_BOXES = (
    "yahoo_quoted", "zmail_extra", "divrplyfwdmsg", "appendonsend", "olk_src_body_section",
    "outlookmessageheader", "reference-message", "reference-message-container", "reply-intro",
    "zwchr", "stopspelling", "messagereplysection", "isreplycontent", "quotedheader",
    "outreach-quote", "freshdesk_quote", "front-blockquote", "missive_quote", "hs_reply",
    "fernand_quote", "tutanota_quote", "notion-mail-quote", "alimail-quote", "quotedreply",
    "yahoo-quoted-begin", "skiff_quote", "replysplit", "origbody", "reply139content",
    "orimsghtmlseperator",
)  # fmt: skip
_HISTORY_NAMES = frozenset(("history", "mailcontent"))  # of a `div`, and nothing before the name
# Boxes around an attribution and the quotation below it. Answers may stand between the quotations,
# so only what opens the box is known: the attribution, in whatever language.
_QUOTATION_BOXES = (
    "gmail_quote", "gmail_quote_container", "gmail_extra", "protonmail_quote", "ik_mail_quote",
    "mail-quote-collapse", "mail-quote-collapse_mr_css_attr",
)  # fmt: skip
BOX = "o"  # the mark of the first line in such a box
_ATTRIBUTION_BOXES = ("moz-cite-prefix", "gmail_attr")
_SIGNATURE_BOXES = (
    "signature", "signature_block", "signature_container", "signaturesection", "bloop_sign",
)  # fmt: skip
_HIDING = ("display:none", "visibility:hidden", "mso-hide:all", "font-size:0;", "max-height:0")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MAX_DEPTH = 200
_PLAIN_LINES = 3  # so many line ends, and no tag that makes a line
_MAX_QUOTES = 12


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What an element does to the text in it.

    `mark`: the letter of every line in it; `first_mark`: that of the first line from here on;
    `opening`: a border or a rule stands above it.
    """

    name: str
    block: bool = False
    quote: bool = False
    hidden: bool = False
    spaced: bool = False
    preformatted: bool = False
    opening: bool = False
    mark: str = ""
    first_mark: str = ""


@dataclass
class HtmlLines:
    """`lines` of text; `marks`: for some, BOX or a letter of `body_lines` that HTML vouches for.

    `openings`: lines that begin below a rule or a box with an upper border. `boxes`: the lines of
    each quotation's box that holds no `blockquote`: all of it is the history.
    """

    lines: list[str] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    openings: set[int] = field(default_factory=set)
    boxes: list[range] = field(default_factory=list)


def read_lines(html: str) -> HtmlLines:
    """The lines of a mail's HTML. Never raises; linear in the length of `html`.

    Where no tag makes a line, the body is plain text under a wrong name: its own lines count.
    """
    reader = _read(html)
    if not reader.structured and html.count("\n", 0, MAX_HTML_LENGTH) >= _PLAIN_LINES:
        reader = _read(html, preformatted=True)
    return reader.result


def _read(html: str, *, preformatted: bool = False) -> _Reader:
    reader = _Reader()
    reader.preformatted += preformatted
    for token in read_tags(html):
        if isinstance(token, str):
            reader.add_text(token)
        elif token.closing:
            reader.close(token.name)
        else:
            reader.open(token)
    reader.break_line()
    return reader


class _Reader:
    def __init__(self) -> None:
        self.result = HtmlLines()
        self.stack: list[_Meaning] = []
        self.counts: dict[str, int] = {}
        self.meanings: dict[Tag, _Meaning] = {}
        self.pieces: list[str] = []
        self.quotes = self.hidden = self.preformatted = 0
        self.lists: list[int] = []
        self.gap = False
        self.marks: list[str] = []
        self.first_mark = ""
        self.opening = False
        self.structured = False
        self.blockquotes = 0
        self.boxes: list[tuple[int, int]] = []  # where each opened, after how many blockquotes

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
        """End the line. An empty one is put out only `always` or where a hard blank keeps it open,
        and never twice in a row."""
        text = "".join(self.pieces)
        self.pieces.clear()
        if text and not text.isspace():
            self._put_out(text)
        elif always or "\xa0" in text:  # an editor's empty paragraph
            self.gap = True

    def _put_out(self, text: str) -> None:
        text = text.replace("\xa0", " ")
        text = text.rstrip() if self.preformatted else _BLANKS.sub(" ", text).strip()
        lines = self.result.lines
        prefix = ">" * min(self.quotes, _MAX_QUOTES)
        if self.gap and lines:
            above = len(lines[-1]) - len(lines[-1].lstrip(">"))
            lines.append(prefix[:above])
        mark = self.first_mark or (self.marks[-1] if self.marks else "")
        if mark:
            self.result.marks[len(lines)] = mark
        if self.opening:
            self.result.openings.add(len(lines))
        self.gap = self.opening = False
        self.first_mark = ""
        lines.append(f"{prefix} {text}" if prefix else text)

    def open(self, tag: Tag) -> None:
        """An opening tag."""
        name = tag.name
        if name == "br":
            self.structured = True
            self.break_line(always=True)
            return
        meaning = self.meanings.get(tag)
        if meaning is None:
            meaning = self.meanings[tag] = _read_meaning(tag)
        if name in _IMPLIED_END and self.stack and self.stack[-1].name == name:
            self.close(name)
        if meaning.block:
            self.structured = self.structured or name not in ("html", "body")
            self.break_line()
        elif name in ("td", "th") and self.pieces:
            self.pieces.append(": " if self._is_header_cell() else " ")
        self.opening = self.opening or meaning.opening
        self.first_mark = meaning.first_mark or self.first_mark
        if name == "body":
            self.close("head")
        if name in _VOID:
            self.gap = self.gap or name == "hr"
        elif len(self.stack) < _MAX_DEPTH:
            self._enter(meaning)

    def _is_header_cell(self) -> bool:
        """The row so far names a field of a header, as tables in place of header blocks do."""
        cell = "".join(self.pieces[:4]).strip() if len(self.pieces) <= 4 else ""
        if not 2 < len(cell) + (not cell.isascii()) <= 30:
            return False
        return KEYS.get(make_comparable(cell).casefold()) in ("from", "sent", "subject")

    def _enter(self, meaning: _Meaning) -> None:
        name = meaning.name
        self.stack.append(meaning)
        if meaning.first_mark == BOX:
            self.boxes.append((len(self.result.lines), self.blockquotes))
        self.blockquotes += name == "blockquote"
        self.counts[name] = self.counts.get(name, 0) + 1
        if meaning.spaced:
            self.gap = True
        self.quotes += meaning.quote
        self.hidden += meaning.hidden
        self.preformatted += meaning.preformatted
        if meaning.mark:
            self.break_line()
            self.marks.append(meaning.mark)
        if name in ("ul", "ol"):
            self.lists.append(0 if name == "ul" else 1)
        elif name == "li" and not self.hidden:
            self.pieces.append(self._bullet())

    def close(self, name: str) -> None:
        """A closing tag, and with it whatever is still open inside its element."""
        if name in _BLOCKS:
            self.break_line()
        if not self.counts.get(name):
            return
        while self.stack:
            meaning = self.stack.pop()
            self._leave(meaning)
            if meaning.name == name:
                return

    def _leave(self, meaning: _Meaning) -> None:
        self.counts[meaning.name] -= 1
        if meaning.quote or meaning.mark:
            self.break_line()
        if meaning.spaced:
            self.gap = True
        self.quotes -= meaning.quote
        self.hidden -= meaning.hidden
        self.preformatted -= meaning.preformatted
        if meaning.mark:
            self.marks.pop()
        if meaning.first_mark == BOX:
            self.break_line()
            start, blockquotes = self.boxes.pop()
            if blockquotes == self.blockquotes:
                self.result.boxes.append(range(start, len(self.result.lines)))
        if meaning.name in ("ul", "ol") and self.lists:
            self.lists.pop()

    def _bullet(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}. "


def _read_meaning(tag: Tag) -> _Meaning:
    name, attributes = tag.name, tag.attributes
    style = attributes.get("style", "").replace(" ", "").lower()
    classes = attributes.get("class", "").lower().split()[:8]
    names = (*classes, attributes.get("id", "").lower(), attributes.get("name", "").lower())
    bordered = "border-top" in style and "border-top:none" not in style and "solid" in style
    return _Meaning(
        name=name,
        block=name in _BLOCKS,
        quote=name == "blockquote" and _is_quotation(attributes, style),
        hidden=name in _UNSEEN
        or "hidden" in attributes
        or (bool(style) and any(word in f"{style};" for word in _HIDING)),
        spaced=name in _SPACED and not any(word.startswith("mso") for word in classes),
        preformatted=name == "pre" or "white-space:pre" in style,
        opening=name == "hr" or (bordered and name in ("div", "p", "td")),
        mark="" if name in _VOID else _read_mark(attributes, names),
        first_mark=_read_first_mark(name, attributes, names),
    )


def _is_quotation(attributes: dict[str, str], style: str) -> bool:
    """Not an indented paragraph, and not a passage that its writer cites from a page."""
    if "type" in attributes:
        return True
    return "border:none" not in style and not attributes.get("cite", "").startswith("http")


def _read_first_mark(name: str, attributes: dict[str, str], names: tuple[str, ...]) -> str:
    if _is_history_box(attributes, names) or (
        name == "div" and not _HISTORY_NAMES.isdisjoint(names)
    ):
        return "b"
    if name == "blockquote":
        return ""
    return BOX if "quote" in names[-1:] or _ends_with(names, _QUOTATION_BOXES) else ""


def _ends_with(names: tuple[str, ...], endings: tuple[str, ...]) -> bool:
    return any(name.endswith(endings) for name in names)


def _is_history_box(attributes: dict[str, str], names: tuple[str, ...]) -> bool:
    if attributes.get("data-marker") in ("__QUOTED_TEXT__", "__DIVIDER__"):
        return True
    if attributes.get("title", "").startswith("beforequote:"):
        return True
    return _ends_with(names, _HISTORY_BOXES) or any("yahoo_quoted_" in name for name in names)


def _read_mark(attributes: dict[str, str], names: tuple[str, ...]) -> str:
    if _ends_with(names, _ATTRIBUTION_BOXES):
        return "a"
    if attributes.get("data-signatureblock") == "true" or "data-smartmail" in attributes:
        return "s"
    if attributes.get("data-marker", "").startswith("__SIG_"):  # Zimbra
        return "s"
    # Apple's clients open a box of that name and let the whole reply be typed into it.
    signed = any(name.endswith(_SIGNATURE_BOXES) and "apple" not in name for name in names)
    return "s" if signed and not any("mobile" in name for name in names) else ""
