"""What may stand in the headers of a mail that we send (THREATS 13, 24, 67)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_SUBJECT = 250
MAX_NAME = 200
MAX_ADDRESS = 254

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_LOCAL})@(?P<domain>{_LABEL}(?:\.{_LABEL})*)\Z")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,900}>\Z")
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


class UnsafeEmail(ValueError):
    """Something in this mail must not reach an SMTP server."""


def check_one_line(name: str, value: str) -> None:
    """Raise UnsafeEmail when `value` holds a line break: it would begin a header of its own."""
    if "\r" in value or "\n" in value:
        raise UnsafeEmail(f"{name} holds a line break")


def clean_line(value: str) -> str:
    """Return `value` without control, bidi and unpaired characters, on one line."""
    if value.isascii() and value.isprintable():
        return value.strip()  # as nearly every line: nothing to look for
    kept = (
        character
        for character in value
        if ord(character) not in _BIDI and unicodedata.category(character) not in ("Cc", "Cs")
    )
    return "".join(kept).strip()


def clean_body(value: str) -> str:
    """Return `value` without what neither PostgreSQL nor a mail can carry."""
    if value.isascii():
        return value.replace("\x00", "")
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def clean_subject(value: str) -> str:
    """Return a safe subject. Raises UnsafeEmail for line breaks and an over-long one."""
    check_one_line("the subject", value)
    if len(value) > MAX_SUBJECT:
        raise UnsafeEmail(f"the subject is longer than {MAX_SUBJECT} characters")
    return clean_line(value)


@lru_cache(maxsize=2000)
def clean_name(field: str, value: str) -> str:
    """Return a safe display name, cut to what fits. Raises UnsafeEmail for line breaks."""
    check_one_line(field, value)
    return clean_line(value)[:MAX_NAME]


@lru_cache(maxsize=2000)
def clean_address(field: str, value: str) -> str:
    """Return a bare address with its domain as A-label. Raises UnsafeEmail when it is none."""
    check_one_line(field, value)
    local, _, domain = value.strip().rpartition("@")
    address = f"{local}@{_make_ascii(domain)}"
    if len(address) > MAX_ADDRESS or not _ADDRESS.match(address):
        raise UnsafeEmail(f"{field} is not an address that mail can be sent to")
    return address


@lru_cache(maxsize=2000)
def _make_ascii(domain: str) -> str:
    """The A-label of a domain, or nothing for what is none. Most mail goes to few domains."""
    try:
        return domain.encode("idna").decode("ascii").lower() if domain else ""
    except UnicodeError:
        return ""


def is_message_id(value: str) -> bool:
    """Say whether `value` is one Message-ID, fit for a header of ours."""
    return bool(_MESSAGE_ID.match(value))
