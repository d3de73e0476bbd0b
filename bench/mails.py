"""The mails that are measured: an ordinary reply of 6 KB, and one with a file, 200 KB in all."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

SIZES = {"6 KB": 6_000, "200 KB": 200_000}
TOKENS = 500
DOMAIN = "reply.bench.example.com"
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
HISTORY = (
    "Thank you for your call. You asked us to cancel your services, and we have opened case "
    "LC-2026-004711 for you. Before we can go on we need to know who used the extensions, and "
    "whether one of the numbers is to be kept. Please answer below this line; a word is enough."
)
HEAD = """Authentication-Results: mx.lastcall.example; dmarc=pass header.from=customer.example.com;
 dkim=pass header.d=customer.example.com; spf=pass smtp.mailfrom=customer.example.com
Received: from mail.customer.example.com (mail.customer.example.com [192.0.2.17])
 by mx.lastcall.example (Postfix) with ESMTPS id 4Xy7Qk1Zz9z;
 Mon, 21 Sep 2026 10:04:{second:02d} +0000
Received: from [198.51.100.23] by mail.customer.example.com with ESMTPSA
 id 8f3a; Mon, 21 Sep 2026 10:04:{second:02d} +0000
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=customer.example.com; s=s1;
 h=from:to:subject:date:message-id:in-reply-to:references:mime-version:content-type;
 bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b={signature}
MIME-Version: 1.0
Date: Mon, 21 Sep 2026 10:04:{second:02d} +0000
From: Robin Sample <{sender}>
To: Bench Cancellations <{recipient}>
Subject: Re: LC-2026-004711: a question before we cancel
Message-ID: <{unique}@customer.example.com>
In-Reply-To: <lc.{token}.4711@bench.example.com>
References: <lc.{token}.4711@bench.example.com>
User-Agent: Example Mail 4.2
"""
SENDER = "robin@customer.example.com"


def make_tokens(count: int = TOKENS) -> list[str]:
    """The same tokens in every run."""
    chance = random.Random(7)
    return ["".join(chance.choices(LETTERS, k=16)) for _ in range(count)]


def make_mail(number: int, *, token: str, size: int, sender: str = SENDER) -> bytes:
    """Return a mail of about `size` bytes, unlike any other."""
    chance = random.Random(number)
    unique = f"{number:08d}.{chance.getrandbits(64):016x}"
    recipient = f"reply+{token}@{DOMAIN}"
    signature = base64.b64encode(chance.randbytes(128)).decode()
    head = HEAD.format(
        second=number % 60, signature=signature, sender=sender, recipient=recipient,
        unique=unique, token=token,
    )  # fmt: skip
    texts = _write_texts(number, size=min(size, 6_000) - len(head))
    body = f'Content-Type: multipart/alternative; boundary="alt"\n\n{texts}'
    room = size - len(head) - len(body)
    if room > 1000:
        body = _attach_file(body, chance.randbytes((room - 300) * 3 // 4 * 76 // 77))
    return (head + body).replace("\n", "\r\n").encode()


def make_mails(count: int, *, size: int, first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield tokens and mails, spread evenly over the threads."""
    tokens = make_tokens()
    for number in range(first, first + count):
        token = tokens[number % len(tokens)]
        yield token, make_mail(number, token=token, size=size)


def _write_texts(number: int, *, size: int) -> str:
    """The reply above a quoted history, as text and as HTML."""
    words = f"Hello,\n\nextension {number} was used by Rosa, the others by nobody.\nThank you.\n"
    attribution = "On Mon, 21 Sep 2026 at 09:12, Bench Cancellations wrote:"
    plain_room = max(size * 2 // 5 - len(words) - 500, 100)
    quoted = "\n".join(f"> {line}" for line in _wrap(HISTORY * 20, plain_room))
    rich = "".join(f"<p>{line}</p>\n" for line in words.split("\n") if line)
    rich_room = max(size - plain_room - 1000, 100)
    history = "".join(f"<p>{line}</p>\n" for line in _wrap(HISTORY * 20, rich_room))
    return (
        f"--alt\nContent-Type: text/plain; charset=utf-8\n\n{words}\n{attribution}\n{quoted}\n"
        f"--alt\nContent-Type: text/html; charset=utf-8\n\n<html><body>{rich}"
        f'<div class="gmail_quote"><div class="gmail_attr">{attribution}</div>'
        f"<blockquote>{history}</blockquote></div></body></html>\n--alt--\n"
    )


def _wrap(text: str, room: int) -> list[str]:
    return [text[start : start + 70].strip() for start in range(0, min(room, len(text)), 70)]


def _attach_file(body: str, content: bytes) -> str:
    encoded = base64.encodebytes(content).decode()
    return (
        f'Content-Type: multipart/mixed; boundary="mix"\n\n--mix\n{body}\n--mix\n'
        'Content-Type: application/pdf; name="list.pdf"\n'
        'Content-Disposition: attachment; filename="list.pdf"\n'
        f"Content-Transfer-Encoding: base64\n\n{encoded}--mix--\n"
    )
