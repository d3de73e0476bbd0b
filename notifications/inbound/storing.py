"""Keep what a door took: the raw bytes and the envelope, committed before the door says yes (G1).

Nothing is parsed here. The same bytes for the same recipient through the same channel are one
mail, however often they are delivered (G2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from psycopg import AsyncConnection

from notifications.inbound import rows
from notifications.inbound.mailboxes import clean_envelope_address, read_thread_address
from notifications.models import Inbound
from notifications.wake import wake, wake_now


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as a door took it, for one or more recipients. `now` is its receipt time (UTC)."""

    channel: str
    recipients: Sequence[str]
    envelope_from: str
    raw: bytes
    now: datetime


def store(
    *, channel: str, recipient: str, envelope_from: str, raw: bytes, now: datetime
) -> Inbound:
    """Store one mail for one recipient and return its row; a duplicate returns the first row.

    `now` is the desk's receipt time (UTC), which alone decides deadlines (R14). When this returns
    outside a transaction, the bytes are committed.
    """
    inbound = _make(
        channel=channel,
        recipient=clean_envelope_address(recipient),
        sender=clean_envelope_address(envelope_from),
        raw=raw,
        digest=hashlib.sha256(raw).hexdigest(),
        now=now,
    )
    return _insert(inbound)


def store_for_all(
    *, channel: str, recipients: Iterable[str], envelope_from: str, raw: bytes, now: datetime
) -> list[Inbound]:
    """Store one mail for each of its recipients, all or none. See `store`."""
    digest = hashlib.sha256(raw).hexdigest()
    sender = clean_envelope_address(envelope_from)
    ours = dict.fromkeys(clean_envelope_address(recipient) for recipient in recipients)
    mails = [
        _make(channel=channel, recipient=recipient, sender=sender, raw=raw, digest=digest, now=now)
        for recipient in ours
    ]
    if len(mails) == 1:
        return [_insert(mails[0])]
    with transaction.atomic():
        return [_insert(mail) for mail in mails]


async def store_letters(line: AsyncConnection[Any], letters: Sequence[Letter]) -> None:
    """Store several mails for all their recipients in one commit, all or none of them.

    For doors that take many at once. `line` commits each statement by itself: when this returns,
    the bytes are committed. A duplicate is known already. See `store`.
    """
    from notifications.tasks import sweep_inbound

    mails = []
    for letter in letters:
        digest = hashlib.sha256(letter.raw).hexdigest()
        sender = clean_envelope_address(letter.envelope_from)
        for recipient in dict.fromkeys(map(clean_envelope_address, letter.recipients)):
            thread = read_thread_address(recipient)
            token = thread.token if thread else ""
            mails.append((letter.channel, recipient, token, sender, letter.raw, digest, letter.now))
    if await rows.store_many(line, mails):
        wake_now(sweep_inbound)


def _make(
    *, channel: str, recipient: str, sender: str, raw: bytes, digest: str, now: datetime
) -> Inbound:
    thread = read_thread_address(recipient)
    return Inbound(
        channel=channel,
        recipient=recipient,
        recipient_token=thread.token if thread else "",
        envelope_from=sender,
        raw=raw,
        size=len(raw),
        sha256=digest,
        received_at=now,
    )


def _insert(inbound: Inbound) -> Inbound:
    from notifications.tasks import sweep_inbound

    if rows.store(inbound):
        wake(sweep_inbound)
        return inbound
    return Inbound.objects.defer("raw").get(
        channel=inbound.channel, recipient=inbound.recipient, sha256=inbound.sha256
    )
