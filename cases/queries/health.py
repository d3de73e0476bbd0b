"""Is the desk running? One line for every page, the details for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.models import CaseItem, Timer
from cases.models.timer import LIVE
from notifications.models import DoorHealth, Email, Inbound, Switch

LATE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Health:
    """`problems` are sentences that say what is not running; empty means all is well."""

    problems: list[str]

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def text(self) -> str:
        """The one line that every page carries."""
        return self.problems[0] if self.problems else "Mail and timers running"

    @property
    def url(self) -> str:
        return "/desk/health/"


def read_health(*, now: datetime) -> Health:
    """What stands still, by the oldest thing that should have happened. Six indexed look-ups."""
    problems = [f"{s.get_name_display()} is paused" for s in Switch.objects.filter(paused=True)]
    if Timer.objects.filter(LIVE, check_at__lt=now - LATE).exists():
        problems.append("Timers are late: is a worker running?")
    if Email.objects.filter(status="queued", next_attempt_at__lt=now - LATE).exists():
        problems.append("Mail waits to be sent: is a worker running?")
    if Inbound.objects.filter(status="received", received_at__lt=now - LATE).exists():
        problems.append("Received mail waits to be read: is a worker running?")
    if CaseItem.objects.filter(next_attempt_at__lt=now - LATE).exists():
        problems.append("Services wait for their provider: is a worker running?")
    return Health(problems=problems + read_doors(now=now))


def read_doors(*, now: datetime) -> list[str]:
    return [
        f"The {door.door} door has been silent since {door.last_ok_at:%H:%M} UTC"
        for door in DoorHealth.objects.all()
        if door.last_ok_at and door.last_ok_at < now - LATE
    ]
