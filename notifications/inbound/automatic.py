"""Did a person write this? And if not: what is it? (THREATS 19, 20; MAIL.md 5, 6)

Every verdict names its evidence in plain words. In doubt a mail is human: an agent then looks at
it, while a person's mail taken for a machine's would be lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifications.inbound.bounces import find_failure
from notifications.inbound.message import ParsedMessage
from notifications.inbound.notes import find_read_note, find_whole_note
from notifications.inbound.notices import find_complaint, find_program, find_read_words
from notifications.inbound.phrases import (
    ABSENCE,
    ABSENT_WORDS,
    AUTOMATIC_ANSWER,
    BUSINESS,
    CHALLENGE_LINKS,
    CHALLENGES,
    DOMINO_ABSENCE,
    MACHINE_ROOTS,
    MACHINE_WORDS,
    NO_ANSWERS,
    PASSED_ON,
    REPLY_PREFIX,
    TAKEN_IN,
    UNREAD,
    UNTIL,
    WISHES,
    WORKPLACES,
    find_beginning,
    find_phrase,
    fold_subject,
    fold_text,
)
from notifications.inbound.reply_html import html_to_text
from notifications.inbound.reports import (
    COMPLAINT_TYPES,
    RECEIPT_TYPES,
    find_named_ids,
    find_report_type,
    read_fields,
)

OWN_HEADER = "x-lastcall-id"  # on every mail that we send

_NOTES = ("reply", "message", "notice", "note", "response")
_SHORT = 500  # characters of a note that may stand alone
_NEAR = 60  # characters behind a machine's words that may say that it only passed the mail on
_OPENING = 1_500  # characters of a text that may say that it is automatic
# Names by which responders of every make mark their answers; and marks whose value says it.
_ANSWER_NAME = re.compile(
    r"auto[-_]?(?:repl|respon|generated)|vacation|holidayreply|machinegenerated|zimbra-ooo"
)
_ANSWER_HEADERS = {
    "x-apple-action": "vacation", "x-post-messageclass": "autoresponder",
    "x-ms-exchange-generated-message-source": "rules agent", "precedence": "auto_reply",
    "x-precedence": "auto_reply", "preference": "auto_reply", "delivered-to": "autoresponder",
    "x-auto-submitted": "auto", "x-uv-mailing": "auto", "x-freescout-mail-type": "auto",
    "x-otrs-loop": "yes", "x-loop": "yes", "x-cron-env": "", "x-list-administrivia": "",
}  # fmt: skip
# CommuniGate marks what a rule passed on so, too: a person wrote that.
_NOT_SO = ("no", "false", "0", "forward", "redirect", "mirror", "group")
_LIST_MARKS = ("list-unsubscribe", "list-id", "list-help", "feedback-id", "x-mailing-list")
_TICKET = re.compile(r"[\[(]?(?:[\w-]{1,20} )?#\s?\d")  # how a program's subject begins
_LATER_REPLY = re.compile(r"(?:|[-–|(\[/].{0,50}[\s\])-])(?:re|aw|sv|antw) ?:")
# "Ann Lee OOO Re: your subject"
_NAMED_ABSENCE = re.compile(r"(?:[\w.']{1,30}[ -]){1,3}ooo[\s\]):|-]{1,5}(?:re|aw) ?:")
_NULL_PATH = re.compile(r"<{1,2}(?:mailer-daemon[^>]*)?>|mailer-daemon", re.IGNORECASE)
_ENDING = re.compile(r"[(\[](?:automatic|auto|automated)[ -]?(?:response|reply|answer)[)\]]\Z")
_ABSENT_ENDING = re.compile(r"[(\[](?:out of (?:the )?office|vacation|ooo)[)\]]\Z")
_NO_REPLY = re.compile(r"(?:\A|[<\s])(?:no|do[-_.]?not|dont)[-_.]?reply[\w.+-]*@", re.IGNORECASE)
_OUR_LINKS = ("your site", "your website", "your page", "your form", "asks me to", "asks us to")
_BULK = re.compile(r"\b(?:bulk|list|junk|mass)\b")
_COMPLAINT_SUBJECT = ("email feedback report", "complaint about message from", "abuse report")


@dataclass(frozen=True, kw_only=True)
class Classification:
    """What a mail is: human, auto_reply, bounce, delay, receipt, complaint, list or own.

    `original_message_id` (in brackets) is the mail that a report is about; `named_ids` are all
    that it names. `bounce_class` is "hard" or "soft" for a bounce or delay.
    """

    kind: str
    evidence: tuple[str, ...]
    original_message_id: str | None = None
    bounce_class: str = ""
    named_ids: tuple[str, ...] = ()


def classify(parsed: ParsedMessage, *, envelope_from: str | None = None) -> Classification:
    """Return what this mail is. `envelope_from` is "" for the null sender, None when unknown."""
    null_sender = envelope_from == "" or _has_null_path(parsed)
    if found := _find_report(parsed):
        return _about(parsed, *found)
    if failure := find_failure(parsed, null_sender=null_sender):
        return _about(parsed, failure.kind, failure.evidence, failure.bounce_class)
    if own := parsed.header(OWN_HEADER):
        return Classification(
            kind="own", evidence=(f"It carries our own mark, X-Lastcall-Id {own[:60]}.",)
        )
    if evidence := _find_answer(parsed, null_sender=null_sender):
        return Classification(
            kind="auto_reply",
            evidence=evidence,
            original_message_id=parsed.in_reply_to or None,
        )
    if evidence := _find_mass_mail(parsed):
        return Classification(kind="list", evidence=evidence)
    return Classification(kind="human", evidence=("Nothing says that a machine wrote it.",))


def _about(
    parsed: ParsedMessage, kind: str, evidence: tuple[str, ...], bounce_class: str = ""
) -> Classification:
    named = find_named_ids(parsed)
    return Classification(
        kind=kind,
        evidence=evidence,
        original_message_id=named[0] if named else None,
        bounce_class=bounce_class,
        named_ids=named,
    )


def _has_null_path(parsed: ParsedMessage) -> bool:
    paths = [*parsed.all_headers("return-path"), *parsed.all_headers("x-envelope-from")]
    return any(_NULL_PATH.match(path.replace(" ", "")) for path in paths)


def _find_report(parsed: ParsedMessage) -> tuple[str, tuple[str, ...]] | None:
    """Recognise a complaint or a read receipt by its own kind of part."""
    report = find_report_type(parsed)
    if report == "feedback-report" or read_fields(parsed, COMPLAINT_TYPES):
        return "complaint", ("It holds a complaint report.",)
    if complaint := find_complaint(parsed):
        return "complaint", complaint
    if report == "disposition-notification" or read_fields(parsed, RECEIPT_TYPES):
        return "receipt", ("It holds a read receipt.",)
    if read := find_read_note(parsed) or find_read_words(parsed):
        return "receipt", read
    subject = fold_subject(parsed.subject)
    if subject.startswith(_COMPLAINT_SUBJECT) and parsed.find_files("message/rfc822"):
        return "complaint", ("Its subject announces a complaint, and a message is returned.",)
    return None


def _find_answer(parsed: ParsedMessage, *, null_sender: bool) -> tuple[str, ...]:
    """Return the evidence that a machine answered (or wrote), or nothing."""
    if marked := _find_marks(parsed):
        return marked
    subject = fold_subject(parsed.subject)
    found = find_beginning(AUTOMATIC_ANSWER, subject)
    if found and not _goes_on(parsed, subject[len(found) :]):
        return (f"Its subject begins with {found!r}.",)
    if _ENDING.search(subject):
        return ("Its subject ends by saying that it is automatic.",)
    ended = parsed.in_reply_to and _ABSENT_ENDING.search(subject)
    if (ended or _NAMED_ABSENCE.match(subject)) and _says_no_wish(parsed):
        return ("Its subject is an absence note's beside the subject that it answers.",)
    if DOMINO_ABSENCE.match(subject):
        return ("Its subject is that of a Domino absence note.",)
    hints = _find_hints(parsed, null_sender=null_sender)
    absent = find_beginning(ABSENCE, subject)
    if absent and (hints or _is_prefix(parsed, subject, absent)):
        return (f"Its subject begins with {absent!r}.", *hints)
    if null_sender:
        return ("Its envelope has no sender: no person's mail is sent so.",)
    if len(hints) >= 2:
        return hints
    if _is_wordless_reply(parsed):
        return ("It answers an invitation, without a word.",)
    return _find_words(parsed, subject, absent, hints)


def _goes_on(parsed: ParsedMessage, rest: str) -> bool:
    """As in "Vacation response times": a person's subject goes on, and they want something."""
    if parsed.in_reply_to or not rest.startswith(" ") or not rest[1:2].isalpha():
        return False
    return not _says_no_wish(parsed)


