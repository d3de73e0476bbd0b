"""Fire what is due, as a worker does. Argument: seconds at most."""

from __future__ import annotations

import sys
from datetime import timedelta

import django

from bench.children import Stopwatch, tell, wait_for_start


def main(seconds: float) -> None:
    django.setup()
    from django.db import connection

    from cases.actions import timers
    from config import clock
    from config.celery import calm_collector

    connection.ensure_connection()
    # Nothing is due then; everything is imported from here on.
    timers.fire_batch(now=clock.now() - timedelta(days=9999))
    calm_collector()
    wait_for_start()
    watch = Stopwatch()
    count = timers.fire_due(now=clock.now(), read_clock=clock.now, most_s=seconds, overlap=True)
    tell(count=count, seconds=watch.seconds, cpu=watch.cpu_seconds)


if __name__ == "__main__":
    main(float(sys.argv[1]))
