"""From raw bytes to everything that can be known without a database.

limits → parse → classify → authenticate → reply text. The limits come first, so that nothing is
slow but the DNS, which is asked only about a signed mail that our mail server said nothing about.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from notifications.inbound.authentic import Authentication, authenticate
from notifications.inbound.automatic import Classification, classify
from notifications.inbound.limits import find_excess
from notifications.inbound.parse import ParsedMessage, parse_message
from notifications.inbound.reply_html import extract_reply_html
from notifications.inbound.reply_text import ReplyText, extract_reply
from notifications.inbound.verification import find_verification


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """What a mail says and is. `problem` is why a person must look at it first, or ""."""

    parsed: ParsedMessage
    classification: Classification
    authentication: Authentication
    reply_text: str
    keeps_history: bool
    problem: str


# Among a mail's evidence: its reply text holds quoted history too, perhaps words of our own.
KEEPS_HISTORY = "No new words could be told from the history: the whole message is shown."


class TooMuch(Exception):
    """The mail exceeds what may be parsed at all; the words say which limit (THREATS 23–25)."""


def understand(raw: bytes, *, envelope_from: str | None, authserv_id: str) -> Understanding:
    """Read a mail; `envelope_from` is "" for the null sender, None when the channel knows none.

    Raises TooMuch when it must not be parsed.
    """
    excess = find_excess(raw)
    if excess:
        raise TooMuch(excess)
    parsed = parse_message(raw)
    classification = classify(parsed, envelope_from=envelope_from)
    reply = _find_reply(parsed)
    return Understanding(
        parsed=parsed,
        classification=classification,
        authentication=authenticate(
            parsed, authserv_id=authserv_id, raw=raw if settings.CHECK_DKIM else None
        ),
        reply_text=reply.text,
        keeps_history=reply.kept_everything,
        # Whoever says nothing in a person's name needs no unambiguous name (THREATS 8).
        problem=_find_problem(parsed) if classification.kind == "human" else "",
    )


def _find_problem(parsed: ParsedMessage) -> str:
    """Why a person must look first: an unclear sender, or no customer's words (THREATS 8, 17)."""
    return parsed.from_problem or find_verification(parsed)


def _find_reply(parsed: ParsedMessage) -> ReplyText:
    if parsed.text.strip() or not parsed.html.strip():
        return extract_reply(parsed.text, subject=parsed.subject)
    return extract_reply_html(parsed.html, subject=parsed.subject)