def _says_no_wish(parsed: ParsedMessage) -> bool:
    said = fold_text(parsed.text, length=_SHORT)
    return "?" not in said and not find_phrase(WISHES, said)


def _is_prefix(parsed: ParsedMessage, subject: str, absent: str) -> bool:
    """As in "Out of office: Re: your subject": a program put its words before a subject of ours."""
    rest = subject[len(absent) :].lstrip()
    if _is_at_work(absent) and _LATER_REPLY.match(rest):
        return _says_no_wish(parsed)
    if not _is_at_work(absent) or rest[:1] not in (":", "："):
        return False
    return bool(parsed.in_reply_to) or REPLY_PREFIX.match(rest[1:].lstrip()) is not None


def _is_wordless_reply(parsed: ParsedMessage) -> bool:
    """A calendar's "accepted" or "declined", to which nobody added anything."""
    if "calendar" not in parsed.labels or parsed.text.strip():
        return False
    answers = any(
        b"METHOD:REPLY" in file.content[:2_000].upper()
        for file in parsed.find_files("text/calendar", "application/ics")
    )
    return answers and not html_to_text(parsed.html).strip()


def _find_words(
    parsed: ParsedMessage, subject: str, absent: str, hints: tuple[str, ...]
) -> tuple[str, ...]:
    """Look into the text, where the headers alone do not decide."""
    answered = REPLY_PREFIX.match(subject)
    opening = fold_text(parsed.text, length=_OPENING)
    if program := find_program(parsed):
        return program
    if challenge := _find_challenge(opening):
        return challenge
    if (answered or parsed.in_reply_to) and (note := find_whole_note(parsed)):
        return note
    if answered and not hints:
        return _find_absence_thread(parsed, subject[answered.end() :].lstrip(), opening)
    if not answered and (found := _find_machine_words(opening[:800])):
        return (f"Its text says {found!r}.",)
    if receipt := _find_receipt(parsed.subject.strip(), opening, hints):
        return receipt
    if not absent and (answered or not hints):
        return ()
    away = find_phrase(ABSENT_WORDS, opening[:600])
    if away and hints and not answered:
        return (f"Its text says {away!r}.", *hints)
    if absent and away and _is_note(parsed, subject, absent):
        return (f"Its subject is {absent!r}.", f"Its text says {away!r}.")
    return ()


