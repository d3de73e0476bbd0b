"""The two switches of the desk: sending, and everything that cannot be undone (G7)."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from accounts.roles import may
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.models import Timer
from cases.models.timer import LIVE
from notifications.models import Switch
from notifications.models.switch import DESTRUCTION, SENDING
from notifications.tasks import sweep_outbox
from notifications.wake import wake

log = structlog.get_logger(__name__)
NAMES = (SENDING, DESTRUCTION)


def throw_switch(*, name: str, paused: bool, reason: str, actor: Actor, now: datetime) -> Switch:
    """Pause or resume, for every brand at once; it acts within one claim of a worker.

    Pausing needs a reason, because colleagues read it. Raises `NotAllowed` and `NotPossible`.
    """
    if actor.user is None or not may(actor.user, "switch.pause"):
        raise NotAllowed("Only supervisors and administrators pause the desk.")
    if name not in NAMES:
        raise NotPossible("There is no such switch.")
    if paused and not reason.strip():
        raise NotPossible("Say why: colleagues read it while this is paused.")
    with transaction.atomic():
        Switch.objects.get_or_create(name=name)
        switch = Switch.objects.select_for_update().get(name=name)
        if switch.paused == paused:
            raise NotPossible(f"{switch.get_name_display()} is {describe(paused)} already.")
        switch.paused, switch.reason = paused, reason.strip()[:300]
        switch.by, switch.at = actor.name[:150], now
        switch.save()
        if not paused:
            catch_up(name, now=now)
    log.info("switch_thrown", switch=name, paused=paused, by=switch.by, reason=switch.reason)
    return switch


def describe(paused: bool) -> str:
    return "paused" if paused else "running"


def catch_up(name: str, *, now: datetime) -> None:
    """What waited goes on at once, not at the next look."""
    if name == SENDING:
        wake(sweep_outbox)
    else:
        held = Timer.objects.filter(LIVE, held_because="destruction is paused")
        held.update(check_at=now)
