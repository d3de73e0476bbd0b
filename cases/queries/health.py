"""Is the desk running? One line for every page, the details for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from cases.models import CaseItem, Timer
from cases.models.timer import LIVE
from notifications import inbound as mail_in
from notifications.inbound.health import Door
from notifications.models import Alarm, Email, Inbound, Switch

LATE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Health:
    """`problems` are sentences that say what is not running; empty means all is well."""

    problems: list[str]
    shut: tuple[Door, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def others(self) -> list[str]:
        """The problems that no banner tells already."""
        return self.problems[: len(self.problems) - len(self.shut)]

    @property
    def text(self) -> str:
        """The one line that every page carries."""
        return self.problems[0] if self.problems else "Mail and timers running"

    @property
    def url(self) -> str:
        return "/desk/health/"


def read_health(*, now: datetime) -> Health:
    """What stands still, by the oldest thing that should have happened. Seven indexed look-ups."""
    problems = [f"{s.get_name_display()} is paused" for s in Switch.objects.filter(paused=True)]
    problems += [alarm.words for alarm in Alarm.list_fresh()]
    if Timer.objects.filter(LIVE, check_at__lt=now - LATE).exists():
        problems.append("Timers are late: is a worker running?")
    if Email.objects.filter(status="queued", next_attempt_at__lt=now - LATE).exists():
        problems.append("Mail waits to be sent: is a worker running?")
    if Inbound.objects.filter(status="received", received_at__lt=now - LATE).exists():
        problems.append("Received mail waits to be read: is a worker running?")
    if CaseItem.objects.filter(next_attempt_at__lt=now - LATE).exists():
        problems.append("Services wait for their provider: is a worker running?")
    shut = tuple(door for door in mail_in.list_doors() if not door.is_open)
    problems += [f"The {door.label} is shut: no mail comes in through it" for door in shut]
    return Health(problems=problems, shut=shut)


@dataclass(frozen=True, kw_only=True)
class DoorLine:
    """A door on the health page, with what came through it and has not been read yet."""

    door: Door
    waiting: int
    oldest_at: datetime | None


def list_door_lines() -> list[DoorLine]:
    """Every door in use. Two queries."""
    rows = Inbound.objects.filter(status="received").order_by().values("channel")
    found = rows.annotate(waiting=Count("pk"), oldest_at=Min("received_at"))
    by_channel: dict[str, Any] = {row["channel"]: row for row in found}
    return [
        DoorLine(
            door=door,
            waiting=by_channel.get(door.name, {}).get("waiting", 0),
            oldest_at=by_channel.get(door.name, {}).get("oldest_at"),
        )
        for door in mail_in.list_doors()
    ]