def _find_challenge(opening: str) -> tuple[str, ...]:
    held = "" if find_phrase(_OUR_LINKS, opening) else find_phrase(CHALLENGES, opening)
    link = find_phrase(CHALLENGE_LINKS, opening) if held else ""
    return (f"It asks for a proof: {held!r}, {link!r}.",) if link else ()


def _find_receipt(subject: str, opening: str, hints: tuple[str, ...]) -> tuple[str, ...]:
    """ "We have received your request; do not answer this", from a program by its subject too."""
    silent = find_phrase(NO_ANSWERS, opening)
    if not silent:
        return ()
    said = find_phrase(UNREAD, opening)
    if not said and (hints or _TICKET.match(subject)):
        said = find_phrase(TAKEN_IN, opening)
    return (f"Its text says {said!r} and {silent!r}.", *hints) if said else ()


def _find_absence_thread(parsed: ParsedMessage, subject: str, opening: str) -> tuple[str, ...]:
    """ "Re: Out of office", and the text says that and nothing else."""
    absent = find_beginning(ABSENCE, subject)
    if not absent or subject != absent or not _is_at_work(absent) or not _wants_nothing(parsed):
        return ()
    away = find_phrase(ABSENT_WORDS, opening[:200])
    return (f"Its subject is {subject!r}.", f"Its text says {away!r}.") if away else ()


