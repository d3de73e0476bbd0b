"""A mail as the bytes that SMTP carries, made quickly.

Django's message classes cost several milliseconds per mail, more than the database and the
server together. This writes the same mail in a fraction; a test compares the two. Mail providers'
backends get the Django message.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from email.header import Header
from email.utils import quote
from urllib.parse import quote as quote_url

from notifications.models import Email, EmailFile
from notifications.outbox.message import load_files, make_headers
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
    return head + write_body(email, boundary)


def write_body(email: Email, boundary: str) -> bytes:
    """Return the body with its headers: text; text and HTML; pictures with the HTML; files."""
    attached = load_files(email)
    body = write_part("plain", reveal(email.text, to_email=email.to_email))
    if email.html:
        page = write_part("html", reveal(email.html, to_email=email.to_email))
        pictures = [f for f in attached if f.content_id]
        if pictures:
            page = write_multipart("related", f"{boundary}_r", [page, *map(write_file, pictures)])
        body = write_multipart("alternative", boundary, [body, page])
    files = [f for f in attached if not f.content_id]
    if files:
        body = write_multipart("mixed", f"{boundary}_m", [body, *map(write_file, files)])
    return body


def write_multipart(subtype: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Return parts as one; each part brings its own headers and ends its last line."""
    mark = boundary.encode("ascii")
    between = b"--" + mark + b"\r\n"
    return (
        f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
        + b"".join(between + part + b"\r\n" for part in parts)
        + b"--" + mark + b"--\r\n"
    )  # fmt: skip


def write_file(file: EmailFile) -> bytes:
    """Return a file in base64, its name encoded after RFC 2231 where it is not plain."""
    kept = "attachment" if not file.content_id else "inline"
    headers = [
        f"Content-Type: {file.content_type}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {kept}; {write_file_name(file.name)}",
    ]
    if file.content_id:
        headers.append(f"Content-ID: <{file.content_id}>")
    head = "".join(f"{line}\r\n" for line in headers).encode("ascii")
    body = base64.encodebytes(file.stored.read()).replace(b"\n", b"\r\n")
    return head + b"\r\n" + body


def write_file_name(name: str) -> str:
    plain = name.isascii() and '"' not in name and "\\" not in name
    return f'filename="{name}"' if plain else f"filename*=utf-8''{quote_url(name, safe='')}"


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
