"""Forget what can be used no more: a bounded number at a time, safe at any concurrency."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.actions.api_calls import forget_answers
from cases.actions.callbacks import forget_calls
from cases.actions.evidence import forget_evidence
from cases.models import Code, Link

MOST = 1000  # rows of a kind that one sweep deletes
# An agent still sees whether a link was opened; nobody can go in with it any more.
LINKS_STAY = timedelta(days=30)
CODES_STAY = timedelta(days=1)


def forget(*, now: datetime) -> int:
    """Delete what expired: links, codes, old calls and answers, evidence; returns how many rows."""
    links = Link.objects.filter(expires_at__lt=now - LINKS_STAY).order_by("expires_at")
    codes = Code.objects.filter(expires_at__lt=now - CODES_STAY).order_by("expires_at")
    return (
        Link.objects.filter(pk__in=links.values("pk")[:MOST]).delete()[0]
        + Code.objects.filter(pk__in=codes.values("pk")[:MOST]).delete()[0]
        + forget_calls(now=now)
        + forget_answers(now=now, most=MOST)
        + forget_evidence(now=now)
    )
