"""Recognise "On Monday Ann wrote:" and its relatives, in some thirty languages, over several lines.

An attribution is the sentence that a mail client puts between the new text and the old. It has a
date, or an address, or both, and most languages add a verb. No language is asked for: the words of
all are tried, and the date or the address has to be there, so that prose that merely begins with
"On" or ends with "wrote:" stays prose.
"""

from __future__ import annotations

import re

from .attribution_words import OPENERS, STARTERS, VERB_PHRASES, VERBS
from .lines import LONG_LINE, is_blank, is_quoted, make_comparable, strip_quote_marks

_STARTER = re.compile(
    "(?:"
    + "|".join(re.escape(w) for w in sorted(STARTERS, key=len, reverse=True))
    + r")(?![^\W\d_])"
)
_CJK_STARTERS = ("在", "于", "於")

_LATIN_VERBS = tuple(sorted({v for v in VERBS if v[0].isascii() or v[0] in "éíşđέ"}, key=len))
_INNER_VERB = re.compile(
    r"(?<!\w)(?:schrieb|schreibt|schreef|schrijft|skrev|wrote|écrit|escribió|escreveu|ha scritto|"
    r"napsal\(a\)|napsal|napsala|napísal\(a\)|napísal|napisał\(a\)|napisał|napisała|skrifaði|"
    r"ezt írta|írta|kirjoitti|a scris|написал\(а\)|написал|написав|пише|menulis|đã viết|"
    r"yazdı|isinulat ni|كتب|كتبت|נכתב)(?!\w)"
)
_PRONOUN = re.compile(r"(?<!\w)(?:i|we|he|she|they|ich|wir)(?!\w)")
_FIRST_PERSON = re.compile(
    r"(?<!\w)(?:i|we|i've|we've) (?:wrote|said|sent)\W*$|schrieb(?:en)? (?:ich|wir)(?!\w)|"
    r"schreef (?:ik|we|wij)(?!\w)|skrev (?:jag|jeg|vi)(?!\w)|(?:j'ai|nous avons) écrit"
)

_TIME = re.compile(r"\d{1,2}[:.h]\d{2}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}[:h]\d{2}(?!\d)")  # never the beginning of 12.09.2026
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NUMBER = re.compile(r"\d{1,9}")
_NUMERIC_DATE = re.compile(r"(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d)")
_ENGLISH_DATE = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)? |(?<!\w))(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"[a-z]{0,6}\.?(?: \d|,)|(?<!\w)(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? "
)
_BRACKETED = re.compile(r"[<(\[\"'«][^<>()\[\]\s]{1,120}@[^<>()\[\]\s]{1,160}[>)\]\"'»]?")
_ADDRESS = re.compile(r"[^\s<>@]{1,100}@[^\s<>@]{1,160}")
_ISO_START = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_ISO_NAMED = re.compile(r"20\d\d-\d\d-\d\d \d\d?:\d\d (?:gmt|utc)[+-]\d\d:\d\d [^<>@:]{1,60}:?$")
_POSTED_BY = re.compile(r"posted by .{1,60} on \d\d?/\d\d?/\d{4}$")
_SHARED_LINE = re.compile(
    r"(?:-{2,}\s?| )On (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|"
    r"Nov|Dec)[a-z]{0,6}\b|\d)"
)

# "On Tuesday, 3 March" may have broken before these.
_TIME_FIRST = re.compile(r"(?:at|um|à|a las|alle|às|kl\.?|klo|om|la|в) \d{1,2}[:.h]\d\d")

_EDGES = " \t>*_-–—=~|#‐"
MAX_LINES = 5


def _ends_with_verb(folded: str) -> bool:
    tail = folded.rstrip(" \t:.,;-–—*_>|\"'“”")
    if not tail.endswith(VERBS) and not (tail := tail.rstrip(")")).endswith(VERBS):
        return False
    if tail.endswith(_LATIN_VERBS):
        # A whole word: "prewrote" and "underwrites" are no verbs of ours.
        verb = max((v for v in _LATIN_VERBS if tail.endswith(v)), key=len)
        before = tail[: -len(verb)][-1:]
        return not before or not before.isalpha() or before in "。，、"
    return True


def _has_date(folded: str) -> bool:
    return bool(
        _TIME.search(folded)
        or _YEAR.search(folded)
        or _NUMERIC_DATE.search(folded)
        or _ENGLISH_DATE.search(folded)
    )


def _begins_with_starter(folded: str) -> bool:
    return _STARTER.match(folded) is not None or folded.startswith(_CJK_STARTERS)


def _begins_with_number(folded: str) -> bool:
    """A digit in one of the first three words, as in "пт, 3 квіт. 2020 р."."""
    return any(c.isdigit() for word in folded[:80].split(None, 3)[:3] for c in word)


