"""Labels for files that came by mail (THREATS 37). A label is shown, never used as a path."""

from __future__ import annotations

import mimetypes
import re

from notifications.inbound.sanitise import clean_line

MAX_NAME = 200

_SEPARATORS = re.compile(r"[/\\]")
_LOCATION = re.compile(r"[^/\\:?#*\s][^/\\:?#*]{0,180}\.[A-Za-z0-9]{1,8}\Z")
_KINDS = {
    "message/rfc822": "forwarded message.eml",
    "message/global": "forwarded message.eml",
    "message/delivery-status": "delivery report.txt",
    "message/disposition-notification": "read receipt.txt",
    "message/feedback-report": "complaint report.txt",
    "text/rfc822-headers": "returned headers.txt",
    "text/calendar": "invitation.ics",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "encryption.asc",
    "application/ms-tnef": "winmail.dat",
}


def clean_name(name: str) -> str:
    """Return the last part of a path as a one-line label, or "" when nothing is left."""
    if not name:
        return ""
    label = clean_line(_SEPARATORS.split(name.strip().rstrip("/\\"))[-1], max_length=4_000)
    label = label.strip("\"' ")
    if label in (".", ".."):
        return ""
    if len(label) <= MAX_NAME:
        return label
    stem, dot, extension = label.rpartition(".")
    if dot and len(extension) <= 12:
        return f"{stem[: MAX_NAME - len(extension) - 2]}…{dot}{extension}"
    return label[: MAX_NAME - 1] + "…"


def read_location(location: str) -> str:
    """Return the file name in a Content-Location, or "" when it is an address of the web."""
    return clean_name(location) if _LOCATION.match(location.strip()) else ""


def suggest_name(content_type: str, number: int) -> str:
    """Return what to call the `number`-th file (from 1) when the mail gives it no name."""
    known = _KINDS.get(content_type)
    if known:
        return known
    return f"file {number}{mimetypes.guess_extension(content_type) or '.bin'}"
