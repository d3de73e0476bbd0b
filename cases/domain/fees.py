"""What leaving costs: the buy-out fee and the bills until the end (R17, R18, R30, R31, R41, R49).

Every amount carries its rule and its arithmetic in words, so that an agent can explain it on the
phone. Money is a Decimal in the account's currency, rounded half up at the end of each charge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from cases.domain.dates import add_months, billing_month, count_days, count_started_months
from cases.domain.facts import GONE, Account, Contract, Item
from cases.domain.money import format_money, round_money
from cases.domain.policy import FeeRule, Policy
from cases.domain.speech import Money, Period, Phrase, join_phrases, phrase


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One amount. `kind`: fee, month, last_bill, or forfeited (already paid, never owed).

    The period is inclusive, in the account's zone.
    """

    kind: str
    amount: Decimal
    currency: str
    rule: str
    reason: str
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def is_owed(self) -> bool:
        return self.kind != "forfeited"

    @property
    def display(self) -> str:
        return format_money(self.amount, self.currency)


def compute_fee(
    policy: Policy, account: Account, item_ids: frozenset[str], effective_on: date
) -> Charge | None:
    """The buy-out fee for ending these items on that date, or None when there is none (R17, R18).

    None, not zero: effective on or after every term's end, no contract over the scope, or a
    policy without fees. The charge's `ends_on` is the last end of a term that costs something.
    """
    if policy.fee.kind == "none":
        return None
    total, reasons, ends_on = Decimal(0), [], effective_on
    for contract in account.contracts:
        amount, reason = price_contract(policy.fee, contract, account, item_ids, effective_on)
        if amount > 0:
            total += amount
            reasons.append(reason)
            ends_on = max(ends_on, contract.ends_on)
    if not reasons:
        return None
    return Charge(
        kind="fee",
        amount=total,
        currency=account.currency,
        rule="R18",
        reason=join_phrases("; ", reasons),
        starts_on=effective_on,
        ends_on=ends_on,
    )


def lower_fee(fee: Charge | None, agreed: Decimal | None) -> Charge | None:
    """The fee as it was granted for one request, where that is lower; None when it was waived."""
    if fee is None or agreed is None or agreed >= fee.amount:
        return fee
    if agreed == 0:
        return None
    full = Money(amount=fee.amount, currency=fee.currency)
    return replace(fee, amount=agreed, reason=phrase("granted instead of {fee}", fee=full))


def price_contract(
    rule: FeeRule,
    contract: Contract,
    account: Account,
    item_ids: frozenset[str],
    effective_on: date,
) -> tuple[Decimal, Phrase]:
    """The fee for leaving one contract on `effective_on`, rounded, with its arithmetic."""
    months = count_started_months(max(effective_on, contract.starts_on), contract.ends_on)
    share, share_reason = share_of_contract(contract, account, item_ids)
    if not months or not share:
        return Decimal(0), phrase("")
    amount, reason = price_term(rule, contract, account.currency, months, effective_on)
    amount *= share
    if rule.floor is not None and amount < rule.floor:
        amount = rule.floor
        share_reason = phrase("{share}, raised to the least fee", share=share_reason)
    if rule.ceiling is not None and amount > rule.ceiling:
        amount = rule.ceiling
        share_reason = phrase("{share}, lowered to the highest fee", share=share_reason)
    if contract.name:
        until = phrase(
            "the contract ({name}) runs until {on}", name=contract.name, on=contract.ends_on
        )
    else:
        until = phrase("the contract runs until {on}", on=contract.ends_on)
    said = phrase("{reason}{share}; {until}", reason=reason, share=share_reason, until=until)
    return round_money(amount, account.currency), said


def price_term(
    rule: FeeRule, contract: Contract, currency: str, months: int, effective_on: date
) -> tuple[Decimal, Phrase]:
    """The unrounded fee of a whole contract by the rule's kind, and the arithmetic in words."""
    monthly = Money(amount=contract.monthly_amount, currency=currency)
    full = Money(amount=rule.amount, currency=currency)
    if rule.kind == "flat":
        return rule.amount, phrase("a flat {fee}", fee=full)
    if rule.kind == "declining":
        term = max(months, count_started_months(contract.starts_on, contract.ends_on))
        amount = rule.amount * months / term
        return amount, phrase(
            "{fee} × {months} of {term} months left", fee=full, months=months, term=term
        )
    percent = rule.percent
    if rule.kind == "percentage":
        percent = find_percent(rule, contract, effective_on)
    amount = months * contract.monthly_amount * percent / 100
    reason = phrase("{months:month|months} left × {monthly}", months=months, monthly=monthly)
    if percent == 100:
        return amount, reason
    return amount, phrase("{reason} × {percent}%", reason=reason, percent=percent)


