"""The bytes and the envelope of a mail that a provider hands over.

Where the provider gives the message as it came, those very bytes are stored: a signature still
holds. Where it gives fields, the message is rebuilt, always to the same bytes, so that a second
delivery is known as such.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Iterable
from email.policy import SMTP, compat32
from email.utils import getaddresses
from typing import Any

from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, EventType
from django.http import HttpRequest

from notifications.inbound.mailboxes import clean_envelope_address, is_mailbox

# Headers that the receiving server writes; looked at only where there is no envelope.
DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
MOST_RECIPIENTS = 100
# Headers stay as they came, also those that a strict parser would mend.
_KEEPING = SMTP.clone(refold_source="none", raise_on_defect=False, utf8=True, max_line_length=0)


def read_raw(event: AnymailInboundEvent, *, esp: str) -> bytes:
    """Return the message's bytes: as they came where the provider has them, else rebuilt."""
    reader = VERBATIM.get(esp)
    found = reader(event.esp_event) if reader else None
    if isinstance(found, str):
        return found.encode("utf-8", "surrogatepass")
    return found if found else rebuild(event.message)


def read_recipients(event: AnymailInboundEvent, *, esp: str) -> list[str]:
    """Return whom the mail was delivered to; at least one entry, "" when nobody is named.

    By the envelope. A provider that has none leaves the headers, of which only what is one of our
    own mailboxes counts.
    """
    reader = ENVELOPES.get(esp)
    named = list(reader(event.esp_event)) if reader else []
    if not named and event.message.envelope_recipient:
        named = [event.message.envelope_recipient]
    cleaned = [clean_envelope_address(str(one)) for one in named[:MOST_RECIPIENTS] if one]
    if not cleaned:
        cleaned = [one for one in _read_headers(event.message) if is_mailbox(one)]
    return list(dict.fromkeys(cleaned)) or [""]


def rebuild(message: AnymailInboundMessage) -> bytes:
    """Write a message that Anymail put together from fields: twice the same, the same bytes."""
    digest = hashlib.sha256()
    for part in message.walk():
        if not part.is_multipart():
            digest.update(_write(part))
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_lc_{number}_{digest.hexdigest()[:32]}")
    return _write(message)


def _write(message: Any) -> bytes:
    try:
        return bytes(message.as_bytes(policy=_KEEPING))
    except Exception:  # what a strict writer cannot write, the old one can
        return bytes(message.as_bytes(policy=compat32))


def _read_headers(message: AnymailInboundMessage) -> Iterable[str]:
    for name in DELIVERED:
        values = [str(value) for value in message.get_all(name, [])]
        for _, address in getaddresses(values)[:MOST_RECIPIENTS]:
            yield clean_envelope_address(address)


# --- where each provider keeps the message and the envelope -----------------------------------


def _postal(payload: Any) -> bytes | str | None:
    return _maybe_base64(payload["message"], is_base64=payload.get("base64") is True)


def _sparkpost(payload: Any) -> bytes | str | None:
    content = payload["msys"]["relay_message"]["content"]
    return _maybe_base64(content["email_rfc822"], is_base64=content["email_rfc822_is_base64"])


def _amazon_ses(payload: Any) -> bytes | str | None:
    action = payload.get("receipt", {}).get("action", {})
    if action.get("type") != "SNS":
        return None
    return _maybe_base64(payload["content"], is_base64=action.get("encoding") == "BASE64")


def _maybe_base64(text: str, *, is_base64: bool) -> bytes | str:
    return b64decode(text) if is_base64 else text


def _sendgrid_recipients(request: HttpRequest) -> list[str]:
    try:
        return list(json.loads(request.POST["envelope"])["to"])
    except (KeyError, TypeError, ValueError):
        return []


def _mailersend_recipients(payload: Any) -> list[str]:
    try:
        return [one["email"] for one in payload["data"]["recipients"]["rcptTo"]]
    except (KeyError, TypeError):
        return []


VERBATIM: dict[str, Callable[[Any], bytes | str | None]] = {
    "amazon_ses": _amazon_ses,
    "mailersend": lambda payload: payload["data"].get("raw"),
    "mailgun": lambda request: request.POST.get("body-mime"),
    "mandrill": lambda payload: payload["msg"].get("raw_msg"),
    "postal": _postal,
    "postmark": lambda payload: payload.get("RawEmail"),
    "sendgrid": lambda request: request.POST.get("email"),
    "sparkpost": _sparkpost,
}
ENVELOPES: dict[str, Callable[[Any], list[str]]] = {
    "amazon_ses": lambda payload: payload.get("receipt", {}).get("recipients", []),
    "mailersend": _mailersend_recipients,
    "sendgrid": _sendgrid_recipients,
}


# --- what Anymail cannot read -----------------------------------------------------------------


def read_undecodable(request: HttpRequest, *, esp: str) -> list[AnymailInboundEvent] | None:
    """Return the mails of a call that Anymail gave up since their bytes are no UTF-8.

    Two providers send such mail in base64, which Anymail decodes as text; None for all others.
    """
    payload = json.loads(request.body)
    if esp == "postal":
        return [_make_event(payload, payload, payload.get("id"), "mail_from")]
    if esp == "sparkpost":
        mails = [one for one in payload if "relay_message" in one["msys"]]
        return [_make_event(one, one["msys"]["relay_message"], None, "msg_from") for one in mails]
    return None


def _make_event(
    payload: Any, envelope: Any, event_id: str | None, sender: str
) -> AnymailInboundEvent:
    message = AnymailInboundMessage()
    message.envelope_sender = envelope.get(sender)
    message.envelope_recipient = envelope.get("rcpt_to")
    return AnymailInboundEvent(
        event_type=EventType.INBOUND, event_id=event_id, esp_event=payload, message=message
    )
