"""The bulk fuse: too many drops, executions and purges due at once wait for a supervisor (G13).

A wrong clock, a wrong import or a long outage makes thousands of cases due at one moment. Before a
sweep acts, what is due is counted under an index that holds nothing else, and no further than the
limit. Above it the switch "destruction" is thrown; a supervisor lets so many through, until then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from cases.models import Timer
from cases.models.timer import DESTRUCTIVE, DESTRUCTIVE_INDEX, LIVE
from notifications.models import Switch
from notifications.models.switch import DESTRUCTION

log = structlog.get_logger(__name__)
NAME = "The fuse"
PAUSED = "destruction is paused"  # why a timer is held meanwhile
INDEX = f'"{DESTRUCTIVE_INDEX}"'


def blow_if_too_many(*, now: datetime) -> bool:
    """Pause destruction when more is due at `now` than may go unasked; say whether it did."""
    switch = Switch.objects.filter(name=DESTRUCTION).first()
    if switch and (switch.paused or switch.allows(now)):
        return False
    most = find_limit()
    if count_due(now=now, most=most + 1) <= most:
        if switch and switch.allowance is not None:
            end_allowance(now=now)
        return False
    return blow(most=most, now=now)


def end_allowance(*, now: datetime) -> None:
    """It is used up or over, and what is left is no more than on a normal day."""
    over = Q(allowance=0) | Q(allowance_until__lte=now)
    Switch.objects.filter(over, name=DESTRUCTION).update(allowance=None, allowance_until=None)


def blow(*, most: int, now: datetime) -> bool:
    with transaction.atomic():
        Switch.objects.get_or_create(name=DESTRUCTION)
        switch = Switch.objects.select_for_update().get(name=DESTRUCTION)
        if switch.paused or switch.allows(now):
            return False  # another sweep, or a supervisor, was faster
        switch.paused, switch.by, switch.at = True, NAME, now
        switch.allowance = switch.allowance_until = None
        switch.reason = (
            f"More than {most:,} cases would be dropped, executed or closed at once. If that is "
            "right, say how many may go; if not, look at the clock and at what was imported."
        )
        switch.save()
        switch.write_down()
    log.critical("fuse_blown", most=most)
    return True


def find_limit() -> int:
    """How many may be due at once: a number, or a share of what is planned where that is more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [INDEX])
        row = cursor.fetchone()
    planned = max(int(row[0]), 0) if row else 0  # unknown (-1) before the first ANALYZE
    return max(settings.FUSE_AT_ONCE, planned * settings.FUSE_PERCENT // 100)


def count_due(*, now: datetime, most: int) -> int:
    """How many destructive timers are due, counted to `most` and no further."""
    due = Timer.objects.filter(LIVE, kind__in=sorted(DESTRUCTIVE), check_at__lte=now)
    return due.order_by("check_at")[:most].count()


def lock_allowance(*, now: datetime) -> int | None:
    """How many a supervisor still lets through, locked; None where nobody set a number.

    In the transaction that fires the timers and after its locks, so that exactly so many fire.
    """
    counted = Switch.objects.filter(name=DESTRUCTION, allowance_until__gt=now)
    switch = counted.select_for_update().first()
    return switch.allowance if switch else None


def spend_allowance(timer_ids: Collection[int]) -> None:
    """Take these from what was locked."""
    spent = F("allowance") - len(timer_ids)
    Switch.objects.filter(name=DESTRUCTION).update(allowance=spent)