def is_attribution(text: str, *, quote_follows: bool = False) -> bool:
    """True when this line (wrapped lines joined by spaces) says who wrote the quotation below it.

    With `quote_follows` the next line is marked as quoted, and less evidence is asked for.
    """
    text = make_comparable(text).removesuffix("=20").rstrip()
    if not 6 <= len(text) <= 600:
        return False
    folded = text.casefold().lstrip(_EDGES)
    colon = text.rstrip(" *_-–—\"'”").endswith(":")
    verb = _ends_with_verb(folded)
    address = "@" in folded and _ADDRESS.search(folded) is not None
    if quote_follows and colon and len(text) <= 250:
        inside = _INNER_VERB.search(folded) is not None and _has_date(folded)
        if verb or inside or (address and _names_sender(folded)) or _opens_with_date(folded):
            return True
    starter = _begins_with_starter(folded)
    if quote_follows and not colon and starter and _is_bare(folded):
        return True
    if not (verb or address or colon) or _FIRST_PERSON.search(folded):
        return False
    bracketed = address and _BRACKETED.search(folded) is not None
    return (
        (verb and _is_closed_by_verb(text, folded, starter=starter, colon=colon, address=address))
        or _has_verb_inside(text, folded, starter=starter, colon=colon, bracketed=bracketed)
        or (bracketed and _is_date_and_address(text, folded, starter=starter, colon=colon))
        or (colon and folded.startswith(OPENERS) and _is_dated_to_the_minute(folded))
        or _ISO_NAMED.match(folded) is not None
        or _POSTED_BY.match(folded) is not None
    )


def _is_bare(folded: str) -> bool:
    """As in "Am 03.03.26 um 10:12 schrieb Ann", with the quotation below it and no colon."""
    verb = _INNER_VERB.search(folded)
    if verb is None or not _is_dated_to_the_minute(folded) or _FIRST_PERSON.search(folded):
        return False
    return verb.start() < 60 and len(folded[verb.end() :].split()) <= 5


def _names_sender(folded: str) -> bool:
    """Its address is bracketed, stands first or beside a date: "write to ann@x:" is a sentence."""
    if _BRACKETED.search(folded) or _has_date(folded):
        return True
    return "@" in folded.split(None, 1)[0] or folded.startswith(OPENERS)


def _opens_with_date(folded: str) -> bool:
    """A year, in a line that begins as attributions do: one inside a sentence dates something."""
    if not _YEAR.search(folded):
        return False
    starts = _begins_with_starter(folded) or _begins_with_number(folded)
    return starts or _CLOCK.search(folded) is not None or folded.startswith(OPENERS)


def _is_dated_to_the_minute(folded: str) -> bool:
    """A whole date and a time of day."""
    dated = _YEAR.search(folded) or _NUMERIC_DATE.search(folded)
    timed = _TIME.search(folded) is not None
    return bool(dated) and timed and not _PRONOUN.search(folded)


def _has_address_before_verb(folded: str) -> bool:
    at = folded.rfind("@")
    while at < len(folded) and folded[at] not in " >)]\t":
        at += 1
    return folded[at:].strip(" \t>)]\"',.:;*_|-–—") in VERB_PHRASES


def _is_closed_by_verb(
    text: str, folded: str, *, starter: bool, colon: bool, address: bool
) -> bool:
    """As in "On 3 May 2021, Ann <ann@x> wrote:", "Ann via List wrote:", "---- On … wrote ----"."""
    # An address right before the verb leaves no room for a sentence in between.
    closed = address and _has_address_before_verb(folded)
    if not closed and _PRONOUN.search(folded):
        return False
    dated = _has_date(folded)
    dashed = text[:1] in "-–—" and text[-1:] in "-–—"
    if not colon and not dashed and not (starter and closed and dated):
        return False  # a wrapped line of prose may end in "wrote"
    if closed or (starter and (address or dated or _begins_with_number(folded))):
        return True
    if " via " in folded and len(folded.split()) <= 12:
        return True
    if address and dated and _BRACKETED.search(folded):
        return True
    # A day and a year, or a time: more than one number.
    return dated and len(_NUMBER.findall(folded)) > 1 and _begins_with_number(folded)


def _has_verb_inside(
    text: str, folded: str, *, starter: bool, colon: bool, bracketed: bool
) -> bool:
    """As in "Am 3.5.2021 um 10:00 schrieb Ann:", "Ann <ann@x> schrieb am Mo., 3. Mai 2021:"."""
    if not (colon or (bracketed and text.endswith((">", ")", "]")))) or len(text) > 300:
        return False
    verb = _INNER_VERB.search(folded)
    if verb is None or _PRONOUN.search(folded):
        return False
    dated = _has_date(folded)
    if starter:
        return dated or bracketed
    words = folded[: verb.start()].split()
    return (
        bracketed
        or (dated and bool(words) and "@" in words[-1])
        or (
            _TIME.search(folded) is not None
            and _YEAR.search(folded) is not None
            and _begins_with_number(folded)
        )
    )


def _is_date_and_address(text: str, folded: str, *, starter: bool, colon: bool) -> bool:
    """As in "2021-05-03 10:00 GMT+02:00 Ann <ann@x>:", "пн, 3 мая 2021 г., Ann <ann@x>:"."""
    if len(text) > 300:
        return False
    closing = text.rstrip(" *_:")[-1:] in (">", ")", "]")
    if not closing:
        return False
    if colon:
        if not (_YEAR.search(folded) or _TIME.search(folded)) or not _has_date(folded):
            return False
        return starter or _begins_with_number(folded)
    return _ISO_START.match(folded) is not None


