"""Legal evidence of what cannot be undone: kept minimal, apart, and for a time of its own (R44)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import DateField, Func

from cases.actions.base import Change
from cases.domain.dates import add_months, local_date
from cases.models import Evidence

PURPOSE = b"lastcall.evidence"
MOST = 1000  # rows that one sweep forgets


def keep_evidence(
    change: Change, *, ended: Mapping[str, int], shown: str, asked: str = "", typed: str = ""
) -> Evidence:
    """Keep that the customer confirmed an end for good, in the transaction that confirms it.

    `ended` counts services by kind, `shown` is a SHA-256 of what they looked at. `typed` must be
    the fixed phrase that was asked for, never a customer's own words.
    """
    case, contact = change.case, change.actor.contact
    assert contact is not None, "only the customer ends something for good"
    version = case.policy_version
    kept_from = local_date(change.now, case.zone)
    return Evidence.objects.create(
        brand=case.brand,
        case_number=case.number,
        at=change.now,
        policy=f"{version.policy.code} v{version.number}",
        proof="one-time code to the address on file",
        asked=asked,
        typed=" ".join(typed.split())[:100],
        shown=shown,
        person=next(hash_person(contact.email)),
        ended=dict(ended),
        keep_until=add_months(kept_from, 12 * settings.EVIDENCE_YEARS),
    )


def hash_person(email: str) -> Iterator[str]:
    """The digests of an address: under today's key, then under each earlier one that is known."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = hashlib.sha256(PURPOSE + secret.encode()).digest()
        yield hmac.new(key, email.strip().lower().encode(), hashlib.sha256).hexdigest()


def forget_evidence(*, now: datetime) -> int:
    """Delete what was kept long enough, a bounded number; returns how many.

    The database's own date decides too: a clock that runs ahead destroys no evidence.
    """
    today = Func(template="CURRENT_DATE", output_field=DateField())
    over = Evidence.objects.filter(keep_until__lt=now.date()).filter(keep_until__lt=today)
    oldest = over.order_by("keep_until").values("pk")[:MOST]
    return Evidence.objects.filter(pk__in=oldest).delete()[0]
