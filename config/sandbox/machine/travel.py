"""Move the desk's clock as time really passes: from one due instant to the next, in order.

At each one the same sweep runs as in `manage.py tick`, until nothing more happens. Workers and
beat may run beside it: every sweep is harmless when doubled.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.db.models import Max

from cases.models import Case, Event
from cases.sweep import MOST_ROUNDS, NeverQuiet, sweep_once
from config import clock
from config.sandbox.machine.due import Due, find_next, find_next_instant, has_work, is_busy
from config.sandbox.models import SandboxMail
from config.sandbox.post.bounces import Post, send_due_bounces
from config.sandbox.post.postman import post_to_door
from notifications.inbound.health import MAX_AGE
from notifications.models import DoorHealth, Email, Inbound

MOST_STEPS = 20_000
# How long to wait for workers that are still busy with something at this instant, real seconds.
PATIENCE_S = 5.0
LOOK_EVERY_S = 0.05

OnStep = Callable[[Due], None]


class TooManySteps(Exception):
    """Something is due again and again: the move would never end."""


class AheadOfTime(Exception):
    """The desk has lived in the future: its clock cannot go back before what happened."""


def travel_to(
    target: datetime,
    *,
    on_step: OnStep | None = None,
    post: Post = post_to_door,
    patience_s: float = PATIENCE_S,
) -> int:
    """Move the desk's clock to `target` (UTC); return at how many instants something was due.

    A target in the past moves nothing: time never runs backward. `patience_s` is how long workers
    are waited for that are still busy at an instant; 0 where there are none. Raises TooManySteps.
    """
    for steps in range(MOST_STEPS):
        if not settle(post=post, patience_s=patience_s):
            patience_s = 0.0  # whoever is stuck was waited for once
        at = find_next_instant(after=clock.now())
        if at is None or at > target:
            reach(target)
            return steps
        if on_step is not None:
            due = find_next(after=clock.now())
            on_step(due if due and due.at == at else Due(at=at, what=""))
        reach(at)
    raise TooManySteps(f"more than {MOST_STEPS} things were due on the way")


def reach(instant: datetime) -> None:
    """Make `instant` the present unless it has passed.

    The doors' heartbeats come along: a door that was open before the jump did not sleep for weeks.
    """
    before = clock.now()
    if instant <= before:
        return
    clock.move_to(instant)
    DoorHealth.objects.filter(last_ok_at__gt=before - MAX_AGE).update(last_ok_at=instant)


def settle(*, post: Post = post_to_door, patience_s: float = PATIENCE_S) -> bool:
    """Do everything that is due at the present instant, and wait for workers that do it too.

    Return whether it is quiet: False when others were still busy after `patience_s` real seconds.
    """
    deadline = time.monotonic() + patience_s
    while True:
        if sweep_while_due(post=post):
            continue
        if patience_s <= 0 or not is_busy(now=clock.now()):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY_S)


def sweep_while_due(*, post: Post) -> bool:
    """Sweep until nothing is due; say whether anything was done.

    What is due and yields to no sweep is in the hands of a worker, or paused.
    """
    anything = False
    for _ in range(MOST_ROUNDS):
        now = clock.now()
        if not has_work(now=now):
            return anything
        done = sweep_once(now=now)
        bounced = send_due_bounces(now=clock.now(), post=post)
        if not done and not bounced:
            return anything
        anything = True
    raise NeverQuiet(f"still busy after {MOST_ROUNDS} sweeps")


def find_latest() -> datetime | None:
    """The latest instant (UTC) at which anything was recorded."""
    seen = [
        Event.objects.aggregate(at=Max("at"))["at"],
        Case.objects.aggregate(at=Max("state_since"))["at"],
        Email.objects.aggregate(at=Max("created_at"))["at"],
        Inbound.objects.aggregate(at=Max("received_at"))["at"],
        SandboxMail.objects.aggregate(at=Max("received_at"))["at"],
    ]
    return max((at for at in seen if at is not None), default=None)


def return_to_real_time() -> None:
    """Let the desk's clock follow the system's again. Raises AheadOfTime when data is ahead."""
    latest = find_latest()
    if latest is not None and latest > datetime.now(UTC):
        raise AheadOfTime(
            f"The desk has lived until {latest:%A %d %B %Y, %H:%M} UTC. Going back would put its "
            "history into the future. Wait until then, or start afresh: "
            "manage.py load_example --fresh."
        )
    clock.reset()
