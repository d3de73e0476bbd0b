"""Find the new text of an email reply: what its author wrote, without the history below or around.

Quoted text never counts as an answer (THREATS 31), so a history that can be told from the answer is
cut away. What must not be cut: inline and bottom answers, forwards, prose that looks like a
client's furniture. When nothing would be left, everything is kept.

The scan is linear: lines are labelled once (`body_lines`), then the labels are walked once.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import attributions, banners, header_blocks, signatures
from .body_lines import classify_lines
from .lines import LONG_LINE, is_blank, is_quoted, split_lines, trim_blank_ends

# What lies below this many lines is not looked at; it is kept or cut with the last line above.
MAX_SCANNED_LINES = 6_000
_MAX_SIGNATURE_LOOKS = 100


@dataclass(frozen=True, kw_only=True)
class ReplyText:
    """What `extract_reply` found.

    `text`: the new text. Quoted lines that give inline answers their context keep their `> ` marks.
    `quoted`: what was cut, in order.
    `kept_everything`: a history was seen and yet kept, because the mail is a forward or holds
    nothing else; not all of `text` is then its sender's, and nothing in it counts as an answer
    before a person has looked.
    """

    text: str
    quoted: str
    kept_everything: bool


def extract_reply(text: str, *, subject: str = "") -> ReplyText:
    """The new text of a plain-text mail body. Never raises; linear in the length of `text`.

    `subject` (decoded) tells a forward from a reply where the body does not; "" means unknown.
    """
    lines, below = split_lines(text, MAX_SCANNED_LINES)
    lines = _split_shared_lines(lines)
    return choose_lines(lines, classify_lines(lines), below=below, subject=subject)


def choose_lines(lines: list[str], kinds: str, *, below: str = "", subject: str = "") -> ReplyText:
    """`extract_reply` for lines that are labelled already; `below` is the text beneath them."""
    keep = _Walk(lines=lines, kinds=kinds, subject=subject).choose()
    if keep is None:
        everything = "\n".join(
            [*trim_blank_ends(lines), below] if below else trim_blank_ends(lines)
        )
        return ReplyText(
            text=everything.strip("\n"),
            quoted="",
            kept_everything="q" in kinds or _has_history(kinds),
        )
    below_kept = bool(below) and bool(keep) and keep[-1] == len(lines) - 1
    chosen = set(keep)
    kept = _join_kept(lines, keep)
    cut = [line for at, line in enumerate(lines) if at not in chosen]
    if below:
        (kept if below_kept else cut).append(below)
    return ReplyText(
        text="\n".join(trim_blank_ends(kept)).strip(),
        quoted="\n".join(trim_blank_ends(cut)),
        kept_everything=False,
    )


def _has_history(kinds: str) -> bool:
    return any(kind in kinds for kind in "abfA")


def _split_shared_lines(lines: list[str]) -> list[str]:
    """Break "Yes please On Mon, 3 May 2021, Ann wrote:" in two, and what is glued behind it."""
    result = []
    for line in lines:
        at = None if line[:1] == ">" else _find_shared(line)
        if at is None:
            result.append(line)
        else:
            result += [line[:at], line[at:]]
    return result


def _find_shared(line: str) -> int | None:
    """Where the second of two lines in one begins."""
    shared, addressed = line[-1:] in (":", "-"), "@" in line[:LONG_LINE]
    barred = "---" in line and not line.startswith("--")
    if not (shared or addressed or barred) or is_quoted(line):
        return None
    at = attributions.split_shared_line(line) if shared else None
    if at is None and addressed:
        at = attributions.split_leading_attribution(line)
    if at is None and barred:
        at = banners.find_inner_banner(line)
    return at


def _join_kept(lines: list[str], keep: list[int]) -> list[str]:
    """The kept lines; blank ones between them stay, one at most where something was cut."""
    result: list[str] = []
    before = keep[0] - 1 if keep else 0
    for at in keep:
        gap = lines[before + 1 : at]
        blanks = [line for line in gap if is_blank(line)]
        if len(blanks) == len(gap):
            result += gap
        elif blanks and not is_blank(lines[at]) and not is_blank(result[-1]):
            result.append("")
        result.append(lines[at])
        before = at
    return result


@dataclass(frozen=True)
class _Quotation:
    """A run of quoted lines, with the attribution that stood above it."""

    attribution: range
    lines: range

    @property
    def is_adjacent(self) -> bool:
        """Its attribution stands right above it, as when a passage was picked out for an answer.

        A header block of three lines and more stands above a whole mail.
        """
        return self.lines.start == self.attribution.stop and len(self.attribution) < 3


class _Walk:
    """One walk over the labels of a body, deciding which lines are the author's."""

    def __init__(self, *, lines: list[str], kinds: str, subject: str) -> None:
        self.lines = lines
        self.kinds = kinds
        self.subject = subject
        self.parts: list[range] = []
        self.quotations: list[_Quotation] = []
        self.looks = 0

    def choose(self) -> list[int] | None:
        """The numbers of the lines to keep, in order, or None to keep everything."""
        if self._is_forward():
            return None
        self._collect()
        own = [at for part in self.parts for at in self._trim_part(part)]
        if not any(self.kinds[at] in "tr" for at in own):
            return None
        return sorted([*own, *self._choose_quotations(own)])

    def _is_forward(self) -> bool:
        """A forward's history is its content, with or without a note above it."""
        first = next((at for at, kind in enumerate(self.kinds) if kind in "abf"), None)
        if first is None:
            return False
        if self.kinds[first] == "f":
            return True
        prefix = banners.read_subject_prefix(self.subject)
        if self.kinds[first] == "b" and self.subject:
            # A banner or a header block in a mail that does not call itself a reply was put there.
            return prefix != "reply"
        return prefix == "forward" and first == self._next(-1)

    def _next(self, at: int) -> int:
        """The next line after `at` that is not empty; the number of lines when there is none."""
        at += 1
        while at < len(self.kinds) and self.kinds[at] in "ep":
            at += 1
        return at

    def _collect(self) -> None:
        """Find the author's parts and the quotations, down to an unquoted history."""
        at, size = 0, len(self.kinds)
        while at < size and self.kinds[at] not in "bf":
            if self.kinds[at] == "a":
                end = self._end_of(at, "a")
                below = self._next(end - 1)
                if below >= size or self.kinds[below] not in "qAa":
                    return
                at = (
                    below
                    if self.kinds[below] == "a"
                    else self._collect_quotation(range(at, end), below)
                )
            elif self.kinds[at] in "qA":
                at = self._collect_quotation(range(at, self._end_of(at, "A")), at)
            else:
                end = at
                while end < size and self.kinds[end] not in "abfqA":
                    end += 1
                self.parts.append(range(at, end))
                at = end

    def _end_of(self, at: int, kind: str) -> int:
        while at < len(self.kinds) and self.kinds[at] == kind:
            at += 1
        return at

    def _collect_quotation(self, attribution: range, start: int) -> int:
        """Take a run of quoted lines; returns the line after it."""
        end = begin = max(start, attribution.stop)
        while (after := self._next(end - 1)) < len(self.kinds) and self.kinds[after] in "qA":
            end = after + 1
        self.quotations.append(_Quotation(attribution, range(begin, end)))
        return self._next(end - 1)

    def _trim_part(self, part: range) -> list[int]:
        """The lines of one part without signatures and what leads over to a history."""
        end = part.stop
        below_quotation = self.quotations and part.start >= self.quotations[0].lines.stop
        if below_quotation and signatures.is_footer(self.lines[part.start : part.stop]):
            return []
        for at in part:
            if self.kinds[at] in "dr" and self._opens_signature(at, end):
                end = at
                break
        kept = [at for at in range(part.start, end) if self.kinds[at] not in "sp"]
        while kept and self.kinds[kept[-1]] in "er":
            kept.pop()
        if (
            len(kept) > 1
            and self.kinds[kept[-2]] == "e"
            and signatures.is_dashed_name(self.lines[kept[-1]])
        ):
            kept.pop()
        return kept

    def _is_answered(self, quotation: _Quotation, own: list[int]) -> bool:
        """Something stands below it; a mere sign-off below the history ends what stands above."""
        if quotation.lines.stop > own[-1]:
            return False
        if quotation is not self.quotations[-1] or own[0] > quotation.lines.start:
            return True
        below = [at for at in own[-signatures.MAX_LINES :] if at >= quotation.lines.stop]
        return not signatures.is_sign_off([self.lines[at] for at in below])

    def _is_cited(self, quotation: _Quotation, own: list[int]) -> bool:
        """Quoted by the author below text of theirs, with the history and its attribution below."""
        last = self.quotations[-1]
        return (
            not quotation.attribution
            and bool(last.attribution)
            and own[0] < quotation.lines.start < last.lines.start
        )

    def _opens_signature(self, at: int, end: int) -> bool:
        """The mark or the line of dashes at `at` has a signature below it, not more of the text."""
        self.looks += 1
        if self.looks > _MAX_SIGNATURE_LOOKS:
            return False
        below = self.lines[at + 1 : min(end, at + 1 + signatures.MAX_LINES)]
        if self.kinds[at] == "d":
            return not signatures.is_prose(below)
        written = [line for line in below if not is_blank(line)]
        if len(written) == 1 and (header_blocks.read_header_key(written[0]) or [""])[0] == "from":
            return True  # Outlook's header block, cut short
        return signatures.is_signature_like(below)

    def _choose_quotations(self, own: list[int]) -> list[int]:
        """The quoted lines that the answers below them need.

        Several answers between quotations keep them all, but for the last one with nothing below.
        One answer keeps the passage that was picked out above it; a whole history above it is cut.
        """
        answered = [
            quotation
            for quotation in self.quotations
            if self._is_answered(quotation, own) or self._is_cited(quotation, own)
        ]
        answers = not self.subject or banners.read_subject_prefix(self.subject) == "reply"
        if not answers and not any(quotation.attribution for quotation in self.quotations):
            # A mail that answers none quotes what it wants to show.
            return [at for quotation in self.quotations for at in quotation.lines]
        if len(answered) == 1 and len(self.quotations) == 1:
            only = answered[0]
            began = own[0] < only.lines.start
            if only.attribution and not (began and only.is_adjacent):
                return []
        return [at for quotation in answered for at in quotation.lines]
