"""Forget what can be used no more: a bounded number at a time, safe at any concurrency."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.actions.api_calls import forget_answers
from cases.actions.callbacks import forget_calls
from cases.actions.evidence import forget_evidence
from cases.models import BulkRun, Code, Link, Notice

MOST = 1000  # rows of a kind that one sweep deletes
# An agent still sees whether a link was opened; nobody can go in with it any more.
LINKS_STAY = timedelta(days=30)
CODES_STAY = timedelta(days=1)
# News quote what customers wrote: no longer than anybody looks back.
NEWS_STAY = timedelta(days=90)


def forget(*, now: datetime) -> int:
    """Delete what expired, from links and codes to news and evidence; returns how many rows."""
    links = Link.objects.filter(expires_at__lt=now - LINKS_STAY).order_by("expires_at")
    codes = Code.objects.filter(expires_at__lt=now - CODES_STAY).order_by("expires_at")
    # Looked through every few minutes and never large: no index of their own.
    news = Notice.objects.order_by("pk").filter(created_at__lt=now - NEWS_STAY)
    runs = BulkRun.objects.order_by("pk").filter(started_at__lt=now - NEWS_STAY)
    return (
        Link.objects.filter(pk__in=links.values("pk")[:MOST]).delete()[0]
        + Code.objects.filter(pk__in=codes.values("pk")[:MOST]).delete()[0]
        + Notice.objects.filter(pk__in=list(news.values_list("pk", flat=True)[:MOST])).delete()[0]
        + BulkRun.objects.filter(pk__in=list(runs.values_list("pk", flat=True)[:MOST])).delete()[0]
        + forget_calls(now=now)
        + forget_answers(now=now, most=MOST)
        + forget_evidence(now=now)
    )