def find_percent(rule: FeeRule, contract: Contract, effective_on: date) -> Decimal:
    """The percentage of the year of the term in which the effective date lies."""
    year = 1
    while add_months(contract.starts_on, 12 * year) <= effective_on:
        year += 1
    steps = [step.percent for step in rule.steps if step.from_year <= year]
    return steps[-1] if steps else rule.percent


def share_of_contract(
    contract: Contract, account: Account, item_ids: frozenset[str]
) -> tuple[Decimal, Phrase]:
    """How much of a contract the scope takes away (0 to 1), by monthly price (R18, R29)."""
    covered = [
        item
        for item in account.items
        if (not contract.item_ids or item.id in contract.item_ids)
        and (item.status not in GONE or item.id in item_ids)
    ]
    leaving = [item for item in covered if item.id in item_ids]
    if not leaving or len(leaving) == len(covered):
        return Decimal(len(leaving) > 0), phrase("")
    part, whole = sum_prices(leaving), sum_prices(covered)
    if not whole:
        part, whole = Decimal(len(leaving)), Decimal(len(covered))
        return part / whole, phrase(
            " × {part} of the contract's {whole} services", part=part, whole=whole
        )
    return part / whole, phrase(
        " × the share that ends, {part} of {whole} a month",
        part=Money(amount=part, currency=account.currency),
        whole=Money(amount=whole, currency=account.currency),
    )


def sum_prices(items: Sequence[Item]) -> Decimal:
    return sum((item.monthly_price for item in items), Decimal(0))


def compute_bills(
    policy: Policy,
    account: Account,
    items: Sequence[Item],
    from_on: date,
    effective_on: date,
) -> tuple[Charge, ...]:
    """What is still billed for these items from `from_on` to the end, in order of time.

    The whole months before the last one (kind "month", in one line), the last bill, and with a
    policy of no refund what is forfeited of it. Empty when the items cost nothing.
    """
    if not sum_prices(items):
        return ()
    last = compute_last_bill(policy, account, items, effective_on)
    months = compute_months(policy, account, items, from_on, effective_on)
    forfeited = compute_forfeited(policy, account, items, effective_on)
    return tuple(charge for charge in (months, last, forfeited) if charge)


