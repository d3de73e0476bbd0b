"""Does a mail report that another was not delivered? Weighed by several signs (MAIL.md 5, 6).

Half of all bounces carry none of the standard's marks. No sign convicts alone that a person's
mail could carry as well: quoted bounces and forwarded ones stay human.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from notifications.inbound.banners import read_banner
from notifications.inbound.bounce_phrases import (
    DAEMON_LOCAL,
    DAEMON_NAME,
    DELAY_SUBJECT,
    DELAY_TEXT,
    DELIVERED_SUBJECT,
    DELIVERED_TEXT,
    FAILURE_SUBJECT,
    FAILURE_TEXT,
    GATEWAY_LOCAL,
    GONE_WORDS,
    HARD_WORDS,
    KEEPER_LOCAL,
    NOREPLY_LOCAL,
    REPLY_CODE,
    SOFT_WORDS,
    STATUS,
    STILL_TRYING,
    STRONG_NAME,
)
from notifications.inbound.message import ParsedMessage
from notifications.inbound.phrases import (
    AUTOMATIC_ANSWER,
    REPLY_PREFIX,
    find_beginning,
    find_phrase,
    fold_subject,
)
from notifications.inbound.report_shapes import find_shape
from notifications.inbound.reports import (
    RETURNED_TYPES,
    STATUS_TYPES,
    Fields,
    find_report_type,
    read_fields,
    read_plain_text,
)

_HEAD = 4_000  # characters of the text that are looked at
_ENOUGH = 3.0
_BEGINNING = 12  # characters: room for "[EXTERNAL] " and the like
_RETURNED = re.compile(
    r"^[ \t>|]{0,20}(?:received: from |return-path: ?<|message-id: ?<|x-mailer: |mime-version: 1)",
    re.MULTILINE | re.IGNORECASE,
)
_TITLE = re.compile(r"\s{0,9}([-*#=])\1\1[-*#= ]{0,80}\w[^\n]{2,80}\1\1\1\s{0,9}\Z")
# Codes whose failure the address itself is to blame for.
_HARD_CODES = {(1, None), (2, 1), (4, 4)}
_SOFT_CODES = {(2, 2), (2, 3), (3, 4), (2, 0), (7, None), (6, None), (4, None), (3, None)}


@dataclass(slots=True)
class Signs:
    """The weight of what was found, and what it was in plain words."""

    weight: float = 0.0
    evidence: list[str] = field(default_factory=list)
    opens: bool = False  # a sign that no person's mail carries was among them

    def add(self, weight: float, words: str, *, opens: bool = False) -> None:
        self.weight += weight
        self.evidence.append(words)
        self.opens = self.opens or opens


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A report on a delivery. `kind` is bounce, delay or receipt (it was delivered)."""

    kind: str
    evidence: tuple[str, ...]
    bounce_class: str  # "hard", "soft", or "" for a receipt


def find_failure(parsed: ParsedMessage, *, null_sender: bool) -> Failure | None:
    """Return what delivery report this is, or None."""
    fields = read_fields(parsed, STATUS_TYPES)
    reported = find_report_type(parsed)
    if fields is not None and fields.has("action", "status", "reporting-mta", "final-recipient"):
        return _read_status(parsed, fields)
    signs = _weigh_envelope(parsed, null_sender=null_sender)
    if reported in ("delivery-status", "unknown"):
        signs.add(_ENOUGH, "Its type is a delivery report.", opens=True)
    subject = fold_subject(parsed.subject)
    announced = not REPLY_PREFIX.match(subject) and _weigh_subject(signs, subject)
    if not signs.opens and not announced:
        return None
    text = read_plain_text(parsed)
    proven = _weigh_text(signs, parsed, text)
    # A customer may write of a "failed delivery"; a mail system also returns what failed, and why.
    if not (signs.opens or proven) or signs.weight < _ENOUGH:
        return None
    return _conclude(signs, subject, text)


def _read_status(parsed: ParsedMessage, fields: Fields) -> Failure:
    """Read a delivery report as RFC 3464 has it."""
    actions = {value.split()[0].strip(";.") for value in fields.all("action") if value}
    codes = [value for value in fields.all("status") if value]
    evidence = [f"Its delivery report says: {word}." for word in sorted(actions)] or [
        "It holds a delivery report."
    ]
    evidence += [f"Status {code.split()[0]}." for code in codes[:3]]
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        return Failure(kind="receipt", evidence=tuple(evidence), bounce_class="")
    if "failed" not in actions and "delayed" in actions:
        return Failure(kind="delay", evidence=tuple(evidence), bounce_class="soft")
    if not actions and codes and all(code.startswith("2") for code in codes):
        return Failure(kind="receipt", evidence=tuple(evidence), bounce_class="")
    reasons = " ".join([*codes, *fields.all("diagnostic-code")])
    subject = fold_subject(parsed.subject)
    if not actions and find_phrase(DELAY_SUBJECT, subject):
        return Failure(kind="delay", evidence=tuple(evidence), bounce_class="soft")
    verdict = judge_failure(reasons) or judge_failure(read_plain_text(parsed)[:_HEAD])
    return Failure(kind="bounce", evidence=tuple(evidence), bounce_class=verdict or "hard")


