"""Celery's doors into the mail: ids in, one function called. Every one is harmless when doubled."""

from __future__ import annotations

from celery import shared_task

from config import clock
from notifications import inbound, outbox
from notifications.pulse import note_pulse
from notifications.wake import wake
from notifications.webhooks.receipts import forget_old


@shared_task
def deliver(email_id: int) -> None:
    outbox.deliver_one(email_id=email_id, now=clock.now())


@shared_task
def sweep_outbox() -> None:
    outbox.sweep(now=clock.now())
    note_pulse("sweep_outbox")


@shared_task
def process(inbound_id: int) -> None:
    inbound.process(inbound_id=inbound_id, now=clock.now())


@shared_task
def sweep_inbound() -> None:
    inbound.process_due(now=clock.now())
    forget_old(now=clock.now())
    note_pulse("sweep_inbound")


def wake_deliver(_email_id: int) -> None:
    """Wake the sender once more. `outbox.queue` does it by itself on commit."""
    wake(sweep_outbox)
