"""Lines that only mail systems write: for reports that no header and no sender gives away.

A person who speaks of a returned mail says "I" or "my", asks something, or takes their leave; a
report does none of that. So a shape counts only in a text without any word of a person's.
"""

from __future__ import annotations

import re

from notifications.inbound.banners import read_banner
from notifications.inbound.phrases import find_phrase, list_phrases

_HEAD = 4_000  # characters of the text that are looked at
_LINES = 40  # of them
_MAX_LINE = 200  # characters; a longer one has no shape

# What a server says of its talk with another, and of whom it wrote to.
_FIXED = list_phrases(
    """
remote host said|remote server returned|smtp error from remote|in reply to rcpt to
in reply to end of data|responded as follows|server response to|rcpt to:<|rcpt to: <
diagnostic information for administrators|diagnostic code:|error-code:|error_code
transcript of session|transcript of the attempts|technical details of|technical report:
error message below|for the following reason|because of the following reason
following recipient|following address|following destination|was not delivered to: |these recipients
recipient(s)|address(es)|delivered to the following|undeliverable to the following
failed with the following|has not yet been delivered is|the requested destination was
special condition follows|session transcription
undeliverable recipient|undeliverable address|recipients were affected|failed addresses follow
failed recipients
original message follows|message header follows|message text follows|unsent message follows
original message headers|copy of the message|further delivery attempts
delivered to mobile|you do not need to take any action|you do not need to resend
informations de diagnostic|diagnoseinformationen für administratoren
información de diagnóstico|以下のメールアドレスへの送信|収件人|收件人
"""
)
_FRAME = re.compile(r"[\s|]{0,9}([-*#=+])\1[-*#=+ ]{0,80}(\w[^\n]{2,80}?)[\s|]{0,9}\Z")
_FRAMED = list_phrases(
    "address|recipient|fail|deliver|transcript|returned|server message|smtp|error|unsent"
    "|copy of the message|message header|message log"
)
_LABELLED = re.compile(r"[\w'() -]{3,60}:\s{1,9}<?[^\s<>@:]{1,64}@[^\s<>@:]{1,255}>?\s{0,9}\Z")
# "<<< 550 unknown user", "550 <bob@acme.example>... User unknown".
_REPLY = re.compile(r"\s{0,9}(?:<<<\s{0,3}[45]\d\d\s|[45]\d\d[ -]<?[^\s<>@]{1,64}@)")
# "bob@acme.example - no such user here".
_BLAMED = re.compile(r"\s{0,9}<?[^\s<>@]{1,64}@[^\s<>@:;]{1,255}>?[:;]?\s")
_BLAME = (
    "no such user", "user unknown", "unknown user", "recipient unknown", "quota", "action: failed",
)  # fmt: skip
_LABELS = ("recipient", "address", "user", "mailbox", "deliver", "destinat")
_PERSON = re.compile(
    r"[?？]|(?<![.\w@-])(?:i|i'm|i've|my|we|our|ich|mein\w{0,2}|wir|unser\w{0,2}|je|j'ai|nous|notre"
    r"|nos|yo|mi|nosotros|nuestr\w{1,2}|io|mio|mia|noi|nostr\w|ik|mijn|wij|onze|eu|meu|minha|nós"
    r"|jag|min|jeg|minun|мой|моё|мы|наш\w{0,2}|regards|cheers|thanks|thank you|sincerely|grüße"
    r"|grüßen|gruß|danke|cordialement|merci|saludos|gracias|saluti|grazie|groeten|fyi|see below"
    r"|siehe unten|voir ci-dessous)(?![.\w@-])"
)
_RETURNED = ("received:", "return-path:", "message-id:", "mime-version:")


def find_shape(text: str) -> str:
    """Return what in this text only a mail system writes, or "" (also where a person speaks)."""
    lines: list[str] = []
    for line in text[:_HEAD].splitlines():
        if line.lower().startswith(_RETURNED) or len(lines) == _LINES:
            break
        if line.strip() and not line.lstrip().startswith((">", "|>")):
            lines.append(line)
    said = " ".join(" ".join(lines).lower().replace("’", "'").split())
    if speaks_a_person(said):
        return ""
    return find_phrase(_FIXED, said) or _find_line(lines)


def speaks_a_person(said: str) -> bool:
    """Say whether somebody says "I" or "we", asks, thanks or takes their leave in folded text."""
    return _PERSON.search(said) is not None


def _find_line(lines: list[str]) -> str:
    shaped = (line.strip() for line in lines if len(line) <= _MAX_LINE and _is_shaped(line))
    return next(shaped, "")


def _is_shaped(line: str) -> bool:
    """Recognise a framed title of a failure, a server's reply, or an address with its cause."""
    if _REPLY.match(line) or (_BLAMED.match(line) and find_phrase(_BLAME, line.lower())):
        return True
    framed = _FRAME.match(line)
    if framed and find_phrase(_FRAMED, framed[2].lower()):
        return not read_banner(line.strip())
    labelled = _LABELLED.match(line)
    return labelled is not None and find_phrase(_LABELS, line.lower().partition(":")[0]) != ""
