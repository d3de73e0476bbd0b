"""Small accounts and requests for the domain's tests, built by keyword."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from cases.domain.plan import Account, Contract, Item, Plan, Port, Request, plan
from cases.domain.policy import Policy

POLICIES = Path(__file__).resolve().parents[3] / "cases" / "policies"


def load_policy(code: str) -> Policy:
    return Policy.from_dict(tomllib.loads((POLICIES / f"{code}.toml").read_text("utf-8")))


EIGHT = load_policy("8x8")
SIPSTATION = load_policy("sipstation")
SORACOM = load_policy("soracom")

# Sunday 22 November 2026, 14:32 in Chicago.
CALL = datetime(2026, 11, 22, 20, 32, tzinfo=UTC)


def at(text: str) -> datetime:
    """An instant in UTC: "2026-12-22 06:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def make_item(id: str, price: str = "10", **fields: Any) -> Item:
    fields.setdefault("kind", "extension")
    fields.setdefault("label", f"Ext {id}")
    return Item(id=id, monthly_price=Decimal(price), **fields)


def make_contract(
    starts_on: str, ends_on: str, monthly: str = "182", items: tuple[str, ...] = (), **fields: Any
) -> Contract:
    return Contract(
        id=fields.pop("id", "c1"),
        starts_on=day(starts_on),
        ends_on=day(ends_on),
        monthly_amount=Decimal(monthly),
        item_ids=frozenset(items),
        **fields,
    )


def make_account(**fields: Any) -> Account:
    fields.setdefault("timezone", "America/Chicago")
    fields.setdefault("items", (make_item("a", "100"), make_item("b", "82")))
    return Account(**fields)


def make_request(**fields: Any) -> Request:
    fields.setdefault("received_at", CALL)
    fields.setdefault("item_ids", frozenset({"a", "b"}))
    return Request(**fields)


def make_plan(
    *,
    policy: Policy = EIGHT,
    account: Account | None = None,
    now: datetime | None = None,
    change: dict[str, Any] | None = None,
    **request: Any,
) -> Plan:
    """The plan of a request built from keywords; `change` overrides fields of the policy."""
    made = make_request(**request)
    return plan(
        replace(policy, **(change or {})),
        made,
        account or make_account(),
        now or made.received_at,
    )


__all__ = [
    "CALL",
    "EIGHT",
    "SIPSTATION",
    "SORACOM",
    "Port",
    "at",
    "day",
    "make_account",
    "make_contract",
    "make_item",
    "make_plan",
    "make_request",
]
