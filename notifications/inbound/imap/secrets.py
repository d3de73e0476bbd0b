"""The passwords of mailboxes: encrypted at rest, or named in the environment."""

from __future__ import annotations

import os

from notifications.ciphers import KeyChanged, decrypt, encrypt
from notifications.models import Mailbox


class NoSecret(Exception):
    """There is no password to sign in with. The text says what to do."""


def hide(secret: str) -> str:
    """Return a password as it may lie in the database."""
    return encrypt(secret)


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
        return decrypt(mailbox.secret)
    except KeyChanged:
        raise NoSecret(
            "The stored password cannot be read any more: the desk's key has changed. "
            "Enter the password again."
        ) from None
