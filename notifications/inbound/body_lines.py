"""Give every line of a mail body one letter that says what it is.

    e  empty                      q  quoted by its sender's client
    a  attribution ("Ann wrote:") A  the same inside a quotation, as its first line
    b  banner or header block that opens an unquoted history
    f  banner of a forwarded mail
    d  signature mark             r  line of dashes     s  "Sent from my phone"
    p  PGP armour                 t  text: everything else

One pass, at most a handful of looks at each line: linear for any input.
"""

from __future__ import annotations

from . import attributions, banners, header_blocks, signatures
from .lines import LONG_LINE, is_blank, is_quoted, make_comparable, strip_quote_marks

# Attributions cost more to look for than anything else; a mail never has this many.
_MAX_ATTRIBUTION_LOOKS = 600
# An attribution inside a quotation is one of its first lines.
_EARLY_LINES = 4
# No client wraps at less.
_WRAP_WIDTH = 71
_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_PGP_BEGIN = "-----BEGIN PGP SIGNATURE-----"
_PGP_END = "-----END PGP SIGNATURE-----"


def classify_lines(lines: list[str]) -> str:
    """One letter per line, in order."""
    kinds = [_classify_alone(line) for line in lines]
    _mark_pgp(lines, kinds)
    _mark_quoted_forward(lines, kinds)
    _mark_enclosed_quotes(lines, kinds)
    _mark_lone_marks(lines, kinds)
    _mark_attributions(lines, kinds)
    _mark_header_blocks(lines, kinds)
    _mark_quoted_header_blocks(lines, kinds)
    _mark_wrapped_quotes(lines, kinds)
    _unmark_code(lines, kinds)
    return "".join(kinds)


def _classify_alone(line: str) -> str:
    if line[:1] == ">":
        return "q"  # nearly all of a quoted history
    if is_blank(line):
        return "e"
    if is_quoted(line):
        return "q"
    banner = banners.read_banner(line)
    if banner:
        return "b" if banner == "history" else "f"
    delimiter = signatures.read_delimiter(line)
    if delimiter:
        return "d" if delimiter == "strong" else "r"
    return "s" if signatures.is_sent_from(line) else "t"


def _mark_pgp(lines: list[str], kinds: list[str]) -> None:
    begin = None
    for at, line in enumerate(lines):
        if not line.startswith("-----"):
            continue
        if line.startswith(_PGP_SIGNED):
            kinds[at] = "p"
            if at + 1 < len(lines) and lines[at + 1].startswith("Hash:"):
                kinds[at + 1] = "p"
        elif line.startswith(_PGP_BEGIN):
            begin = at
        elif begin is not None and line.startswith(_PGP_END):
            kinds[begin : at + 1] = "p" * (at + 1 - begin)
            begin = None


def _mark_quoted_forward(lines: list[str], kinds: list[str]) -> None:
    """A forward whose banner is quoted too, as Apple's clients write it: `> Begin forwarded …`."""
    first = next((at for at, kind in enumerate(kinds) if kind in "qbf"), None)
    if first is None or kinds[first] != "q":
        return
    if banners.read_banner(strip_quote_marks(lines[first])) == "forward":
        kinds[first] = "f"


def _mark_enclosed_quotes(lines: list[str], kinds: list[str]) -> None:
    """Quotations between `>>>> name >>>>` and `<<<< name <<<<`."""
    closings = [
        at
        for at, line in enumerate(lines)
        if line.startswith("<<<") and line.rstrip().endswith("<<<")
    ]
    opened = -1
    for closing in closings:
        for at in range(closing - 1, opened, -1):
            if lines[at].startswith(">>>") and lines[at].rstrip().endswith(">>>"):
                kinds[at : closing + 1] = "q" * (closing + 1 - at)
                break
        opened = closing


def _mark_lone_marks(lines: list[str], kinds: list[str]) -> None:
    """GroupWise's `>>> Ann <ann@example.com> 3/5/2021 >>>`: below it stands an unmarked history."""
    for at, kind in enumerate(kinds):
        if kind != "q" or not lines[at].startswith(">>> ") or len(lines[at]) > LONG_LINE:
            continue
        alone = "q" not in (kinds[at - 1 : at] + kinds[at + 1 : at + 2])
        core = lines[at].strip("> ")
        framed = lines[at].rstrip().endswith(">>>") and "@" in core
        if alone and (framed or attributions.is_attribution(core)):
            kinds[at] = "b"


