"""Which parts of a mail are its writer's words, and which are files (MAIL.md 8)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from notifications.inbound.charsets import decode_text
from notifications.inbound.filenames import clean_name, read_location
from notifications.inbound.flowed import unflow_text
from notifications.inbound.headers import decode_header
from notifications.inbound.message import ParsedAttachment
from notifications.inbound.mime import Part
from notifications.inbound.sanitise import clean_line, clean_text

_WORDS = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"}
_FILES_THOUGH_TEXT = {
    "text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/directory", "text/rtf",
    "text/rfc822-headers", "text/rfc822", "text/css", "text/javascript", "text/xml",
    "text/tab-separated-values", "text/x-vcalendar", "text/comma-separated-values",
}  # fmt: skip
_UNSHOWN_ALTERNATIVES = {"text/x-amp-html", "text/watch-html"}
_META_CHARSET = re.compile(
    rb"<meta[^>]{1,200}?charset\s{0,9}=\s{0,9}[\"']?([a-z0-9_:.-]{2,40})", re.IGNORECASE
)


@dataclass(slots=True)
class Body:
    """What was collected, in the mail's order."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[ParsedAttachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _join([text for text in self.texts if text.strip()])

    @property
    def html(self) -> str:
        return _join([html for html in self.htmls if html.strip()])


def collect_body(root: Part) -> Body:
    """Return the words and files of a message. Attached messages are files."""
    body = Body()
    _collect(root, body, in_alternative=False, in_related=False)
    if not body.text and not body.html:
        _take_named_words(root, body)
    return body


def file_name(part: Part) -> str:
    """Return the label of a part's file, or ""."""
    for given in (part.disposition.get("filename"), part.type_fields.get("name")):
        if name := clean_name(given):
            return name
    for given in (part.disposition.get("name"), part.type_fields.get("filename")):
        if name := clean_name(given):
            return name
    location = part.first("content-location")
    return read_location(decode_header(location)) if location else ""


def _collect(part: Part, body: Body, *, in_alternative: bool, in_related: bool) -> None:
    if not part.is_multipart:
        _collect_leaf(part, body, in_alternative=in_alternative, in_related=in_related)
        return
    body.problems.extend(part.problems)
    kind = part.content_type
    if kind == "multipart/alternative":
        _collect_alternative(part, body)
    elif kind == "multipart/related":
        root = _related_root(part)
        for child in part.children:
            inside = child is not root
            _collect(child, body, in_alternative=in_alternative, in_related=inside)
    elif kind == "multipart/encrypted":
        for child in part.children:
            _add_file(child, body, inline=False)
    else:
        for child in part.children:
            _collect(child, body, in_alternative=False, in_related=in_related)


def _collect_alternative(part: Part, body: Body) -> None:
    """Take the first plain text and the last HTML: the others say the same."""
    chosen_text = chosen_html = ""
    for child in part.children:
        if child.content_type in _UNSHOWN_ALTERNATIVES:
            continue
        branch = Body()
        _collect(child, branch, in_alternative=True, in_related=False)
        chosen_text = chosen_text or branch.text
        chosen_html = branch.html or chosen_html
        body.files.extend(branch.files)
        body.problems.extend(branch.problems)
    body.texts.append(chosen_text)
    body.htmls.append(chosen_html)


def _related_root(part: Part) -> Part | None:
    start = part.type_fields.get("start").strip("<> ")
    for child in part.children:
        if start and child.first("content-id").strip(b"<> \t").decode("latin-1") == start:
            return child
    return part.children[0] if part.children else None


def _collect_leaf(part: Part, body: Body, *, in_alternative: bool, in_related: bool) -> None:
    if _is_file(part, in_alternative=in_alternative, in_related=in_related):
        shown = part.disposition.value == "inline" or bool(part.first("content-id"))
        inline = part.disposition.value != "attachment" and (shown or in_related)
        _add_file(part, body, inline=inline)
        return
    text = read_words(part)
    (body.htmls if part.content_type == "text/html" else body.texts).append(text)
    body.problems.extend(part.problems)


def _is_file(part: Part, *, in_alternative: bool, in_related: bool) -> bool:
    if part.disposition.value == "attachment" or not part.content_type.startswith("text/"):
        return True
    if part.content_type in _FILES_THOUGH_TEXT:
        return True
    named = bool(file_name(part))
    if in_alternative and part.content_type in _WORDS:
        return False
    if in_related and part.content_type == "text/html":
        return named or bool(part.first("content-id"))
    return named


def _add_file(part: Part, body: Body, *, inline: bool) -> None:
    identity = clean_line(part.first("content-id").decode("latin-1"), max_length=500)
    body.files.append(
        ParsedAttachment(
            name=file_name(part),
            content_type=part.content_type[:120],
            content=part.decode(),
            inline=inline,
            content_id=identity.strip("<> "),
        )
    )
    body.problems.extend(part.problems)


def read_words(part: Part) -> str:
    """Return a text part's words: decoded, unflowed, storable."""
    data = part.decode()
    charset = part.type_fields.get("charset")
    is_html = part.content_type == "text/html"
    if is_html and not charset and (meta := _META_CHARSET.search(data[:2_048])):
        charset = meta[1].decode("ascii")
    decoded, problem = decode_text(data, charset, allow_utf7=not is_html)
    if problem:
        part.problems.append(problem)
    text = clean_text(decoded)
    if part.type_fields.get("format").lower() == "flowed" and not is_html:
        delete_space = part.type_fields.get("delsp").lower() == "yes"
        text = unflow_text(text, delete_space=delete_space)
    return text


def _take_named_words(part: Part, body: Body) -> None:
    """A phone's gateway names the text itself: when there is no other, that is the message."""
    for leaf in _leaves(part):
        if leaf.content_type in ("text/plain", "text/html") and leaf.disposition.value in (
            "",
            "inline",
        ):
            name, kind = file_name(leaf), leaf.content_type
            place = next(
                (
                    number
                    for number, file in enumerate(body.files)
                    if (file.name, file.content_type) == (name, kind)
                ),
                None,
            )
            if place is None:
                continue
            del body.files[place]
            (body.htmls if kind == "text/html" else body.texts).append(read_words(leaf))
            return


def _leaves(part: Part) -> list[Part]:
    if not part.is_multipart:
        return [part]
    return [leaf for child in part.children for leaf in _leaves(child)]


def _join(pieces: list[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    return "\n".join(piece.strip("\n") for piece in pieces)
