"""The passwords of mailboxes: encrypted at rest, or named in the environment."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from notifications.models import Mailbox


class NoSecret(Exception):
    """There is no password to sign in with. The text says what to do."""


def hide(secret: str) -> str:
    """Return a password as it may lie in the database."""
    return _make_cipher().encrypt(secret.encode()).decode()


def reveal(mailbox: Mailbox) -> str:
    """Return the mailbox's password. Raises NoSecret."""
    if mailbox.secret_variable:
        value = os.environ.get(mailbox.secret_variable, "")
        if not value:
            raise NoSecret(
                f"The variable {mailbox.secret_variable} is not set where the desk runs. "
                "Set it and start the desk again, or enter the password here."
            )
        return value
    if not mailbox.secret:
        raise NoSecret("No password was entered.")
    try:
        return _make_cipher().decrypt(mailbox.secret.encode()).decode()
    except InvalidToken:
        raise NoSecret(
            "The stored password cannot be read any more: the desk's key has changed. "
            "Enter the password again."
        ) from None


def _make_cipher() -> MultiFernet:
    """The first key encrypts; those before it still decrypt."""
    return MultiFernet([Fernet(_derive(key)) for key in _list_keys()])


def _list_keys() -> Iterator[str]:
    if settings.MAILBOX_KEY:
        yield settings.MAILBOX_KEY
    yield settings.SECRET_KEY
    yield from map(str, settings.SECRET_KEY_FALLBACKS)


def _derive(key: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"lastcall mailbox secrets")
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
