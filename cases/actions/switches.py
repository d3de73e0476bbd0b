"""The two switches of the desk: sending, and everything that cannot be undone (G7, G13)."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from accounts.roles import may
from cases.actions import fuse
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.actions.timers import LOOK_AGAIN
from cases.models import Timer
from cases.models.timer import DESTRUCTIVE, LIVE
from notifications import epoch
from notifications.models import Switch
from notifications.models.switch import DESTRUCTION, RESTORED, SENDING
from notifications.tasks import sweep_outbox
from notifications.wake import wake

log = structlog.get_logger(__name__)
NAMES = (SENDING, DESTRUCTION)
LONGEST_ALLOWANCE = timedelta(days=3)


def throw_switch(
    *,
    name: str,
    paused: bool,
    reason: str,
    actor: Actor,
    now: datetime,
    allowance: int | None = None,
    allowance_lasts: timedelta = timedelta(hours=4),
) -> Switch:
    """Pause or resume, for every brand at once; it acts within one claim of a worker.

    Pausing needs a reason, because colleagues read it. Resuming destruction while more is due than
    the fuse allows needs an `allowance`: so many may go, for so long. Raises `NotAllowed` and
    `NotPossible`.
    """
    if actor.user is None or not may(actor.user, "switch.pause"):
        raise NotAllowed("Only supervisors and administrators pause the desk.")
    if name not in NAMES:
        raise NotPossible("There is no such switch.")
    if paused and not reason.strip():
        raise NotPossible("Say why: colleagues read it while this is paused.")
    if not paused and name == DESTRUCTION:
        check_allowance(allowance, allowance_lasts, now=now)
    with transaction.atomic():
        Switch.objects.get_or_create(name=name)
        switch = Switch.objects.select_for_update().get(name=name)
        if switch.paused == paused:
            raise NotPossible(f"{switch.get_name_display()} is {describe(paused)} already.")
        switch.paused, switch.reason = paused, reason.strip()[:300]
        switch.by, switch.at = actor.name[:150], now
        switch.allowance = None if paused else allowance
        switch.allowance_until = None if switch.allowance is None else now + allowance_lasts
        switch.save()
        switch.write_down()
    if not paused:
        catch_up(name, now=now)
    log.info("switch_thrown", switch=name, paused=paused, user=actor.user.pk)
    return switch


def check_allowance(allowance: int | None, lasts: timedelta, *, now: datetime) -> None:
    """Raise `NotPossible` where the fuse would blow again at once, or the number is no number."""
    if allowance is None:
        most = fuse.find_limit()
        if count_waiting(now=now, most=most + 1) > most:
            raise NotPossible(
                f"More than {most:,} cases wait to be dropped, executed or closed. "
                "Say how many of them may go."
            )
    elif not (0 < allowance < 2**31 and timedelta(0) < lasts <= LONGEST_ALLOWANCE):
        raise NotPossible("Let at least one case through, for three days at most.")


def count_waiting(*, now: datetime, most: int) -> int:
    """How many destructive timers a resumed desk would find due, counted to `most`."""
    held = Timer.objects.filter(LIVE, kind__in=sorted(DESTRUCTIVE)).filter(
        Q(check_at__lte=now) | Q(check_at__lte=now + LOOK_AGAIN, held_because=fuse.PAUSED)
    )
    return len(held.values_list("pk", flat=True)[:most])


def resume_after_restore(*, reason: str, actor: Actor, now: datetime) -> None:
    """Say that this restored backup is the desk from now on, and let it act again (G24).

    An administrator's decision, with what they looked at as `reason`. What a person has paused
    stays paused. Raises `NotAllowed` and `NotPossible`.
    """
    if actor.user is None or not may(actor.user, "desk.resume"):
        raise NotAllowed("Only administrators let a restored backup act again.")
    if not reason.strip():
        raise NotPossible("Say what you compared: it stays in the record.")
    with transaction.atomic():
        switch = Switch.objects.select_for_update().filter(name=RESTORED, paused=True).first()
        if switch is None:
            raise NotPossible("This desk is not held as a restored backup.")
        switch.paused, switch.reason = False, reason.strip()[:300]
        switch.by, switch.at = actor.name[:150], now
        switch.save()
        switch.write_down()
        epoch.begin(now=now, by=switch.by, reason=switch.reason)
    for name in NAMES:
        catch_up(name, now=now)
    log.warning("resumed_after_restore", user=actor.user.pk)


def describe(paused: bool) -> str:
    return "paused" if paused else "running"


def catch_up(name: str, *, now: datetime) -> None:
    """What waited goes on at once, not at the next look.

    After the switch is committed: whoever fires a timer locks that first and the switch last.
    """
    if name == SENDING:
        wake(sweep_outbox)
    else:
        held = Timer.objects.filter(LIVE, held_because=fuse.PAUSED)
        held.update(check_at=now)
