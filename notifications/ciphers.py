"""What lies in the database encrypted: by MAILBOX_KEY, or without it by SECRET_KEY."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class KeyChanged(Exception):
    """The desk's key is another than when this was encrypted."""


def encrypt(text: str) -> str:
    """Return a secret as it may lie in the database."""
    return _make_cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Return the secret. Raises KeyChanged."""
    try:
        return _make_cipher().decrypt(text.encode()).decode()
    except InvalidToken:
        raise KeyChanged from None


def _make_cipher() -> MultiFernet:
    """The first key encrypts; those after it still decrypt."""
    return MultiFernet([Fernet(_derive(key)) for key in _list_keys()])


def _list_keys() -> Iterator[str]:
    if settings.MAILBOX_KEY:
        yield settings.MAILBOX_KEY
    yield settings.SECRET_KEY
    yield from map(str, settings.SECRET_KEY_FALLBACKS)


def _derive(key: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"lastcall mailbox secrets")
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