def _mark_attributions(lines: list[str], kinds: list[str]) -> None:
    looks = 0
    free = 0  # the first line that no attribution has taken yet
    quoted = 0  # lines of this run of quoted ones
    for at, kind in enumerate(kinds):
        inside = kind == "q"
        quoted = quoted + 1 if inside or kind == "A" else 0
        if quoted > _EARLY_LINES or kind not in "tq" or looks >= _MAX_ATTRIBUTION_LOOKS:
            continue
        if not attributions.may_end_attribution(lines[at]):
            continue
        looks += 1
        start = attributions.find_attribution_start(lines, at, first=_first_like(kinds, at, free))
        if start is not None:
            start = _find_headers_above(lines, kinds, start, free)
            kinds[start : at + 1] = ("A" if inside else "a") * (at + 1 - start)
            free = at + 1


def _find_headers_above(lines: list[str], kinds: list[str], start: int, free: int) -> int:
    """Where an attribution begins that has lines of a header above it, below a rule (Yandex)."""
    at = start
    while at > free and start - at < _EARLY_LINES and kinds[at - 1] == "t":
        if header_blocks.read_header_key(lines[at - 1]) is None:
            break
        at -= 1
    return at - 1 if free < at < start and kinds[at - 1] == "r" else start


def _first_like(kinds: list[str], at: int, free: int) -> int:
    """The first line of the run that is quoted like line `at` (or, like it, is not)."""
    start = at
    while start > free and at - start < attributions.MAX_LINES and kinds[start - 1] == kinds[at]:
        start -= 1
    return start


def _mark_header_blocks(lines: list[str], kinds: list[str]) -> None:
    headers = [
        header_blocks.read_header_key(line) if kind in "ta" else None
        for line, kind in zip(lines, kinds, strict=True)
    ]
    at = 0
    while at < len(lines):
        end = header_blocks.find_header_block_end(lines, headers, at) if headers[at] else None
        if end is None:
            at += 1
            continue
        above = _previous(kinds, at)
        banner = banners.names_banner(lines[above]) if above >= 0 and kinds[above] == "t" else ""
        if banner:
            kinds[above] = "b" if banner == "history" else "f"
        kinds[at:end] = "b" * (end - at)
        at = end


def _mark_quoted_header_blocks(lines: list[str], kinds: list[str]) -> None:
    """A header block as the first lines of a quotation: Hotmail's, and an Outlook's in HTML."""
    for at, kind in enumerate(kinds):
        if kind != "q" or (at and kinds[at - 1] in "qA"):
            continue
        if header_blocks.read_header_key(strip_quote_marks(lines[at])) is None:
            continue
        end = at
        while end < len(kinds) and end - at < header_blocks.MAX_BLOCK_LINES and kinds[end] == "q":
            end += 1
        run = [strip_quote_marks(line) for line in lines[at:end]]
        headers = [header_blocks.read_header_key(line) for line in run]
        below = header_blocks.find_header_block_end(run, headers, 0)
        if below is not None:
            kinds[at : at + below] = "A" * below


def _previous(kinds: list[str], at: int) -> int:
    at -= 1
    while at >= 0 and kinds[at] == "e":
        at -= 1
    return at


def _mark_wrapped_quotes(lines: list[str], kinds: list[str]) -> None:
    """A quoted line that lost its mark when it was wrapped, or the end of a link in a quotation.

    An equals sign at its end wraps a line in quoted-printable that nobody decoded.
    """
    for at in range(1, len(lines) - 1):
        if kinds[at] != "t" or kinds[at - 1] not in "qA" or kinds[at + 1] != "q":
            continue
        above = make_comparable(strip_quote_marks(lines[at - 1]))
        here = make_comparable(lines[at])
        # The first word here had no room above; and where a sentence ends, an answer may begin.
        full = len(lines[at - 1].rstrip()) + 1 + len(here.split(None, 1)[0]) > _WRAP_WIDTH
        if (
            (full and above[-1:] not in ".!?:;" and len(here) <= 80)
            or above.endswith("=")
            or here[0] in "()"
            or (above.count("(") > above.count(")") and ")" in here + lines[at + 1])
        ):
            kinds[at] = "q"


def _unmark_code(lines: list[str], kinds: list[str]) -> None:
    """Between ``` and ``` every line is text."""
    fences = [at for at, line in enumerate(lines) if line.startswith("```") and kinds[at] == "t"]
    for begin, end in zip(fences[::2], fences[1::2], strict=False):
        for at in range(begin, end + 1):
            if kinds[at] != "e":
                kinds[at] = "t"
