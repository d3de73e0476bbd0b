"""A mail as the bytes that SMTP carries, made quickly.

Django's message classes cost several milliseconds per mail, more than the database and the
server together. This writes the same mail in a fraction; a test compares the two. Mail providers'
backends get the Django message.
"""

from __future__ import annotations

import binascii
from datetime import datetime
from email.header import Header
from email.utils import quote

from notifications.models import Email
from notifications.outbox.message import make_headers
from notifications.outbox.sealed import reveal

LONGEST_LINE = 900
SPECIALS = frozenset('()<>@,:;".[]\\')


def write_message(email: Email, *, now: datetime) -> bytes:
    """Return `email` as a message with CRLF lines, dated `now` (UTC)."""
    boundary = f"=_lc_{email.pk}_{email.message_id.split('.')[1]}"
    headers = {
        "MIME-Version": "1.0",
        **make_headers(email, now=now),
        "From": write_address(email.from_name, email.from_email),
        "To": write_address(email.to_name, email.to_email),
        "Subject": write_text(email.subject, after=len("Subject: ")),
    }
    if "References" in headers:
        headers["References"] = headers["References"].replace(" ", "\r\n ")
    if email.reply_to:
        headers["Reply-To"] = email.reply_to
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")
    plain = write_part("plain", reveal(email.text, to_email=email.to_email))
    rich = write_part("html", reveal(email.html, to_email=email.to_email))
    if not email.html:
        return head + plain
    mark = boundary.encode()
    return (
        head
        + b'Content-Type: multipart/alternative;\r\n boundary="' + mark + b'"\r\n\r\n--' + mark
        + b"\r\n" + plain + b"\r\n--" + mark + b"\r\n" + rich
        + b"\r\n--" + mark + b"--\r\n"
    )  # fmt: skip


def write_text(text: str, *, after: int = 0) -> str:
    """Return header text in ASCII, encoded and folded where it needs to be."""
    if text.isascii() and len(text) + after <= 76 and "=?" not in text:
        return text
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, header_name="x" * max(after - 2, 0)).encode(linesep="\r\n")


def write_address(name: str, address: str) -> str:
    """Return `name <address>` for a header, the name quoted or encoded as it needs."""
    if not name:
        return address
    if not name.isascii() or "=?" in name:
        return f"{Header(name, 'utf-8').encode(linesep=chr(13) + chr(10))} <{address}>"
    return f'"{quote(name)}" <{address}>' if SPECIALS & set(name) else f"{name} <{address}>"


def write_part(subtype: str, text: str) -> bytes:
    """Return one text part with its headers, in UTF-8."""
    lines = text.splitlines()
    body = "\r\n".join(lines).encode("utf-8")
    if text.isascii() and max(map(len, lines), default=0) <= LONGEST_LINE:
        encoding = "7bit"
    else:
        encoding = "quoted-printable"
        body = binascii.b2a_qp(body, istext=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode("ascii") + body + b"\r\n"
