"""Runs every row of `worked_examples.md`."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cases.domain.dates import billing_month
from cases.domain.fees import compute_bills, compute_fee, compute_last_bill
from cases.domain.policy import FeeRule, FeeStep, validate
from tests.cases.domain.build import (
    EIGHT,
    SIPSTATION,
    SORACOM,
    at,
    day,
    make_account,
    make_contract,
    make_item,
    make_plan,
)

TEXT = (Path(__file__).parent / "worked_examples.md").read_text("utf-8")


def read_rows(title: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def read_fee_rule(text: str) -> FeeRule:
    """ "flat 250", "percentage 1:75 2:50", "remaining months 50%"."""
    if text == "none":
        return FeeRule()
    kind, rest = re.fullmatch(r"(remaining months|flat|declining|percentage)\s*(.*)", text).groups()
    values: dict = {"kind": kind.replace(" ", "_")}
    if match := re.search(r"at least (\d+)", rest):
        values["floor"] = Decimal(match.group(1))
    elif match := re.search(r"at most (\d+)", rest):
        values["ceiling"] = Decimal(match.group(1))
    elif match := re.search(r"([\d.]+)%", rest):
        values["percent"] = Decimal(match.group(1))
    elif kind == "percentage":
        values["steps"] = tuple(
            FeeStep(from_year=int(year), percent=Decimal(percent))
            for year, percent in re.findall(r"(\d+):(\d+)", rest)
        )
    elif rest:
        values["amount"] = Decimal(rest)
    return FeeRule(**values)


def amount_of(charge) -> str:
    return str(charge.amount) if charge else "none"


def one_item_account(price: str, **fields):
    return make_account(items=(make_item("a", price),), **fields)


def test_there_are_enough_examples():
    assert len([line for line in TEXT.splitlines() if re.match(r"\| [^-]", line)]) - 6 >= 60


@pytest.mark.rule("R18")
@pytest.mark.rule("R17")
@pytest.mark.parametrize("row", read_rows("Buy-out fees"), ids=" ".join)
def test_buy_out_fee(row):
    rule, term, monthly, ends, expected, _ = row
    rule, _, currency = rule.partition(" in ")
    policy = replace(EIGHT, fee=read_fee_rule(rule))
    assert validate(policy) == []
    contract = make_contract(*term.split(" to "), monthly=monthly)
    account = one_item_account(monthly, contracts=(contract,), currency=currency or "USD")
    fee = compute_fee(policy, account, frozenset({"a"}), day(ends))
    assert amount_of(fee) == expected
    if fee:
        assert fee.rule == "R18"
        assert "the contract runs until" in fee.reason


@pytest.mark.rule("R30")
@pytest.mark.rule("R31")
@pytest.mark.parametrize("row", read_rows("Last bills by whole months"), ids=" ".join)
def test_last_bill_by_whole_months(row):
    anchor, monthly, ends, first, last, expected = row
    account = one_item_account(monthly, billing_anchor=int(anchor))
    bill = compute_last_bill(EIGHT, account, account.items, day(ends))
    assert amount_of(bill) == expected
    assert billing_month(day(ends), int(anchor)) == (day(first), day(last))
    if bill:
        assert (bill.starts_on, bill.ends_on, bill.rule) == (day(first), day(last), "R30")


@pytest.mark.rule("R49")
@pytest.mark.parametrize("row", read_rows("Daily rates"), ids=" ".join)
def test_daily_rate(row):
    anchor, prices, ends, _, included, excluded = row
    items = tuple(make_item(str(i), price) for i, price in enumerate(prices.split()))
    account = make_account(items=items, billing_anchor=int(anchor))
    free = replace(SORACOM, bill_last_day=False)
    assert amount_of(compute_last_bill(SORACOM, account, items, day(ends))) == included
    assert amount_of(compute_last_bill(free, account, items, day(ends))) == excluded


@pytest.mark.rule("R49")
@pytest.mark.parametrize(
    "row", read_rows("Daily rates, each service until its own end"), ids=" ".join
)
def test_daily_rate_of_each_service(row):
    anchor, prices, ended, call, ends, before, last, _ = row
    items = tuple(
        make_item(str(i), price, status="ended", ended_on=None if on == "–" else day(on))
        for i, (price, on) in enumerate(zip(prices.split(), ended.split(), strict=True))
    )
    account = make_account(items=items, billing_anchor=int(anchor))
    charges = compute_bills(SORACOM, account, items, day(call), day(ends))
    by_kind = {charge.kind: charge for charge in charges}
    assert amount_of(by_kind.get("month")) == before
    assert amount_of(by_kind.get("last_bill")) == last


@pytest.mark.rule("R41")
@pytest.mark.parametrize("row", read_rows("What is forfeited without a refund"), ids=" ".join)
def test_forfeited(row):
    anchor, monthly, ends, paid, expected = row
    account = one_item_account(monthly, billing_anchor=int(anchor))
    charges = compute_bills(SIPSTATION, account, account.items, day(ends), day(ends))
    by_kind = {charge.kind: charge for charge in charges}
    assert amount_of(by_kind["last_bill"]) == paid
    assert amount_of(by_kind.get("forfeited")) == expected


@pytest.mark.rule("R3")
@pytest.mark.rule("R5")
@pytest.mark.rule("R21")
@pytest.mark.guarantee("G25")
@pytest.mark.parametrize(
    "row", read_rows("From the call to the end under the 8x8 policy"), ids=" ".join
)
def test_dates_of_a_call(row):
    zone, call, wished, ends, ends_at, last_on, shut_at = row
    plan = make_plan(
        account=make_account(timezone=zone),
        received_at=at(call),
        wished_on=None if wished == "–" else day(wished),
    )
    assert (plan.effective_on, plan.effective_at) == (day(ends), at(ends_at))
    assert (plan.grace_last_on, plan.restorable_until) == (day(last_on), at(shut_at))
    assert plan.closes_at == at(shut_at)
    assert plan.clamped == (wished == "2026-12-01")
    assert plan.effective_on - plan.earliest_on >= timedelta(0)
