"""Validators that several models share."""

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
from django.core.exceptions import ValidationError

_LOCALE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


@cache
def _zones() -> frozenset[str]:
    """The names that this machine knows; reading the folder takes milliseconds, so once."""
    return frozenset(available_timezones())


def validate_timezone(value: str) -> None:
    """Refuse what is not an IANA time zone name, such as “America/Chicago”."""
    if value not in _zones():
        raise ValidationError(
            "“%(value)s” is not a time zone name such as “America/Chicago”.",
            code="timezone",
            params={"value": value},
        )


def validate_locale(value: str) -> None:
    """Refuse what is not a lower-case language tag, such as “en” or “pt-br”."""
    if not _LOCALE.fullmatch(value):
        raise ValidationError(
            "“%(value)s” is not a language tag such as “en” or “pt-br”.",
            code="locale",
            params={"value": value},
        )


def validate_region(value: str) -> None:
    """Refuse what is not a two-letter country that has telephone numbers."""
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValidationError(
            "“%(value)s” is not a two-letter country code such as “US”.",
            code="region",
            params={"value": value},
        )


def validate_verification(value: object) -> None:
    """Refuse what is not a list of named checks, each a short text and none twice."""
    if not isinstance(value, list) or not all(
        isinstance(check, str) and 0 < len(check.strip()) <= 60 for check in value
    ):
        raise ValidationError("Give a list of check names, such as [“Account PIN”].", code="list")
    if len(set(value)) != len(value):
        raise ValidationError("The same check is named twice.", code="twice")


LARGEST_LOGO = 200_000
LOGO_MARKS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def find_logo_type(content: bytes) -> str:
    """The type of a picture by its first bytes, empty when it is none that mail can show."""
    return next((kind for mark, kind in LOGO_MARKS.items() if content.startswith(mark)), "")


def validate_logo(file: Any) -> None:
    """A picture that every mail program shows, and small: it goes with every email."""
    if file.size > LARGEST_LOGO:
        raise ValidationError("The logo is larger than 200 kB: make it smaller.")
    file.seek(0)
    beginning = file.read(16)
    file.seek(0)
    if not find_logo_type(beginning):
        raise ValidationError("The logo is no PNG, JPEG or GIF: save it as one of these.")