def compute_months(
    policy: Policy,
    account: Account,
    items: Sequence[Item],
    from_on: date,
    effective_on: date,
) -> Charge | None:
    """The billing months from the one with `from_on` until before the last one.

    What ended by itself before the last month costs until its own end.
    """
    starts_on, _ = billing_month(from_on, account.billing_anchor)
    last_starts_on, _ = billing_month(effective_on, account.billing_anchor)
    months = count_months(starts_on, last_starts_on)
    if months <= 0:
        return None
    lasting = [i for i in items if i.billed_until(effective_on) >= last_starts_on]
    early = [i for i in items if i not in lasting]
    monthly, ends_on = sum_prices(lasting), last_starts_on - timedelta(days=1)
    extra = sum((price_early(policy, account, i, starts_on) for i in early), Decimal(0))
    whole = phrase(
        "{months:whole month|whole months} ({period}) × {monthly}",
        months=months,
        period=Period(starts_on=starts_on, ends_on=ends_on),
        monthly=Money(amount=monthly, currency=account.currency),
    )
    reason = phrase(
        "{whole}, and {extra} for what ended before",
        whole=whole,
        extra=Money(amount=extra, currency=account.currency),
    )
    return Charge(
        kind="month",
        amount=round_money(months * monthly, account.currency) + extra,
        currency=account.currency,
        rule="R30",
        reason=reason if early else whole,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def count_months(starts_on: date, last_starts_on: date) -> int:
    """How many billing months lie between the starts of two."""
    years = last_starts_on.year - starts_on.year
    return years * 12 + last_starts_on.month - starts_on.month


def price_early(policy: Policy, account: Account, item: Item, starts_on: date) -> Decimal:
    """What an item costs from the billing month that starts on `starts_on` to its own end."""
    assert item.ended_on is not None, "only what ended by itself ends early"
    own_starts_on, _ = billing_month(item.ended_on, account.billing_anchor)
    whole = max(0, count_months(starts_on, own_starts_on)) * item.monthly_price
    last = compute_last_bill(policy, account, [item], item.ended_on)
    return round_money(whole, account.currency) + (last.amount if last else Decimal(0))


def compute_last_bill(
    policy: Policy, account: Account, items: Sequence[Item], effective_on: date
) -> Charge | None:
    """The bill of the billing month in which the services end (R30, R31, R41, R49)."""
    starts_on, ends_on = billing_month(effective_on, account.billing_anchor)
    items = [i for i in items if i.billed_until(effective_on) >= starts_on]
    monthly = sum_prices(items)
    if not monthly:
        return None
    if policy.billing == "daily":
        return compute_daily(policy, account, items, effective_on)
    period = Period(starts_on=starts_on, ends_on=ends_on)
    price = Money(amount=monthly, currency=account.currency)
    if policy.billing == "no_refund":
        rule, reason = (
            "R41",
            phrase(
                "{price} for {period}: nothing of a started cycle is refunded",
                price=price,
                period=period,
            ),
        )
    else:
        rule, reason = (
            "R30",
            phrase(
                "{price} for {period}: a month that is begun is billed in full",
                price=price,
                period=period,
            ),
        )
    return Charge(
        kind="last_bill",
        amount=round_money(monthly, account.currency),
        currency=account.currency,
        rule=rule,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def compute_daily(
    policy: Policy, account: Account, items: Sequence[Item], effective_on: date
) -> Charge | None:
    """Each item's daily rate up to its own end, rounded per item (R49).

    The rate is the monthly price over the days of that billing month; the day of termination is
    charged unless the policy says otherwise.
    """
    starts_on, ends_on = billing_month(effective_on, account.billing_anchor)
    length, free = count_days(starts_on, ends_on), 0 if policy.bill_last_day else 1
    days = {i.id: count_days(starts_on, i.billed_until(effective_on)) - free for i in items}
    most = max(days.values())
    if most <= 0:
        return None
    amounts = (round_money(i.monthly_price * days[i.id] / length, account.currency) for i in items)
    last_on = starts_on + timedelta(days=most - 1)
    facts = {
        "days": most,
        "period": Period(starts_on=starts_on, ends_on=last_on),
        "length": length,
        "monthly": Money(amount=sum_prices(items), currency=account.currency),
    }
    together = phrase(
        "{days:day|days} ({period}) of {length} × {monthly} a month, rounded per service", **facts
    )
    apart = phrase(
        "at most {days:day|days} ({period}) of {length} × {monthly} a month, each service until "
        "its own end",
        **facts,
    )
    return Charge(
        kind="last_bill",
        amount=sum(amounts, Decimal(0)),
        currency=account.currency,
        rule="R49",
        reason=together if len(set(days.values())) == 1 else apart,
        starts_on=starts_on,
        ends_on=last_on,
    )


def compute_forfeited(
    policy: Policy, account: Account, items: Sequence[Item], effective_on: date
) -> Charge | None:
    """What is paid for days after the end and not refunded (R41)."""
    if policy.billing != "no_refund":
        return None
    starts_on, ends_on = billing_month(effective_on, account.billing_anchor)
    days = (ends_on - effective_on).days
    if not days:
        return None
    length, monthly = count_days(starts_on, ends_on), sum_prices(items)
    return Charge(
        kind="forfeited",
        amount=round_money(monthly * days / length, account.currency),
        currency=account.currency,
        rule="R41",
        reason=phrase(
            "{days:day|days} of {length} paid and not used ({period}); no refund",
            days=days,
            length=length,
            period=Period(starts_on=effective_on + timedelta(days=1), ends_on=ends_on),
        ),
        starts_on=effective_on + timedelta(days=1),
        ends_on=ends_on,
    )


def add_up(charges: Sequence[Charge]) -> Decimal:
    """What is owed; forfeited money was paid already."""
    return sum((charge.amount for charge in charges if charge.is_owed), Decimal(0))
