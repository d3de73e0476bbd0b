"""What customers and machines write, as it comes to the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.soak.lives import Letter, Life

WORDS = {
    "answer": "Mara used them.",
    "restore": "Please restore our services.",
    "thanks": "Thank you!",
    "unclear": "We are not sure yet. Maybe keep one of them?",
    "stay": "Please do not cancel, we want to stay with you.",
    "stranger": "Please stop this.",
    "absence": "I am out of the office until Monday.",
}
BOUNCE = """From: Mail Delivery System <mailer-daemon@mx.example.com>
To: {recipient}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{unique}@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b--
"""


def write(life: Life, letter: Letter) -> dict[str, Any]:
    """What the door is handed, as `inbound.store` takes it."""
    is_bounce = letter.meaning == "bounce"
    recipient = letter.about if is_bounce else life.reply_to
    sender = "" if is_bounce else choose_sender(life, letter)
    raw = write_bounce(life, letter) if is_bounce else write_reply(life, letter, sender)
    return {
        "channel": "soak", "recipient": recipient, "envelope_from": sender,
        "raw": raw.replace("\n", "\r\n").encode(), "now": letter.at,
    }  # fmt: skip


def write_calls(life: Life, letter: Letter) -> list[tuple[str, str, str]]:
    """What the provider tells by webhook: that it came back, and late, that it had arrived."""
    message_id = life.message_ids[letter.row]
    back = ("bounced", message_id, f"b{letter.row}")
    return [*[back] * letter.copies, ("delivered", message_id, f"d{letter.row}")]


def choose_sender(life: Life, letter: Letter) -> str:
    stranger = letter.meaning == "stranger"
    return f"x{life.number}@elsewhere.example.org" if stranger else life.address


def write_bounce(life: Life, letter: Letter) -> str:
    return BOUNCE.format(recipient=letter.about, address=life.address, unique=name(life, letter.at))


def write_reply(life: Life, letter: Letter, sender: str) -> str:
    domain = sender.partition("@")[2]
    lines = {
        "Authentication-Results": f"mx.lastcall.example; dmarc=pass header.from={domain}",
        "From": sender,
        "To": life.reply_to,
        "Subject": "Re: your request",
        "Message-ID": f"<{name(life, letter.at)}@{domain}>",
    }
    if letter.meaning == "absence":
        lines["Auto-Submitted"] = "auto-replied"
    head = "".join(f"{key}: {value}\n" for key, value in lines.items())
    return f"{head}\n{WORDS[letter.meaning]}\n"


def name(life: Life, at: datetime) -> str:
    return f"{life.seed}.{life.number}.{at.timestamp():.0f}"