def _is_dated_address(text: str) -> bool:
    """An address in brackets, a year and a colon: above a quotation that says enough without a
    word that we know, as in "Missatge de Ann <ann@x> del dia dt., 3 de març 2026 a les 9:14:"."""
    text = make_comparable(text).rstrip(" *_")
    dated = _YEAR.search(text) is not None and _BRACKETED.search(text) is not None
    return dated and text.endswith(":") and len(text) <= 250


def may_end_attribution(line: str) -> bool:
    """A cheap look: could an attribution end on this line?"""
    text = make_comparable(line[-200:]).removesuffix("=20").rstrip()
    if not text:
        return False
    if text[-1] in ":>*-_)|–—]":
        return True
    if text.casefold().rstrip(" .").endswith(VERBS) or text[:2] == "20":
        return True
    return _CLOCK.search(text) is not None and _INNER_VERB.search(text) is not None


def find_attribution_start(lines: list[str], end: int, *, first: int = 0) -> int | None:
    """The line where the attribution that ends on line `end` begins, or None if there is none.

    Looks back over at most MAX_LINES lines without a blank one, never before line `first`.
    """
    if len(lines[end]) > LONG_LINE or not may_end_attribution(lines[end]):
        return None
    follows = end + 1
    while follows < len(lines) and follows <= end + 3 and is_blank(lines[follows]):
        follows += 1
    quote_follows = follows < len(lines) and is_quoted(lines[follows])
    joined = ""
    numbered: int | None = None
    for start in range(end, max(first, end - MAX_LINES + 1) - 1, -1):
        line = lines[start]
        if is_blank(line) or len(line) > LONG_LINE:
            break
        joined = _join_wrapped(make_comparable(strip_quote_marks(line)), joined)
        folded = joined.lstrip(_EDGES).casefold()
        opened = _begins_with_starter(folded)
        if not opened and (numbered is not None or not _begins_with_number(folded)):
            continue
        if is_attribution(joined, quote_follows=False):
            if opened and not _TIME_FIRST.match(folded):
                return start
            numbered = start
    if numbered is not None and not lines[numbered].lstrip().startswith("<"):
        return numbered
    return _find_unopened_start(lines, end, first=first, quote_follows=quote_follows)


def _join_wrapped(above: str, below: str) -> str:
    """Two lines as one; what was broken after "<" or by quoted-printable is made whole."""
    if above.endswith("="):
        return f"{above[:-1]}{below}"
    return f"{above}{below}" if above.endswith(("<", "@")) else f"{above} {below}".strip()


def _find_unopened_start(
    lines: list[str], end: int, *, first: int, quote_follows: bool
) -> int | None:
    """An attribution that opens with a name: "Ann Lee <ann@x> wrote:", perhaps over two lines."""
    last = strip_quote_marks(lines[end])
    alone = is_attribution(last, quote_follows=quote_follows)
    previous = end - 1
    if previous >= first and not is_blank(lines[previous]):
        above = strip_quote_marks(lines[previous])
        broken = ("@" in above and "@" not in last) or (not alone and len(last.split()) <= 3)
        broken = broken or above.rstrip().endswith("<")
        if not broken and not last.lstrip().startswith("<"):
            return end if alone else None
        opens = previous == first or is_blank(lines[previous - 1])
        joined = _join_wrapped(above, last)
        told = is_attribution(joined) or (quote_follows and _is_dated_address(joined))
        if opens and len(above) <= 90 and told:
            return previous
    return end if alone else None


def split_shared_line(line: str) -> int | None:
    """Where an English attribution begins that stands on the same line as the reply above it."""
    tail = line[-LONG_LINE:]
    folded = tail.casefold()
    if " on " not in folded and "-on " not in folded and "- on " not in folded:
        return None
    if not _ends_with_verb(folded):
        return None
    at = None
    for match in _SHARED_LINE.finditer(tail):
        at = match.start()
    if at is None or not tail[:at].strip() or not is_attribution(tail[at:]):
        return None
    return len(line) - len(tail) + at


def split_leading_attribution(line: str) -> int | None:
    """Where the history begins that stands behind its attribution, as phones write it.

    As in "On Fri, 5 Mar 2021 at 10:00, Ann<ann@x> wrote:   Hello": date, address and verb are asked
    for, since prose may quote somebody in one line.
    """
    head = line[:LONG_LINE]
    at = head.find("@")
    colon = head.find(":", at) if at > 0 else -1
    if colon < 0 or not head[colon + 1 :].strip():
        return None
    attribution = make_comparable(head[: colon + 1])
    folded = attribution.casefold()
    if not _begins_with_starter(folded) or not _has_date(folded):
        return None
    if not _has_address_before_verb(folded) or not is_attribution(attribution):
        return None
    return colon + 1
