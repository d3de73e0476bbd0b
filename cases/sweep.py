"""One sweep of everything that is due: what beat's four sweeps do, in one process and in order.

Mail that came in is read first: a reply beats the timer that it answers (G11).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime

import structlog

from cases.actions import (
    approvals,
    cleaning,
    counts,
    digest,
    entry,
    lateness,
    notices,
    orders,
    ports,
    timers,
)
from config import clock
from notifications import inbound, outbox
from notifications.models import Alarm

log = structlog.get_logger(__name__)
MOST_ROUNDS = 100


class NeverQuiet(Exception):
    """After very many sweeps there was still something to do: something feeds itself."""


def read_clock() -> datetime:
    """The desk's present instant for one sweep, read once. Raises ClockIsWrong, and tells it.

    In the sandbox the desk's clock is moved, the machine's is not: only that one is compared.
    """
    try:
        return clock.now_if_sure()
    except clock.ClockIsWrong as error:
        log.critical("clock_is_wrong", words=str(error))
        Alarm.sound("clock", str(error))
        raise


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How much a sweep did."""

    read: int = 0  # inbound mails
    fired: int = 0  # timers, and alarms of what is late
    asked: int = 0  # providers, once per item
    sent: int = 0  # emails accepted by the mail server
    asked_about: int = 0  # numbers that were ported away and are still billed
    forgotten: int = 0  # links, codes and the like that were over

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    def __str__(self) -> str:
        return (
            f"{self.read} mails read, {self.fired} timers fired, "
            f"{self.asked} providers asked, {self.sent} emails sent"
        )


def sweep_once(*, now: datetime) -> Swept:
    """Do what is due at `now` (UTC), once. Safe beside workers and other sweeps."""
    entry.answer_link_requests(now=now)
    approvals.expire_approvals(now=now)
    counts.settle_counts()
    notices.tell_of_due(now=now)
    digest.send_digests(now=now)
    return Swept(
        read=inbound.process_due(now=now),
        fired=timers.fire_due(now=now) + lateness.raise_alarms(now=now),
        asked=orders.provision_due(now=now),
        sent=outbox.sweep(now=now),
        asked_about=ports.ask_about_ported(now=now),
        forgotten=cleaning.forget(now=now),
    )


def sweep_until_quiet(*, read_clock: Callable[[], datetime]) -> Swept:
    """Sweep until nothing more happens: a fired timer queues mail, sent mail starts a clock.

    Raises NeverQuiet after a hundred rounds.
    """
    total = Swept()
    for _ in range(MOST_ROUNDS):
        done = sweep_once(now=read_clock())
        if not done:
            return total
        total += done
    raise NeverQuiet(f"still busy after {MOST_ROUNDS} sweeps: {total}")
