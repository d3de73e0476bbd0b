"""Process what waits, as a worker does. Argument: seconds, at most."""

from __future__ import annotations

import sys

import django

from bench.children import Stopwatch, tell, wait_for_start


def main(seconds: float) -> None:
    django.setup()
    from django.db import connection

    from config import clock
    from config.celery import calm_collector
    from notifications import inbound

    connection.ensure_connection()
    inbound.process_due(now=clock.now(), limit=0)  # everything is imported from here on
    calm_collector()
    wait_for_start()
    watch, count = Stopwatch(), 0
    while done := inbound.process_due(now=clock.now(), budget_s=seconds - watch.seconds):
        count += done
    tell(count=count, seconds=watch.seconds, cpu=watch.cpu_seconds)


if __name__ == "__main__":
    main(float(sys.argv[1]))
