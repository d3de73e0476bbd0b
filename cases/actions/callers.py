"""Who is on the phone, as far as they have shown it, and what they agreed to there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Contact
from cases.domain.trust import Level, level_of_caller


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What was read to the caller, word for word, and when its boxes were ticked (UTC)."""

    said: tuple[str, ...] = ()
    read_out_at: datetime | None = None
    agreed_at: datetime | None = None


def is_verified(contact: Contact | None, checks: Sequence[str]) -> bool:
    """Do these checks make this caller one who may end services (trust L3)?"""
    if contact is None:
        return False
    level = level_of_caller(
        ticked=len(set(checks)),
        needed=contact.customer.brand.checks_needed,
        may_cancel=contact.may_cancel,
    )
    return level is Level.L3
