"""What a monitor reads: gauges for Prometheus, taken from the database at each scrape.

Another part adds its own by adding a function to SOURCES. Nothing personal is told, but how busy
the desk is is nobody's business: only this machine, or whoever holds METRICS_TOKEN, may read it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from cases.queries.health import read_health, read_oldest_work
from config import clock
from notifications import pulse
from notifications.inbound.health import list_doors
from notifications.queries import read_gauges

Source = Callable[[datetime], Iterator[Metric]]
# Whoever sends one of these is a proxy that speaks for somebody else.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@require_safe
@login_not_required
@never_cache
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format; 403 for strangers, 503 with Retry-After without a database."""
    if not may_read(request):
        return HttpResponse("METRICS_TOKEN is needed", status=403, content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    try:
        registry.register(Gauges(clock.now()))
        body = generate_latest(registry)
    except DatabaseError:
        return HttpResponse("no database", status=503, headers={"Retry-After": "5"})
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """With a token set, whoever sends it; without, this machine itself and no proxy on it."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class Gauges:
    """All sources, read once. `now` is the desk's present instant (UTC)."""

    def __init__(self, now: datetime) -> None:
        self._metrics = [metric for source in SOURCES for metric in source(now)]

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


def read_door_gauges(now: datetime) -> Iterator[Metric]:
    """Per door: open or not, how long it has been silent, how far behind, when it last failed."""
    is_open = GaugeMetricFamily("lastcall_door_open", "1: mail comes in", labels=["door"])
    silence = GaugeMetricFamily(
        "lastcall_door_silence_seconds", "since its last heartbeat", labels=["door"]
    )
    lag = GaugeMetricFamily(
        "lastcall_door_lag_seconds",
        "since the instant until which it has all mail",
        labels=["door"],
    )
    failed = GaugeMetricFamily(
        "lastcall_door_last_error_timestamp_seconds", "desk time, UTC", labels=["door"]
    )
    for door in list_doors():
        is_open.add_metric([door.name], door.is_open)
        if door.silence is not None:
            silence.add_metric([door.name], door.silence.total_seconds())
        if door.last_ok_at is not None and door.kind != "passive":
            lag.add_metric([door.name], max((now - door.last_ok_at).total_seconds(), 0))
        if door.last_error_at is not None:
            failed.add_metric([door.name], door.last_error_at.timestamp())
    yield from (is_open, silence, lag, failed)


def read_mail_gauges(now: datetime) -> Iterator[Metric]:
    """How much waits in the mailroom and the outbox, and for how long the oldest has."""
    gauges = read_gauges(now=now)
    counts = {
        "lastcall_inbound_waiting": ("mails not read yet", gauges.waiting_inbound),
        "lastcall_inbound_oldest_seconds": ("age", _age(gauges.oldest_inbound_at, now)),
        "lastcall_outbox_waiting": ("mails not sent yet", gauges.waiting_outbox),
        "lastcall_outbox_oldest_seconds": ("overdue by", _age(gauges.oldest_outbox_at, now)),
        "lastcall_outbox_unknown": ("mails of unknown fate", gauges.unknown),
        "lastcall_outbox_failed": ("mails that never will arrive", gauges.failed),
    }
    for name, (words, value) in counts.items():
        yield GaugeMetricFamily(name, words, value=value)
    paused = GaugeMetricFamily("lastcall_paused", "1: a person paused it", labels=["switch"])
    for name in gauges.paused:
        paused.add_metric([name], 1)
    yield paused


def read_work_gauges(now: datetime) -> Iterator[Metric]:
    """What should have happened by now (G23), and when each background part was last alive."""
    for name, oldest_at in read_oldest_work(now=now).items():
        yield GaugeMetricFamily(
            f"lastcall_{name}_oldest_seconds", "overdue by", value=_age(oldest_at, now)
        )
    silence = GaugeMetricFamily(
        "lastcall_part_silence_seconds", "since its last sign of life", labels=["part"]
    )
    for name, lasts in pulse.read_pulses().items():
        silence.add_metric([name], max(lasts.total_seconds(), 0))
    stalled = GaugeMetricFamily("lastcall_stalled", "1: it stands still", labels=["what"])
    for stall in read_health(now=now).stalls:
        stalled.add_metric([stall.name], 1)
    yield from (silence, stalled)


def _age(instant: datetime | None, now: datetime) -> float:
    return max((now - instant).total_seconds(), 0.0) if instant else 0.0


SOURCES: list[Source] = [read_door_gauges, read_mail_gauges, read_work_gauges]
