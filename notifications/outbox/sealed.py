"""Secrets in mail: links and codes that are known to their reader and to nobody at the desk.

The outbox keeps a seed in place of the secret. The secret is made of the seed, the recipient's
address and the server's key when the mail is written for the wire, and nowhere else: neither the
database, nor a screen of the desk, nor a copied mail to another address holds it (THREATS 45, 56).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

SEED_BYTES = 32
CODE_DIGITS = 8
LINK, CODE = "link", "code"
MARK = re.compile(r"«sealed:(link|code):([A-Za-z0-9_-]{43})»")
HIDDEN = "••••••"
_TOKEN = re.compile(r"/l/[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
PURPOSE = b"lastcall.outbox.sealed"


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """`mark` goes into the mail's text; `secret` is what its reader will see instead."""

    mark: str
    secret: str


def seal(*, kind: str, to_email: str) -> Sealed:
    """Make a new secret for this address: a token of 256 bits (link) or eight digits (code)."""
    seed = secrets.token_urlsafe(SEED_BYTES)
    return Sealed(mark=f"«sealed:{kind}:{seed}»", secret=derive(kind, seed, to_email))


def derive(kind: str, seed: str, to_email: str) -> str:
    """The secret of a seed, for one address alone."""
    words = f"{kind}\n{seed}\n{to_email.lower()}".encode()
    digest = hmac.digest(make_key(settings.SECRET_KEY), words, "sha256")
    if kind == CODE:
        return f"{int.from_bytes(digest) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@lru_cache(maxsize=4)
def make_key(secret_key: str) -> bytes:
    """The key of this desk's seals, from its SECRET_KEY."""
    return hashlib.sha256(PURPOSE + secret_key.encode()).digest()


def reveal(text: str, *, to_email: str) -> str:
    """`text` with its secrets in place, for the wire to this address."""
    if "«sealed:" not in text:
        return text
    return MARK.sub(lambda mark: derive(mark[1], mark[2], to_email), text)


def redact(text: str) -> str:
    """`text` of somebody else's with the tokens that they quoted of ours taken out."""
    return _TOKEN.sub(f"/l/{HIDDEN}", text)


def hide(text: str) -> str:
    """`text` as a screen of the desk shows it."""
    return MARK.sub(HIDDEN, text)
