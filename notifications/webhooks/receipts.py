"""Each event of a provider acts once, however often it is told (G2, THREATS 59, 60)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import connection

from notifications.models import WebhookReceipt

KEPT = timedelta(days=30)  # longer than the oldest signed time that is still believed
LONGEST_ID = 120
BATCH = 1_000
# These sign an id and a time but not the content: another content under a known id is forged.
SIGNS_NO_CONTENT = frozenset({"mailgun"})
INSERT = """
INSERT INTO notifications_webhookreceipt (esp, event_id, digest, received_at)
VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


class ContentSwapped(Exception):
    """A signature that was used before came with another content."""


def take_receipt(*, esp: str, event_id: str | None, content: bytes, now: datetime) -> bool:
    """Note an event inside the caller's transaction; False when it was dealt with before.

    Waits for a transaction that is dealing with the same event at this moment. An event without
    an id is known by its content; other content under a known id is another event, or
    ContentSwapped where the provider's signature does not cover the content.
    """
    digest = hashlib.sha256(content).hexdigest()
    key = _make_key(event_id, digest)
    if _insert(esp, key, digest, now):
        return True
    if not event_id or _is_noted(esp, key, digest):
        return False
    if esp in SIGNS_NO_CONTENT:
        raise ContentSwapped
    return _insert(esp, f"{key}~{digest}", digest, now)


def forget_old(*, now: datetime) -> int:
    """Delete some receipts that can no longer matter; return how many."""
    old = WebhookReceipt.objects.filter(received_at__lt=now - KEPT).values("pk")[:BATCH]
    deleted, _ = WebhookReceipt.objects.filter(pk__in=old).delete()
    return deleted


def _make_key(event_id: str | None, digest: str) -> str:
    if not event_id:
        return f"sha256:{digest}"
    plain = len(event_id) <= LONGEST_ID and event_id.isprintable()
    hashed = hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).hexdigest()
    return event_id if plain else f"id:{hashed}"


def _insert(esp: str, key: str, digest: str, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [esp, key, digest, now])
        return bool(cursor.rowcount)


def _is_noted(esp: str, key: str, digest: str) -> bool:
    return WebhookReceipt.objects.filter(esp=esp, event_id=key, digest=digest).exists()
