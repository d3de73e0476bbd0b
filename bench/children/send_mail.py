"""Send what is due, as a worker does. Arguments: seconds, at most; how many before they run."""

from __future__ import annotations

import sys

import django

from bench.children import Stopwatch, tell, wait_for_start


def main(seconds: float, warm_up: int = 0) -> None:
    django.setup()
    from django.db import connection

    from config import clock
    from config.celery import calm_collector
    from notifications import outbox

    connection.ensure_connection()
    outbox.deliver_due(now=clock.now(), limit=warm_up)
    calm_collector()
    wait_for_start()
    watch, count = Stopwatch(), 0
    while done := outbox.deliver_due(now=clock.now(), budget_s=seconds - watch.seconds):
        count += done
    tell(count=count, seconds=watch.seconds, cpu=watch.cpu_seconds)


if __name__ == "__main__":
    main(float(sys.argv[1]), *map(int, sys.argv[2:]))
