"""Celery's entry points: ids in, one action called. Redis carries wake-ups, never the work.

Losing a wake-up costs only delay: the sweeps find everything in PostgreSQL (G8, G19).
"""

from __future__ import annotations

from celery import shared_task

from cases.actions import execution, timers
from config import clock


@shared_task
def sweep_timers() -> int:
    """Fire what is due."""
    return timers.fire_due(now=clock.now())


@shared_task
def sweep_provisioning() -> int:
    """Ask providers for every item that is due."""
    return execution.provision_due(now=clock.now())


@shared_task
def provision(case_id: int) -> int:
    """Ask providers for the items of one case."""
    return execution.provision_due(now=clock.now(), case_id=case_id)
