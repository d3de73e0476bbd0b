"""Calls as mail providers make them: news of a mail that we sent, and mail that came in.

`news(esp, what, …)` tells of a mail, `mail(esp, raw, …)` brings one. The payloads hold what the
providers document, as far as it matters here.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.notifications.webhooks.signing import (
    KEYS,
    SECRET,
    TO,
    Call,
    notify_sns,
    sign_body,
    sign_mailgun,
    sign_mandrill,
    sign_postal,
    sign_sendgrid,
    sign_svix,
    sign_unisender,
    write_json,
)

__all__ = ["KEYS", "SECRET", "Call", "mail", "news"]

# --- news of mail that we sent --------------------------------------------------------------------

WORDS: dict[str, dict[str, str]] = {
    "delivered": {
        "amazon_ses": "Delivery", "brevo": "delivered", "mailersend": "delivered",
        "mailgun": "delivered", "mailjet": "sent", "mailtrap": "delivery", "mandrill": "",
        "postal": "Sent", "postmark": "Delivery", "resend": "email.delivered",
        "sendgrid": "delivered", "sparkpost": "delivery", "unisender_go": "delivered",
    },
    "bounced": {
        "amazon_ses": "Bounce", "brevo": "hard_bounce", "mailersend": "hard_bounced",
        "mailgun": "failed", "mailjet": "bounce", "mailtrap": "bounce",
        "mandrill": "hard_bounce", "postal": "HardFail", "postmark": "Bounce",
        "resend": "email.bounced", "sendgrid": "bounce", "sparkpost": "bounce",
        "unisender_go": "hard_bounced",
    },
    "complained": {
        "amazon_ses": "Complaint", "brevo": "spam", "mailersend": "spam_complaint",
        "mailgun": "complained", "mailjet": "spam", "mailtrap": "spam", "mandrill": "spam",
        "postal": "", "postmark": "SpamComplaint", "resend": "email.complained",
        "sendgrid": "spamreport", "sparkpost": "spam_complaint", "unisender_go": "spam",
    },
    "opened": {
        "amazon_ses": "Open", "brevo": "opened", "mailersend": "opened", "mailgun": "opened",
        "mailjet": "open", "mailtrap": "open", "mandrill": "open", "postal": "",
        "postmark": "Open", "resend": "email.opened", "sendgrid": "open", "sparkpost": "open",
        "unisender_go": "opened",
    },
}  # fmt: skip
for _words in WORDS.values():
    _words["sendinblue"] = _words["brevo"]
TRACKING = sorted(WORDS["bounced"])


def news(esp: str, what: str, our_id: str, *, number: str = "e1", at: float | None = None) -> Call:
    """Return the call by which `esp` tells that mail `our_id` was `what`."""
    path = f"{esp}/" if esp == "mandrill" else f"{esp}/tracking/"
    return NEWS[esp](path, WORDS[what][esp], our_id, number, at or time.time())


def _news_ses(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    event = {
        "eventType": word,
        "mail": {
            "messageId": "ses-1",
            "destination": [TO],
            "headers": [
                {"name": "References", "value": "<lc.aaaaaaaaaaaaaaaa.1@other>"},
                {"name": "Message-ID", "value": our_id},
            ],
        },
        "delivery": {"recipients": [TO], "smtpResponse": "250 ok"},
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": TO, "diagnosticCode": "550 no such user"}],
        },
        "complaint": {"complainedRecipients": [{"emailAddress": TO}]},
        "open": {},
    }
    return notify_sns(path, event, number)


def _news_brevo(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    event = {
        "event": word,
        "email": TO,
        "message-id": our_id,
        "ts_epoch": int(at * 1000),
        "reason": f"550 no such user {number}",
    }
    return Call(path=path, body=write_json(event))


def _news_mailersend(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    data = {
        "id": number,
        "type": word,
        "created_at": datetime.fromtimestamp(at, UTC).isoformat(),
        "email": {"message": {"id": "ms-1"}, "recipient": {"email": TO}},
        "headers": [{"name": "Message-ID", "value": our_id}],
    }
    payload = {"type": f"activity.{word}", "data": data}
    return sign_body(path, payload, "Signature", "mailersend out")


def _news_mailgun(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    event = {
        "event": word,
        "severity": "permanent",
        "recipient": TO,
        "timestamp": at,
        "message": {"headers": {"message-id": our_id.strip("<>")}},
        "user-variables": {"lastcall_id": our_id},
        "delivery-status": {"message": "550 no such user"},
    }
    return Call(
        path=path, body=write_json({"signature": sign_mailgun(at, number), "event-data": event})
    )


def _news_mailjet(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    event = {"event": word, "time": int(at), "MessageID": int(number.strip("e") or 1), "email": TO}
    payload = json.dumps({"lastcall_id": our_id})
    return Call(path=path, body=write_json([event | {"Payload": payload, "hard_bounce": True}]))


def _news_mailtrap(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    event = {
        "event": word,
        "message_id": "mt-1",
        "email": TO,
        "timestamp": int(at),
        "event_id": number,
        "custom_variables": {"lastcall_id": our_id},
        "response": "550 no such user",
    }
    return sign_body(path, {"events": [event]}, "Mailtrap-Signature", "mailtrap out")


def _news_mandrill(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    message = {"email": TO, "metadata": {"lastcall_id": our_id}, "diag": "550 no such user"}
    return sign_mandrill(path, [{"event": word, "_id": "md-1", "ts": int(at), "msg": message}])


def _news_postal(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    message = {"id": 7, "message_id": our_id.strip("<>"), "to": TO, "direction": "outgoing"}
    payload = {"status": word, "output": "550 no such user", "message": message}
    return sign_postal(path, {"uuid": number, "timestamp": at, "payload": payload})


def _news_postmark(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    stamp = datetime.fromtimestamp(at, UTC).isoformat()
    event = {
        "RecordType": word,
        "ID": number,
        "MessageID": "pm-1",
        "Email": TO,
        "Metadata": {"lastcall_id": our_id},
        "BouncedAt": stamp,
        "Details": "550 no such user",
    }
    if word == "Bounce":
        event["Type"] = "HardBounce"
    return Call(path=path, body=write_json(event))


def _news_resend(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    data = {
        "email_id": "re-1",
        "to": [TO],
        "headers": [{"name": "X-Metadata", "value": json.dumps({"lastcall_id": our_id})}],
    }
    stamp = datetime.fromtimestamp(at, UTC).isoformat()
    return sign_svix(path, {"type": word, "created_at": stamp, "data": data}, number, at)


def _news_sendgrid(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    event = {
        "event": word,
        "email": TO,
        "timestamp": int(at),
        "sg_event_id": number,
        "smtp-id": our_id,
        "reason": "550 no such user",
    }
    return sign_sendgrid(path, [event], at)


def _news_sparkpost(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    event = {
        "type": word,
        "timestamp": str(int(at)),
        "event_id": number,
        "transmission_id": "sp-1",
        "raw_rcpt_to": TO,
        "rcpt_meta": {"lastcall_id": our_id},
        "raw_reason": "550 no such user",
    }
    return Call(path=path, body=write_json([{"msys": {"message_event": event}}]))


def _news_unisender(path: str, word: str, our_id: str, number: str, at: float) -> Call:
    data = {
        "job_id": "un-1",
        "email": TO,
        "status": word,
        "event_time": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "metadata": {"lastcall_id": our_id},
        "delivery_info": {"destination_response": f"550 no such user {number}"},
    }
    event = {"event_name": "transactional_email_status", "event_data": data}
    return sign_unisender(path, {"events_by_user": [{"user_id": 1, "events": [event]}]})


NEWS: dict[str, Callable[[str, str, str, str, float], Call]] = {
    "amazon_ses": _news_ses, "brevo": _news_brevo, "mailersend": _news_mailersend,
    "mailgun": _news_mailgun, "mailjet": _news_mailjet, "mailtrap": _news_mailtrap,
    "mandrill": _news_mandrill, "postal": _news_postal, "postmark": _news_postmark,
    "resend": _news_resend, "sendgrid": _news_sendgrid, "sendinblue": _news_brevo,
    "sparkpost": _news_sparkpost, "unisender_go": _news_unisender,
}  # fmt: skip


# --- mail that came in ----------------------------------------------------------------------------

SENDER = "robin@customer.example.com"


def mail(esp: str, raw: bytes, to: str, *, number: str = "m1", at: float | None = None) -> Call:
    """Return the call by which `esp` brings the message `raw` for `to`."""
    return MAIL[esp](raw, to, number, at or time.time())


def _form(path: str, fields: dict[str, Any], headers: dict[str, str] | None = None) -> Call:
    body = encode_multipart(BOUNDARY, fields)
    return Call(path=path, body=body, content_type=MULTIPART_CONTENT, headers=headers or {})


def _mail_ses(raw: bytes, to: str, number: str, at: float) -> Call:
    event = {
        "notificationType": "Received",
        "content": base64.b64encode(raw).decode(),
        "mail": {"messageId": number, "source": SENDER},
        "receipt": {"recipients": [to], "action": {"type": "SNS", "encoding": "BASE64"}},
    }
    return notify_sns("amazon_ses/inbound/", event, number)


def _mail_brevo(raw: bytes, to: str, number: str, at: float, path: str = "brevo") -> Call:
    headers, text = split(raw)
    item = {
        "Uuid": [number],
        "Headers": headers | {"Delivered-To": to, "Return-Path": f"<{SENDER}>"},
        "RawTextBody": text,
        "RawHtmlBody": "<p>html</p>",
    }
    return Call(path=f"{path}/inbound/", body=write_json({"items": [item]}))


def _mail_mailersend(raw: bytes, to: str, number: str, at: float) -> Call:
    data = {
        "id": number,
        "raw": raw.decode("utf-8", "replace"),
        "sender": {"email": SENDER},
        "recipients": {"rcptTo": [{"email": to}]},
        "created_at": datetime.fromtimestamp(at, UTC).isoformat(),
    }
    payload = {"type": "inbound.message", "data": data}
    return sign_body("mailersend/inbound/", payload, "Signature", "mailersend in")


def _mail_mailgun(raw: bytes, to: str, number: str, at: float) -> Call:
    fields = {
        "recipient": to,
        "sender": SENDER,
        "body-mime": raw.decode("utf-8", "replace"),
        **sign_mailgun(at, number),
    }
    return _form("mailgun/inbound_mime/", fields)


def _mail_mailjet(raw: bytes, to: str, number: str, at: float) -> Call:
    headers, text = split(raw)
    event = {
        "Sender": SENDER,
        "Recipient": to,
        "Headers": headers,
        "Text-part": text,
        "Html-part": "<p>html</p>",
    }
    return Call(path="mailjet/inbound/", body=write_json(event))


def _mail_mandrill(raw: bytes, to: str, number: str, at: float) -> Call:
    message = {"raw_msg": raw.decode("utf-8", "replace"), "email": to}
    return sign_mandrill("mandrill/", [{"event": "inbound", "ts": int(at), "msg": message}])


def _mail_postal(raw: bytes, to: str, number: str, at: float) -> Call:
    payload = {
        "id": number,
        "rcpt_to": to,
        "mail_from": SENDER,
        "message": base64.b64encode(raw).decode(),
        "base64": True,
    }
    return sign_postal("postal/inbound/", payload)


def _mail_postmark(raw: bytes, to: str, number: str, at: float) -> Call:
    payload = {
        "MessageID": number,
        "OriginalRecipient": to,
        "RawEmail": raw.decode("utf-8", "replace"),
        "Headers": [{"Name": "Return-Path", "Value": f"<{SENDER}>"}],
    }
    return Call(path="postmark/inbound/", body=write_json(payload))


def _mail_sendgrid(raw: bytes, to: str, number: str, at: float) -> Call:
    envelope = json.dumps({"from": SENDER, "to": [to]})
    return _form(
        "sendgrid/inbound/", {"email": raw.decode("utf-8", "replace"), "envelope": envelope}
    )


def _mail_sparkpost(raw: bytes, to: str, number: str, at: float) -> Call:
    content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
    event = {"protocol": "smtp", "msg_from": SENDER, "rcpt_to": to, "content": content}
    return Call(path="sparkpost/inbound/", body=write_json([{"msys": {"relay_message": event}}]))


def split(raw: bytes) -> tuple[dict[str, str], str]:
    """Return a simple message's headers and text, as providers with parsed fields have them."""
    head, _, text = raw.decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")
    head = head.replace("\n\t", " ")
    return dict(line.split(": ", 1) for line in head.split("\n")), text


MAIL: dict[str, Callable[[bytes, str, str, float], Call]] = {
    "amazon_ses": _mail_ses, "brevo": _mail_brevo, "mailersend": _mail_mailersend,
    "mailgun": _mail_mailgun, "mailjet": _mail_mailjet, "mandrill": _mail_mandrill,
    "postal": _mail_postal, "postmark": _mail_postmark, "sendgrid": _mail_sendgrid,
    "sendinblue": lambda *said: _mail_brevo(*said, "sendinblue"), "sparkpost": _mail_sparkpost,
}  # fmt: skip
# These hold the message back: Anymail fetches it by an API of theirs (see test_fetched.py).
FETCHED = ("mailtrap", "resend")
REBUILT = ("brevo", "mailjet", "sendinblue")
DECODED = ("mailersend", "mailgun", "mandrill", "postmark", "sendgrid")  # come as text, in UTF-8
