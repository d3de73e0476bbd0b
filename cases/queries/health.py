"""Is the desk running? One line for every page, the details for one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet

from cases.actions.fuse import NAME as FUSE
from cases.models import CaseItem, Timer
from cases.models.timer import LIVE
from cases.queries.together import ask, exists
from config import clock
from notifications import inbound as mail_in
from notifications import pulse
from notifications.inbound.health import Door
from notifications.models import Alarm, Email, Inbound, Switch
from notifications.models.switch import RESTORED

LATE = timedelta(minutes=4)  # with the watch's minute, noticed within five (G23)
LATELY_S = 1.0


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that is not as it should be. `is_stall`: it stands still although nobody wants
    that, so operators are told; a pause is a person's wish."""

    name: str
    words: str
    advice: str = ""
    is_stall: bool = True


@dataclass(frozen=True, kw_only=True)
class Health:
    """What is not running; nothing means that all is well."""

    troubles: list[Trouble]
    shut: tuple[Door, ...] = ()
    restored: Switch | None = None
    silences: list[pulse.Silence] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.troubles

    @property
    def problems(self) -> list[str]:
        return [trouble.words for trouble in self.troubles]

    @property
    def stalls(self) -> list[Trouble]:
        return [trouble for trouble in self.troubles if trouble.is_stall]

    @property
    def others(self) -> list[str]:
        """The problems that no banner tells already."""
        told = {f"door:{door.name}" for door in self.shut} | {s.name for s in self.silences}
        return [t.words for t in self.troubles if t.name not in {*told, RESTORED}]

    @property
    def text(self) -> str:
        """The one line that every page carries."""
        return self.problems[0] if self.problems else "Mail and timers running"

    @property
    def url(self) -> str:
        return "/desk/health/"


def read_health(*, now: datetime) -> Health:
    """What stands still, by the oldest thing that should have happened. Five queries."""
    switches = list(Switch.objects.filter(paused=True))
    silences = pulse.find_silences(pulse.read_pulses())
    shut = tuple(door for door in mail_in.list_doors() if not door.is_open)
    return Health(
        troubles=[
            *tell_switches(switches),
            *(Trouble(name=s.name, words=s.words, advice=s.advice) for s in silences),
            *(Trouble(name=f"alarm:{a.name}", words=a.words) for a in Alarm.list_fresh()),
            *find_late_work(now=now, switches={switch.name for switch in switches}),
            *tell_doors(shut),
        ],
        shut=shut,
        restored=next((switch for switch in switches if switch.name == RESTORED), None),
        silences=silences,
    )


_lately: tuple[float, Health] | None = None  # and when it was read


def read_health_lately(*, now: datetime) -> Health:
    """The same, at most a second old: every page of everybody shows it. Five queries, or none."""
    global _lately
    if _lately is None or time.monotonic() - _lately[0] >= LATELY_S:
        _lately = (time.monotonic(), read_health(now=now))
    return _lately[1]


def forget_health() -> None:
    """Read it anew for the next page."""
    global _lately
    _lately = None


def tell_switches(switches: list[Switch]) -> Iterator[Trouble]:
    for switch in switches:
        if switch.name == RESTORED:
            words = "This is a restored backup: nothing is sent or ended until a person says so"
            yield Trouble(name=RESTORED, words=words, advice=switch.reason)
        else:
            words = f"{switch.get_name_display()} is paused"
            by_itself = switch.by == FUSE
            yield Trouble(name=switch.name, words=words, advice=switch.reason, is_stall=by_itself)


def find_late_work(*, now: datetime, switches: set[str]) -> Iterator[Trouble]:
    """Work that was due and is not done, except where somebody holds it. One query.

    What a week that went by in a moment has brought is not late yet.
    """
    if clock.has_moved_within(LATE):
        return
    late = now - LATE
    waiting: dict[str, QuerySet[Any]] = {
        "inbound": Inbound.objects.filter(status="received", received_at__lt=late)
    }
    if RESTORED not in switches:
        waiting["timers"] = Timer.objects.filter(LIVE, check_at__lt=late)
        waiting["provisioning"] = CaseItem.objects.filter(next_attempt_at__lt=late)
    if not switches & {RESTORED, "sending"}:
        waiting["outbox"] = Email.objects.filter(status="queued", next_attempt_at__lt=late)
    found = ask(**{name: exists(rows) for name, rows in waiting.items()})
    for name, words in LATE_WORDS.items():
        if found.get(name):
            yield Trouble(name=name, words=f"{words}: is a worker running?")


LATE_WORDS = {
    "timers": "Timers are late",
    "outbox": "Mail waits to be sent",
    "inbound": "Received mail waits to be read",
    "provisioning": "Services wait for their provider",
}


def read_oldest_work(*, now: datetime) -> dict[str, datetime | None]:
    """When the oldest due timer and order should have been done. Two queries."""
    timers = Timer.objects.filter(LIVE, check_at__lte=now).order_by("check_at")
    orders = CaseItem.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at")
    return {
        "timer": timers.values_list("check_at", flat=True).first(),
        "provisioning": orders.values_list("next_attempt_at", flat=True).first(),
    }


def tell_doors(shut: tuple[Door, ...]) -> Iterator[Trouble]:
    for door in shut:
        words = f"The {door.label} is shut: no mail comes in through it"
        yield Trouble(name=f"door:{door.name}", words=words, advice=door.advice)


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """A background part on the health page: when it was last alive, in real time."""

    label: str
    lasts: timedelta
    is_silent: bool


PARTS = {
    pulse.BEAT: "Beat, which starts the sweeps",
    pulse.WEB: "Web server",
    pulse.WATCH: "Watch over all of these",
    **pulse.WORK,
}


def list_parts() -> list[PartLine]:
    """Every part that has ever run, the sweeps first. One query."""
    pulses = pulse.read_pulses()
    order = (*pulse.SWEEPS, pulse.BEAT, pulse.WEB, pulse.WATCH)
    return [
        PartLine(label=PARTS[name], lasts=pulses[name], is_silent=pulses[name] > pulse.SILENT)
        for name in order
        if name in pulses
    ]


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
