"""What the plan is made from: the account as it is, and the request with what happened so far.

Ids are opaque text. Instants (`_at`) are aware UTC; dates (`_on`) are in the account's zone;
money is a Decimal in the account's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cases.domain.states import State

# A port that finished leaves its service billed: only what ended costs nothing more (R2, R36).
GONE = frozenset({"ended"})


@dataclass(frozen=True, kw_only=True)
class Item:
    """One service. `status`: active, suspended (in grace), ended or ported."""

    id: str
    kind: str
    label: str = ""
    product: str = ""
    identifier: str = ""
    parent_id: str | None = None
    location_id: str | None = None
    location_name: str = ""
    monthly_price: Decimal = Decimal(0)
    status: str = "active"
    assigned_to: str = ""
    protected: bool = False
    ended_on: date | None = None  # when it ended by itself, before the rest (R49)
    disposition: str = ""  # what becomes of a number: ported, moved, released; blank is unknown
    ordered: bool = False  # its end was ordered, and the provider has yet to confirm it

    @property
    def name(self) -> str:
        return self.label or self.identifier or f"{self.kind} {self.id}"

    def billed_until(self, effective_on: date) -> date:
        """The last day that counts for its bill: its own end, or the account's (R49)."""
        return min(self.ended_on, effective_on) if self.ended_on else effective_on

    @property
    def is_active(self) -> bool:
        return self.status == "active"


@dataclass(frozen=True, kw_only=True)
class Contract:
    """A term with a monthly amount over some items; no item ids means the whole account.

    `ends_on` is the first day on which leaving costs nothing (R18).
    """

    id: str
    starts_on: date
    ends_on: date
    monthly_amount: Decimal
    item_ids: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Port:
    """A number on its way to another carrier: pending, done, cancelled or failed."""

    item_id: str
    status: str
    expected_on: date | None = None
    carrier: str = ""


@dataclass(frozen=True, kw_only=True)
class FinalBill:
    """The bill after which an account may close: awaited, issued or paid (R50)."""

    status: str = "awaited"
    amount: Decimal = Decimal(0)

    @property
    def is_issued(self) -> bool:
        return self.status != "awaited"


@dataclass(frozen=True, kw_only=True)
class Account:
    """The customer's account as the policy sees it. A positive `balance` is owed to us."""

    timezone: str
    locale: str = "en"
    currency: str = "USD"
    billing_anchor: int = 1
    balance: Decimal = Decimal(0)
    items: tuple[Item, ...] = ()
    contracts: tuple[Contract, ...] = ()
    ports: tuple[Port, ...] = ()
    final_bill: FinalBill | None = None
    inventory_problem: str = ""  # why the inventory could not be read; it then blocks (R45)

    def choose(self, item_ids: frozenset[str]) -> tuple[Item, ...]:
        """The items with these ids, in the account's order."""
        return tuple(item for item in self.items if item.id in item_ids)

    def find_staying(self, item_ids: frozenset[str]) -> tuple[Item, ...]:
        """Active items outside the scope: they stay exactly as they are (R29)."""
        return tuple(i for i in self.items if i.is_active and i.id not in item_ids)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request to cancel and every fact so far; None means that it has not happened.

    `asked_at` is when the mail with the questions was *accepted* for delivery, likewise
    `reminders_accepted` (in order) and `final_notice_accepted_at`. `received_at` is where the
    notice counts from. `effective_on` is the promised date, `grace_ends_at` the end of grace
    (exclusive) once it is fixed or was extended.
    """

    received_at: datetime
    item_ids: frozenset[str]
    called_at: datetime | None = None  # where the notice was started afresh: when the call came
    acknowledged: frozenset[str] = frozenset()  # numbers whose loss was accepted in typing (R35)
    wished_on: date | None = None
    state: State = State.INTAKE
    questions_open: int = 0
    by_link: bool = False  # the link to their own page goes out as soon as the case is open (R32)
    asked_at: datetime | None = None
    ask_paused: bool = False
    reminders_accepted: tuple[datetime | None, ...] = ()
    confirmed_at: datetime | None = None
    effective_on: date | None = None
    executed_at: datetime | None = None
    restore_asked_at: datetime | None = None
    grace_ends_at: datetime | None = None
    final_notice_accepted_at: datetime | None = None
    agreed_fee: Decimal | None = None  # the fee at most, and the earliest end, as was granted for
    agreed_on: date | None = None  # this request alone
    ended_at: datetime | None = None
