"""What a plan consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cases.domain.blockers import Blocker
from cases.domain.fees import Charge, add_up
from cases.domain.speech import Phrase
from cases.domain.states import State


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened or will happen.

    `at` is the instant in UTC, None while nobody can know it; `on` is its date in the customer's
    zone, None with it. `state` is what the case becomes by it, `email` the purpose of the mail that
    goes out, `timer` the timer that brings it about. `live`: that timer must exist now. `past`: it
    has happened. `condition` says what it still depends on, empty when nothing.
    """

    kind: str
    at: datetime | None
    on: date | None
    rule: str
    reason: str
    state: State | None = None
    email: str | None = None
    charge: Charge | None = None
    condition: str = ""
    timer: str | None = None
    live: bool = False
    past: bool = False


@dataclass(frozen=True, kw_only=True)
class DateOption:
    """A date that can be offered: earliest, before_next_bill, end_of_term or wished.

    `total` is everything owed until then (bills from the call on, and the fee), in `currency`.
    """

    key: str
    label: str
    on: date
    fee: Charge | None
    total: Decimal
    currency: str
    why: str
    chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that follows from a request, as known now.

    `effective_on` is None only when nothing will end (dropped, withdrawn). `restorable_until` is
    exclusive; it and `grace_last_on` are None when the policy gives no grace. `closes_at` is None
    when closing waits for a person's or a bill's doing.
    """

    steps: tuple[Step, ...]
    zone: str
    currency: str
    earliest_on: date
    effective_on: date | None
    effective_at: datetime | None
    clamped: bool
    clamp_reason: str
    fee: Charge | None
    last_bill: Charge | None
    charges: tuple[Charge, ...]
    grace_last_on: date | None
    restorable_until: datetime | None
    closes_at: datetime | None
    options: tuple[DateOption, ...]
    say: tuple[Phrase, ...]
    steps_to_take: tuple[str, ...]
    blockers: tuple[Blocker, ...]
    whole_account: bool
    staying: int

    @property
    def timers(self) -> dict[str, datetime]:
        """The timers that must exist now: kind and the instant (UTC) at which each is due."""
        return {s.timer: s.at for s in self.steps if s.live and s.timer and s.at}

    @property
    def whole_account_offered(self) -> bool:
        """Every active service is chosen: offer to cancel the account as a whole (R29)."""
        return self.whole_account

    @property
    def total(self) -> Decimal:
        """What is owed until the end, the fee included."""
        return add_up(self.charges)

    def find_step(self, kind: str) -> Step | None:
        """The first step of that kind ("reminder", "drop", "execute" …), or None."""
        return next((step for step in self.steps if step.kind == kind), None)
