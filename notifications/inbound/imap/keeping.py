"""Store what a mailbox holds: the bytes and the numbers by which it is known, in one commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from config import clock
from notifications.inbound.imap.envelope import read_envelope
from notifications.inbound.parse import parse_message
from notifications.inbound.processing import quarantine
from notifications.inbound.storing import store
from notifications.models import Fetched, Inbound, Mailbox

MB = 1024 * 1024
Outcome = Fetched.Outcome


@dataclass(frozen=True, kw_only=True)
class Found:
    """A mail in a mailbox. `arrived_at` is the server's INTERNALDATE, real time with a zone."""

    uidvalidity: int
    uid: int
    size: int
    arrived_at: datetime | None
    raw: bytes


def keep_mail(mailbox: Mailbox, found: Found, *, now: datetime) -> Inbound:
    """Store a whole mail; the same bytes are stored once, whatever their UID (G2).

    When this returns outside a transaction, the bytes are committed.
    """
    with transaction.atomic():
        inbound = _store(mailbox, found, now=now)
        before = _note(mailbox, found, outcome=Outcome.STORED, inbound=inbound, now=now)
        if before is not None and before.inbound_id != inbound.pk:
            _replace_headers(before.inbound_id, whole=inbound)
    return inbound


def keep_headers(mailbox: Mailbox, found: Found, *, outcome: str, now: datetime) -> Inbound:
    """Store the headers of a mail that is not fetched, in quarantine, where a person sees it."""
    where = f"folder {mailbox.folder}, UID {found.uid}"
    if outcome == Outcome.TOO_LARGE:
        problem = (
            f"Larger than {mailbox.largest_mb} MB ({found.size / MB:.1f} MB): only its headers are "
            f"here. It lies in {mailbox.door}, {where}; raise that limit to have it fetched."
        )
    else:
        problem = f"The server does not hand it over. It lies in {mailbox.door}, {where}."
    with transaction.atomic():
        inbound = _store(mailbox, found, now=now)
        if inbound.status == Inbound.Status.RECEIVED:
            _describe(inbound, found)
            quarantine(inbound.pk, problem, now=now)
        _note(mailbox, found, outcome=outcome, inbound=inbound, now=now)
    return inbound


def find_receipt(arrived_at: datetime | None, *, now: datetime) -> datetime:
    """When we received it, which decides deadlines (R14): as the mailbox took it, not as we came
    to read it. Never later than `now` (UTC), whatever the server's clock says."""
    if arrived_at is None:
        return now
    return min(arrived_at + clock.offset(), now)


def _store(mailbox: Mailbox, found: Found, *, now: datetime) -> Inbound:
    envelope = read_envelope(found.raw, header=mailbox.recipient_header, address=mailbox.address)
    return store(
        channel=mailbox.door,
        recipient=envelope.recipient,
        envelope_from=envelope.sender,
        raw=found.raw,
        now=find_receipt(found.arrived_at, now=now),
    )


def _note(
    mailbox: Mailbox, found: Found, *, outcome: str, inbound: Inbound, now: datetime
) -> Fetched | None:
    """Write down that the mail is dealt with; return what was written down before."""
    key: dict[str, Any] = {
        "mailbox": mailbox,
        "uidvalidity": found.uidvalidity,
        "uid": found.uid,
    }
    before = Fetched.objects.filter(**key).first()
    Fetched.objects.update_or_create(
        **key,
        defaults={
            "outcome": outcome,
            "size": found.size,
            "inbound": inbound,
            "fetched_at": now,
            # What is not here stays as it is in the mailbox, for a person to find.
            "settled_at": None if outcome == Outcome.STORED else now,
        },
    )
    return before


def _describe(inbound: Inbound, found: Found) -> None:
    """Say who wrote and about what, as far as the headers tell."""
    parsed = parse_message(found.raw)
    Inbound.objects.filter(pk=inbound.pk).update(
        size=max(found.size, len(found.raw) + 1),
        from_name=parsed.from_name[:320],
        from_email=parsed.from_email.lower()[:320],
        subject=parsed.subject[:998],
        message_id=(parsed.message_id or "")[:998],
    )


def _replace_headers(inbound_id: int, *, whole: Inbound) -> None:
    """The headers alone are needed no longer: the whole mail is here."""
    Inbound.objects.filter(pk=inbound_id, disposition=Inbound.Disposition.QUARANTINED).update(
        disposition=Inbound.Disposition.HANDLED,
        disposition_note=f"It was fetched whole, as mail {whole.pk}.",
    )
