"""Sweep the timers when none is due, again and again. Argument: seconds."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import timedelta

import django

from bench.children import Stopwatch, tell, wait_for_start


def main(seconds: float) -> None:
    django.setup()
    from django.db import connection

    from cases.actions import timers
    from cases.models import Timer
    from cases.models.timer import LIVE
    from config import clock

    connection.ensure_connection()
    now = clock.now()
    due = Timer.objects.filter(LIVE, check_at__lte=now)
    due.update(check_at=now + timedelta(days=1))
    timers.fire_due(now=now)  # everything is imported from here on
    wait_for_start()
    watch, spans = Stopwatch(), []
    while watch.seconds < seconds:
        began = time.perf_counter()
        assert not timers.fire_due(now=now)
        spans.append(time.perf_counter() - began)
    live = Timer.objects.filter(LIVE).count()
    tell(median=statistics.median(spans), count=len(spans), cpu=watch.cpu_seconds, live=live)


if __name__ == "__main__":
    main(float(sys.argv[1]))
