"""Celery's entry points: ids in, one action called. Redis carries wake-ups, never the work.

Losing a wake-up costs only delay: the sweeps find everything in PostgreSQL (G8, G19).
"""

from __future__ import annotations

from celery import shared_task

from cases.actions import (
    approvals,
    cleaning,
    counts,
    digest,
    entry,
    erasure,
    lateness,
    notices,
    orders,
    ports,
    timers,
)
from cases.actions.watch import watch
from cases.sweep import read_clock
from config import clock
from notifications.pulse import note_pulse

SWEEP_S = 2.0  # a sweep of everything gives way to the next task after so long
CASE_S = 20.0  # one case's items are asked for on and on; a worker stops within 30 (G21)
ITEMS = 2000


@shared_task
def sweep_timers() -> int:
    """Fire what is due, answer who asked for a link, add up the queue's numbers."""
    now = read_clock()
    entry.answer_link_requests(now=now)
    approvals.expire_approvals(now=now)
    counts.settle_counts()
    fired = timers.fire_due(now=now, read_clock=read_clock, most_s=SWEEP_S, overlap=True)
    note_pulse("sweep_timers")
    return fired


@shared_task
def sweep_provisioning() -> int:
    """Ask providers for every item that is due; raise the alarm where it takes too long."""
    now = read_clock()
    lateness.raise_alarms(now=now)
    asked = orders.provision_due(now=now, read_clock=clock.now, most_s=SWEEP_S)
    note_pulse("sweep_provisioning")
    return asked


@shared_task
def provision(case_id: int) -> int:
    """Ask providers for the items of one case."""
    return orders.provision_due(
        now=read_clock(), case_id=case_id, limit=ITEMS, read_clock=clock.now, most_s=CASE_S
    )


@shared_task
def sweep_notices() -> int:
    """Tell staff what is near, and send the daily mails whose hour has come."""
    now = read_clock()
    return notices.tell_of_due(now=now) + digest.send_digests(now=now)


@shared_task
def sweep_ports() -> int:
    """Ask about numbers that were ported away and are still billed (R36)."""
    return ports.ask_about_ported(now=read_clock())


@shared_task
def forget() -> int:
    """Delete what nobody may use any more, a bounded number of each kind."""
    return cleaning.forget(now=read_clock())


@shared_task
def answer_link_requests() -> int:
    """Mail a link to everybody who asked for one and whom we know."""
    return entry.answer_link_requests(now=clock.now())


@shared_task
def erase() -> int:
    """Erase what was asked for, and what has been kept long enough (G27)."""
    return erasure.erase_due(now=read_clock())


@shared_task
def watch_desk() -> None:
    """See whether anything stands still, and tell those who must know (G23)."""
    watch(now=clock.now())