def _is_note(parsed: ParsedMessage, subject: str, absent: str) -> bool:
    """Is "Absent: your subject" or "Absent until Monday" all that it says, as programs write it?

    "Holiday" is also what a person calls a mail of their own; an answer's ids tell it apart.
    """
    rest = subject[len(absent) :].strip()
    if rest and rest[0] not in ":：-–" and not REPLY_PREFIX.match(rest):
        dated = rest.startswith(UNTIL) and "," not in rest and len(rest.split()) <= 5
        if parsed.in_reply_to and dated:
            return True
        is_named = rest in _NOTES or (rest.startswith(UNTIL) and len(rest.split()) <= 6)
        return is_named and _is_at_work(absent) and _wants_nothing(parsed)
    if parsed.in_reply_to:
        return True
    said = fold_text(parsed.text, length=_SHORT)
    return _is_at_work(absent) and "?" not in said and not find_phrase(WISHES, said)


def _is_at_work(absent: str) -> bool:
    return find_phrase(WORKPLACES, absent) != ""


def _wants_nothing(parsed: ParsedMessage) -> bool:
    """Is it short, and does it speak of nothing that a customer may want of us?"""
    said = fold_text(f"{parsed.subject}\n{parsed.text}", length=_SHORT)
    is_short = len(parsed.text) < _SHORT
    return is_short and "?" not in said and not find_phrase(BUSINESS, said)


def _find_machine_words(opening: str) -> str:
    if not find_phrase(MACHINE_ROOTS, opening):  # few words first: most mail has none of them
        return ""
    for words in MACHINE_WORDS:
        at = opening.find(words)
        if at >= 0 and not find_phrase(PASSED_ON, opening[at : at + len(words) + _NEAR]):
            return words
    return ""


def _find_marks(parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the headers by which a machine declares itself."""
    marks: list[str] = []
    for name, value in parsed.headers:
        key, folded = name.lower(), value.lower()
        if key == "auto-submitted":
            word = folded.split(";")[0].split("(")[0].strip()
            if word not in ("", "no", "auto-forwarded"):
                marks.append(f"Auto-Submitted says {value[:80]}.")
        elif _is_answer_mark(key, folded):
            marks.append(f"{name} says {value[:80] or 'so'}.")
    return tuple(marks)


def _is_answer_mark(key: str, folded: str) -> bool:
    if folded in _NOT_SO or key == "x-auto-response-suppress":
        return False
    wanted = _ANSWER_HEADERS.get(key)
    return _ANSWER_NAME.search(key) is not None if wanted is None else wanted in folded


def _find_hints(parsed: ParsedMessage, *, null_sender: bool) -> tuple[str, ...]:
    """Return signs that go with automatic mail, none of them enough alone."""
    hints: list[str] = []
    if null_sender:
        hints.append("Its envelope has no sender.")
    suppressed = parsed.header("x-auto-response-suppress")
    if suppressed and suppressed.lower() != "none":
        hints.append("It asks for no automatic answer.")
        if parsed.header("x-ms-exchange-inbox-rules-loop"):  # alone, a rule only passed it on
            hints.append("An Exchange inbox rule made it.")
    precedence = parsed.header("precedence").lower()
    if precedence in ("bulk", "junk") and not any(parsed.header(mark) for mark in _LIST_MARKS):
        hints.append(f"Its precedence is {precedence}.")
    if _NO_REPLY.search(parsed.header("reply-to") or parsed.from_email):
        hints.append("It takes no answers.")
    return tuple(hints)


def _find_mass_mail(parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the evidence that this went to many, or nothing.

    A list on which people talk (it has a List-Post) stays human: a customer may write through one,
    and our own mailbox may be one.
    """
    precedence = parsed.header("precedence").lower()
    if not _BULK.search(precedence) or not parsed.header("list-unsubscribe"):
        return ()
    post = parsed.header("list-post").lower()
    if "mailto:" in post or parsed.in_reply_to or REPLY_PREFIX.match(fold_subject(parsed.subject)):
        return ()
    return (f"Its precedence is {precedence}.", "It can be unsubscribed from.")
