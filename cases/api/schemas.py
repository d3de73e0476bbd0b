"""What comes in and what goes out. Money is a decimal in the account's currency, best as text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

Money = Annotated[Decimal, Field(max_digits=12, decimal_places=4, allow_inf_nan=False)]
Version = Annotated[int | None, Field(ge=1, description="As read; a stale one is refused: 409.")]


class Strict(Schema):
    """A field that we do not know is a mistake, not noise."""

    model_config = ConfigDict(extra="forbid")


class IssueIn(Strict):
    """The final bill was issued."""

    amount: Annotated[Money, Field(ge=0)]
    balance: Money | None = Field(None, description="Owed in all after it; else worked out.")
    version: Version = None


class PaymentIn(Strict):
    """The final bill was paid."""

    balance: Money | None = Field(None, description="Owed in all after it; else worked out.")
    version: Version = None


class BalanceIn(Strict):
    """What the account owes now; less than zero is credit."""

    balance: Money
    version: Version = None


class InventoryIn(Strict):
    """The account's inventory was read; or why it could not be, which then blocks (R45)."""

    problem: str = Field("", max_length=200)


class InventoryOut(Schema):
    account_number: str
    problem: str
    read_at: datetime


class BillOut(Schema):
    starts_on: date
    ends_on: date
    status: str
    amount: Decimal
    paid_at: datetime | None


class CaseOut(Schema):
    """A case in brief."""

    id: int
    number: str
    account_number: str
    state: str
    version: int
    effective_on: date | None
    executed_at: datetime | None
    ended_at: datetime | None
    currency: str
    balance: Decimal
    final_bill: BillOut | None


class BlockerOut(Schema):
    kind: str
    what: str
    who: str
    how: str
    hard: bool
    stage: str
    rule: str


class FullCaseOut(CaseOut):
    expected: Decimal | None
    blockers: list[BlockerOut]


class PageOut(Schema):
    """`after` is the `id` to go on from; nothing when this was the last page."""

    cases: list[CaseOut]
    after: int | None


class Refusal(Schema):
    detail: str
