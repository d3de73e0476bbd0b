"""What an event means: a mail to store, or news of one that we sent.

Anymail's signals end here. Each event has a transaction of its own, which holds its receipt and
its effect: both are committed before the provider hears 200 (G1).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType
from django.db import transaction

from config import clock
from notifications import outbox
from notifications.inbound.storing import store_for_all
from notifications.models import Email
from notifications.outbox.ids import find_our_ids
from notifications.webhooks.raw import read_raw, read_recipients
from notifications.webhooks.receipts import take_receipt

METADATA = "lastcall_id"
# An opened or clicked mail is no fact: scanners open everything (THREATS 61). The same goes for
# subscriptions and for answers by robots, which come in as mail when they matter.
NO_FACTS = frozenset(
    {
        EventType.OPENED, EventType.CLICKED, EventType.SUBSCRIBED, EventType.UNSUBSCRIBED,
        EventType.AUTORESPONDED, EventType.INBOUND, EventType.INBOUND_FAILED, EventType.UNKNOWN,
    }
)  # fmt: skip
ACCEPTED = frozenset({EventType.QUEUED, EventType.SENT})
CAME_BACK = {
    EventType.DEFERRED: Email.Delivery.DELAYED,
    EventType.BOUNCED: Email.Delivery.BOUNCED,
    EventType.REJECTED: Email.Delivery.BOUNCED,
    EventType.FAILED: Email.Delivery.BOUNCED,
    EventType.COMPLAINED: Email.Delivery.COMPLAINED,
}
ID_NAMES = frozenset({"messageid", "smtpid", "anymailid", METADATA.replace("_", "")})
MOST_VALUES = 2_000


def take_mail(*, event: AnymailInboundEvent, esp_name: str, **_: Any) -> None:
    """Store a mail that a provider received for us, once for each of its recipients."""
    if event.event_type != EventType.INBOUND or event.message is None:
        return
    esp, now = slug_of(esp_name), clock.now()
    raw = read_raw(event, esp=esp)
    recipients = read_recipients(event, esp=esp)
    content = "\n".join(recipients).encode() + b"\n" + raw
    with transaction.atomic():
        if take_receipt(esp=esp, event_id=event.event_id, content=content, now=now):
            store_for_all(
                channel=f"esp:{esp}",
                recipients=recipients,
                envelope_from=event.message.envelope_sender or "",
                raw=raw,
                now=now,
            )


def take_news(*, event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    """Note what a provider tells of a mail that we sent; what it tells of others is not ours."""
    if event.event_type in NO_FACTS:
        return
    esp, now = slug_of(esp_name), clock.now()
    content = json.dumps(
        [event.event_type, event.recipient, event.esp_event], sort_keys=True, default=str
    ).encode("utf-8", "surrogatepass")
    with transaction.atomic():
        if take_receipt(esp=esp, event_id=event.event_id, content=content, now=now):
            email = find_email(event)
            if email is not None:
                note_news(email, event, now=now)


def note_news(email: Email, event: AnymailTrackingEvent, *, now: datetime) -> None:
    """Write the news down, unless something of a higher rank is known already (THREATS 60)."""
    at = min(max(event.timestamp or now, email.created_at), now)
    words = (event.description, event.mta_response, event.reject_reason)
    detail = " ".join("; ".join(str(word) for word in words if word).replace("\x00", "").split())
    if event.event_type in ACCEPTED:
        outbox.mark_accepted(email_id=email.pk, at=at)
    elif event.event_type == EventType.DELIVERED:
        outbox.mark_delivered(email_id=email.pk, at=at, detail=detail)
    elif event.event_type in CAME_BACK:
        outbox.mark_bounced(
            email_id=email.pk,
            inbound=None,
            now=at,
            delivery=CAME_BACK[event.event_type],
            detail=detail,
        )


def find_email(event: AnymailTrackingEvent) -> Email | None:
    """Return the mail of ours that an event is about: by our own id, else by the provider's."""
    ours = find_our_ids(list(read_ids(event)))
    found = Email.objects.filter(message_id__in=ours).order_by("pk").first() if ours else None
    if found is None and event.message_id:
        found = Email.objects.filter(provider_id=str(event.message_id)[:200]).first()
    return found


def read_ids(event: AnymailTrackingEvent) -> Iterator[str]:
    """Yield what may be our Message-ID, the surest first.

    Only what is named as such is looked at: References would lead to other mails of the thread.
    """
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    yield str(metadata.get(METADATA, ""))
    yield str(event.message_id or "")
    waiting, seen = [event.esp_event], 0
    while waiting and seen < MOST_VALUES:
        value, seen = waiting.pop(), seen + 1
        if isinstance(value, list | tuple):
            waiting.extend(value)
        elif isinstance(value, dict):
            if _is_id_name(value.get("name")):  # {"name": "Message-ID", "value": "<…>"}
                yield str(value.get("value", ""))
            yield from (str(one) for name, one in value.items() if _is_id_name(name))
            waiting.extend(one for one in value.values() if isinstance(one, dict | list))


def slug_of(esp_name: str) -> str:
    """Return a provider's name as it stands in addresses and channels."""
    return esp_name.lower().replace(" ", "_")


def _is_id_name(name: object) -> bool:
    plain = name.lower().replace("-", "").replace("_", "") if isinstance(name, str) else ""
    return plain in ID_NAMES