def _weigh_envelope(parsed: ParsedMessage, *, null_sender: bool) -> Signs:
    signs = Signs()
    local = parsed.from_email.rpartition("@")[0].lower() or parsed.from_email.lower()
    name = parsed.from_name.lower() or local
    shown = parsed.from_email or parsed.from_name
    if DAEMON_LOCAL.match(local) or STRONG_NAME.search(name):
        signs.add(3, f"The sender is a mail system ({shown}).", opens=True)
    elif KEEPER_LOCAL.match(local) or GATEWAY_LOCAL.search(local) or DAEMON_NAME.search(name):
        signs.add(1.3, f"The sender looks after mail ({shown}).", opens=True)
    elif NOREPLY_LOCAL.match(local):
        signs.add(1, f"The sender takes no answers ({shown}).", opens=True)
    if null_sender or parsed.header("from").replace(" ", "") == "<>":
        signs.add(1.5, "It has no sender.", opens=True)
    if parsed.header("x-failed-recipients"):
        signs.add(3, "It names recipients that failed.", opens=True)
    if parsed.all_headers("x-ms-exchange-message-is-ndr"):
        signs.add(3, "Exchange marks it as undeliverable.", opens=True)
    if parsed.header("x-mlserver") and local.endswith(("-admin", "-request")):
        signs.add(1.5, "A list server sent it.", opens=True)
    if parsed.header("x-list-administrivia").lower() == "yes":  # Mailman's notices, and their echo
        signs.add(1.5, "A list server's notice is in it.", opens=True)
    answered = parsed.header("auto-submitted").lower()
    if answered.startswith("auto"):
        signs.add(0.5, f"Auto-Submitted says {answered[:60]}.", opens=True)
    return signs


def _weigh_subject(signs: Signs, subject: str) -> bool:
    """Weigh the subject; say whether it begins by announcing a failure."""
    if find_beginning(AUTOMATIC_ANSWER, subject):
        signs.add(-2, "Its subject is that of an automatic answer.")
        return False
    found = find_phrase(FAILURE_SUBJECT, subject) or find_phrase(DELAY_SUBJECT, subject)
    found = found or find_beginning(DELIVERED_SUBJECT, subject)
    if not found:
        return False
    # At the subject's beginning it is what the mail is; further on, perhaps what it is about.
    announced = subject.find(found) <= _BEGINNING
    signs.add(2 if announced else 1, f"Its subject says {found!r}.")
    return announced


def _weigh_text(signs: Signs, parsed: ParsedMessage, text: str) -> bool:
    """Weigh the text; say whether only a program writes so: code and message, title, shape."""
    head = " ".join(text[:_HEAD].lower().replace("’", "'").split())
    found = find_phrase(FAILURE_TEXT, head) or find_phrase(DELAY_TEXT, head)
    found = found or find_phrase(DELIVERED_TEXT, head)
    if found:
        signs.add(1.5, f"Its text says {found!r}.")
    coded = True
    if STATUS.search(head):
        signs.add(1, "It names a status code.")
    elif REPLY_CODE.search(head):
        signs.add(0.5, "It names a reply of a mail server.")
    else:
        coded = False
    returned = bool(parsed.find_files(*RETURNED_TYPES) or _RETURNED.search(text))
    if returned:
        signs.add(0.5, "It returns a message.")
    shape = find_shape(text) if found else ""
    if shape:
        signs.add(0, f"Only mail systems write {shape[:80]!r}.")
    return (coded and returned) or shape != "" or (found != "" and _is_titled(text))


def _is_titled(text: str) -> bool:
    """Does it begin with a title in a frame, "--- Non-Delivery Report ---"? Not a forward's own."""
    first = next((line for line in text[:_HEAD].splitlines() if line.strip()), "")
    return _TITLE.match(first) is not None and not read_banner(first)


def _conclude(signs: Signs, subject: str, text: str) -> Failure:
    head = " ".join(text[:_HEAD].lower().split())
    if done := find_phrase(DELIVERED_TEXT, head):
        signs.evidence.append(f"It arrived: {done!r}.")
        return Failure(kind="receipt", evidence=tuple(signs.evidence), bounce_class="")
    late = find_phrase(DELAY_SUBJECT, subject) or find_phrase(DELAY_TEXT, head)
    given_up = any(
        words in head
        for words in (
            "given up",
            "permanent",
            "not be retried",
            "not continue",
            "giving up",
            "failed perm",
        )
    )
    said_failed = "fail" in subject or "undeliver" in subject or "returned" in subject
    if late and not given_up and (find_phrase(STILL_TRYING, head) or not said_failed):
        signs.evidence.append(f"It is only late: {late!r}.")
        return Failure(kind="delay", evidence=tuple(signs.evidence), bounce_class="soft")
    verdict = judge_failure(text[:_HEAD]) or "hard"
    return Failure(kind="bounce", evidence=tuple(signs.evidence), bounce_class=verdict)


def judge_failure(text: str) -> str:
    """Return "hard" when the address is at fault, "soft" for passing causes, "" if unsaid."""
    folded = " ".join(text.lower().replace("’", "'").split())
    hard, soft = find_phrase(HARD_WORDS, folded), find_phrase(SOFT_WORDS, folded)
    found = [match.groups() for match in STATUS.finditer(folded)]
    codes, verdicts = {first for first, *_ in found}, [_judge_code(*code) for code in found]
    if "hard" in verdicts and not (soft and not hard):
        return "hard"
    gone = find_phrase(GONE_WORDS, folded) and not soft and "4" not in codes
    if "soft" in verdicts and not gone:
        return "soft"
    if hard:
        return "hard"
    if soft:
        return "soft"
    reply = REPLY_CODE.search(folded)
    if reply:
        return "hard" if reply[1] == "5" else "soft"
    return "hard" if "permanent" in folded else ""


def _judge_code(first: str, second: str, third: str) -> str:
    if first == "4":
        return "soft"
    subject, detail = int(second), int(third)
    if {(subject, None), (subject, detail)} & _HARD_CODES:
        return "hard"
    if {(subject, None), (subject, detail)} & _SOFT_CODES:
        return "soft"
    return ""
