"""Forget what can be used no more: a bounded number at a time, safe at any concurrency."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.actions.callbacks import forget_calls
from cases.actions.evidence import forget_evidence
from cases.models import Code, Link

MOST = 1000  # rows of a kind that one sweep deletes
# An agent still sees whether a link was opened; nobody can go in with it any more.
LINKS_STAY = timedelta(days=30)
CODES_STAY = timedelta(days=1)


def forget(*, now: datetime) -> int:
    """Delete links and codes that expired, old calls and evidence; returns how many rows went."""
    return (
        forget_expired(Link, before=now - LINKS_STAY)
        + forget_expired(Code, before=now - CODES_STAY)
        + forget_calls(now=now)
        + forget_evidence(now=now)
    )


def forget_expired(model: type[Link] | type[Code], *, before: datetime) -> int:
    oldest = model._default_manager.filter(expires_at__lt=before).order_by("expires_at")
    return model._default_manager.filter(pk__in=oldest.values("pk")[:MOST]).delete()[0]
