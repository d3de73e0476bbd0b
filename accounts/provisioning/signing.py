"""Signed webhooks, both ways, after Standard Webhooks 1.0: id, time and body under HMAC-SHA256.

Secrets stand in the environment, as PROVISIONING_SECRET_<NAME>=whsec_…; a brand names them. Several
with blanks between them are one secret being changed: the first signs, each is accepted.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret
TOLERANCE = timedelta(minutes=5)  # older or younger than this is refused (THREATS 59)
LONGEST_ID = 128


class MissingSecret(LookupError):
    """The environment has no usable secret of this name. The text never holds the secret."""


class NotAuthentic(Exception):
    """No valid signature, or one of another time. The text is for the log, not for the caller."""


def find_secrets(*, name: str) -> list[bytes]:
    """Return the secrets of this name, the signing one first. Raises MissingSecret."""
    text = settings.PROVISIONING_SECRETS.get(name, "")
    secrets = [read_secret(part, name=name) for part in text.split()]
    if not secrets:
        raise MissingSecret(f"PROVISIONING_SECRET_{name} is not set.")
    return secrets


def read_secret(text: str, *, name: str) -> bytes:
    """Return the bytes of "whsec_…". Raises MissingSecret when it is none, or too short."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not text.startswith(PREFIX) or not SHORTEST <= len(secret) <= LONGEST:
        raise MissingSecret(
            f"PROVISIONING_SECRET_{name} must be whsec_ and {SHORTEST} to {LONGEST} bytes "
            "in base64."
        )
    return secret


def sign(*, secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return "v1,…" for a message; `timestamp` is in seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()


def make_headers(*, secret: bytes, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the three headers of a signed message sent at `now` (UTC)."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(
            secret=secret, message_id=message_id, timestamp=timestamp, body=body
        ),
    }


def verify(
    *, headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime
) -> str:
    """Return the id of a message that is signed by one of `secrets` and of this time.

    `headers` has names in lower case. Raises NotAuthentic. Whether the id was seen before is for
    the caller to ask (THREATS 58, 59).
    """
    message_id = headers.get("webhook-id", "")
    if not 0 < len(message_id) <= LONGEST_ID or not message_id.isprintable():
        raise NotAuthentic("there is no usable webhook-id")
    stamp = headers.get("webhook-timestamp", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise NotAuthentic("there is no usable webhook-timestamp")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise NotAuthentic("it was signed at another time")
    given = [part.encode() for part in headers.get("webhook-signature", "").split()]
    valid = False
    for secret in secrets:
        expected = sign(secret=secret, message_id=message_id, timestamp=int(stamp), body=body)
        for one in given:
            valid |= hmac.compare_digest(expected.encode(), one)
    if not valid:
        raise NotAuthentic("no signature fits")
    return message_id
