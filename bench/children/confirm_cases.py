"""Confirm cases without notice, and wait until the last service of each is down.

Arguments: cases, services of each, other jobs that wait all the time.
"""

from __future__ import annotations

import sys
import time

import django
import redis

from bench.children import Stopwatch, tell, wait_for_start

LONGEST_S = 60.0
SPARE = 2_000


def main(cases: int, services: int, others: int) -> None:
    django.setup()
    import bench.provider  # noqa: F401 - the scene's brand names it
    from bench.scene import make_scene
    from cases.models import Case

    scene = make_scene(notice_days=0, channel="self_service")
    made = [scene.open_case(number, services=services) for number in range(cases + 1)]
    keep_busy(others)
    wait_for_start()
    watch, spans = Stopwatch(), []
    for case in made:
        keep_busy(others)
        began = time.perf_counter()
        scene.confirm_as_customer(case)
        while not Case.objects.filter(pk=case.pk, executed_at__isnull=False).exists():
            time.sleep(0.05)  # to look more often would take the processor from the worker
            if time.perf_counter() - began > LONGEST_S:
                raise RuntimeError(f"{case} is not down after {LONGEST_S:.0f} s")
        spans.append(time.perf_counter() - began)
    tell(spans=spans[1:], cpu=watch.cpu_seconds)  # the first one wakes everybody up


def keep_busy(others: int) -> None:
    """Let at least so many other jobs wait for the same worker: mails to read that are gone."""
    from django.conf import settings

    from config.celery import app
    from notifications.tasks import process

    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        waiting = int(str(broker.llen("celery")))
    if waiting >= others:
        return
    with app.amqp.producer_pool.acquire(block=True) as producer:
        for number in range(waiting, others + SPARE):
            process.apply_async((-number,), producer=producer, ignore_result=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
