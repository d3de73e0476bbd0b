"""Find the new text of a reply whose body is HTML.

The HTML is made into lines once (`html_lines`), quotations marked as in plain text, and the plain
scanner decides; what only the HTML tells is given to it as marks.
"""

from __future__ import annotations

from . import signatures
from .body_lines import classify_lines
from .header_blocks import read_header_key
from .html_lines import BOX, HtmlLines, read_lines
from .lines import is_quoted, make_comparable
from .reply_text import MAX_SCANNED_LINES, ReplyText, choose_lines

_MAX_WRAPPINGS = 12
_MAX_BOXES = 20  # signatures that are looked at


def extract_reply_html(html: str, *, subject: str = "") -> ReplyText:
    """The new text of an HTML mail body, as plain text. Never raises; linear in its length.

    `subject` as for `extract_reply`.
    """
    return extract_reply_lines(read_lines(html), subject=subject)


def extract_reply_lines(source: HtmlLines, *, subject: str = "") -> ReplyText:
    """`extract_reply_html` for HTML that was made into lines already."""
    lines = source.lines[:MAX_SCANNED_LINES]
    below = "\n".join(source.lines[MAX_SCANNED_LINES:])
    lines = _unquote_everything(lines)
    kinds = list(classify_lines(lines))
    _apply_marks(source, lines, kinds)
    return choose_lines(lines, "".join(kinds), below=below, subject=subject)


def html_to_text(html: str) -> str:
    """The whole of an HTML body as plain text, quotations marked with `> `."""
    return "\n".join(read_lines(html).lines)


def _unquote_everything(lines: list[str]) -> list[str]:
    """A body that stands in a quotation as a whole is not quoted at all: its client wrapped it.

    At most _MAX_WRAPPINGS levels are taken off: one line may hold a million marks.
    """
    for _ in range(_MAX_WRAPPINGS):
        if not lines or not all(not line or line.startswith(">") for line in lines):
            break
        lines = [line[1:].removeprefix(" ") for line in lines]
        if not any(line and not line.isspace() for line in lines):
            break
    return lines


def _apply_marks(source: HtmlLines, lines: list[str], kinds: list[str]) -> None:
    first_text = kinds.index("t") if "t" in kinds else len(kinds)
    _quote_boxes(source, lines, kinds, below=first_text)
    for at, mark in source.marks.items():
        if at >= len(lines) or kinds[at] in "eqAf":
            continue
        if mark == BOX:
            if at <= first_text:
                continue  # nothing was written above: the answer may stand in the box itself
            mark = "a"
        if mark == "b" and _is_forward_box(kinds, at):
            continue
        if mark == "a" and "f" in kinds[max(0, at - 1) : at + 1]:
            continue
        if mark == "a" and kinds[at] in "bdr":
            continue
        kinds[at] = mark
    _end_boxed_signatures(lines, kinds)
    for at in source.openings:
        if at < len(lines) and kinds[at] == "t" and _opens_history(lines, at):
            kinds[at] = "b"


def _quote_boxes(source: HtmlLines, lines: list[str], kinds: list[str], *, below: int) -> None:
    """A quotation's box without a `blockquote` is quoted whole; what stands below it is not."""
    for box in source.boxes:
        inside = range(box.start, min(box.stop, len(lines)))
        if inside.start <= below or any(kinds[at] in "bfqAs" for at in inside):
            continue
        for at in inside:
            if kinds[at] != "e":
                kinds[at], lines[at] = "q", f"> {lines[at]}"


def _end_boxed_signatures(lines: list[str], kinds: list[str]) -> None:
    """A signature in a box of its own ends with the box: what stands below it was typed there.

    A `--` above the box would end the mail; it belongs to the box. A footer below stays cut.
    """
    end, looks = len(kinds), 0
    for at in range(len(kinds) - 1, -1, -1):
        if kinds[at] in "abfqA":
            end = at
        if kinds[at] != "d" or looks >= _MAX_BOXES:
            continue
        box = at + 1
        while box < end and kinds[box] in "es":
            box += 1
        if "s" not in kinds[at + 1 : box]:
            continue
        looks += 1
        if not signatures.is_signature_like(lines[box : min(end, box + signatures.MAX_LINES)]):
            kinds[at] = "s"


def _is_forward_box(kinds: list[str], at: int) -> bool:
    return "f" in kinds[at : at + 3]


def _opens_history(lines: list[str], at: int) -> bool:
    """Below a rule: one header line with an address, or three lines that look like a header."""
    header = read_header_key(lines[at])
    if header is not None and header[0] != "other":
        below = read_header_key(lines[at + 1]) if at + 1 < len(lines) else None
        if "@" in lines[at] or len(lines[at]) > 12 or below is not None or header[0] == "from":
            return True
    labelled = [
        line
        for line in lines[at : at + 4]
        if not is_quoted(line) and 0 < make_comparable(line).find(":") <= 24
    ]
    return len(labelled) >= 3 and any("@" in line for line in labelled)
