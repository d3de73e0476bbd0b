"""Celery's stop, told to the processes of its pool, which do not hear of it otherwise."""

from __future__ import annotations

from celery.signals import worker_process_init, worker_shutting_down

from notifications.outbox import stopping


@worker_shutting_down.connect
def tell_pool(**_: object) -> None:
    stopping.tell_to_stop()


@worker_process_init.connect
def listen_in_pool(**_: object) -> None:
    stopping.listen()
