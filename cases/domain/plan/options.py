"""Dates to offer, each with what it costs and why it could be the right one (R3, R18, R30)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from cases.domain.dates import billing_month
from cases.domain.fees import add_up, compute_bills, compute_fee, lower_fee
from cases.domain.plan.model import DateOption
from cases.domain.plan.moment import Moments
from cases.domain.speech import Money, join_phrases, phrase
from cases.domain.states import UNCONFIRMED, State


def find_options(m: Moments) -> tuple[DateOption, ...]:
    """The dates that can be had now, without doubles; none once the services are ending."""
    if m.request.state not in UNCONFIRMED | {State.SCHEDULED}:
        return ()
    options: dict[date, DateOption] = {}
    for key, label, on, why in list_candidates(m):
        if on not in options and on <= m.latest_on:
            options[on] = price_option(m, key, label, on, why)
    return tuple(options.values())


def list_candidates(m: Moments) -> Iterator[tuple[str, str, date, str]]:
    """Key, label, date and reason of every date worth offering."""
    policy, earliest_on = m.policy, m.earliest_on
    if policy.is_immediate:
        yield (
            "earliest",
            phrase("now"),
            earliest_on,
            phrase("It ends as soon as it is confirmed."),
        )
        return
    label = phrase("earliest, {days:day|days}", days=policy.notice_days)
    if m.lawful_on < m.notice_over_on:
        label = phrase("earliest, as agreed")
    why = phrase("{why}.", why=m.notice_reason)
    if earliest_on > m.lawful_on:
        label, why = phrase("earliest, today"), phrase("The notice is over: it can end today.")
    yield "earliest", label, earliest_on, why
    ends_on = billing_month(earliest_on, m.account.billing_anchor)[1]
    yield "before_next_bill", phrase("before the next bill"), ends_on, say_month(m, ends_on)
    yield from list_terms(m)
    if m.request.state in UNCONFIRMED and m.request.wished_on is not None:
        yield "wished", phrase("as wished"), m.effective_on, phrase("The date that was asked for.")
    elif m.request.effective_on is not None and m.request.effective_on >= earliest_on:
        why = phrase("The date that was promised.")
        yield "wished", phrase("as promised"), m.request.effective_on, why


def say_month(m: Moments, ends_on: date) -> str:
    """Why the last day of a billing month can be the right one, by how it is billed."""
    if m.policy.billing == "no_refund":
        return phrase("The billing month until {on} is paid, and nothing of it lost.", on=ends_on)
    if m.policy.billing == "daily":
        return phrase("Until {on} each day is charged; no new billing month begins.", on=ends_on)
    return phrase("The billing month until {on} is billed in full anyway.", on=ends_on)


def list_terms(m: Moments) -> Iterator[tuple[str, str, date, str]]:
    """The end of the term, where leaving earlier costs a fee (R18)."""
    fee = compute_fee(m.policy, m.account, m.request.item_ids, m.earliest_on)
    if fee is not None and fee.ends_on is not None:
        why = phrase("From this day on there is no buy-out fee.")
        yield "end_of_term", phrase("end of contract"), fee.ends_on, why


def price_option(m: Moments, key: str, label: str, on: date, why: str) -> DateOption:
    """What ending on that date costs, from the call on."""
    account = m.account
    items = account.choose(m.request.item_ids)
    fee = compute_fee(m.policy, account, m.request.item_ids, on)
    fee = lower_fee(fee, m.request.agreed_fee)
    bills = compute_bills(m.policy, account, items, m.received_on, on)
    total = add_up(bills) + (fee.amount if fee else Decimal(0))
    until = Money(amount=total, currency=account.currency)
    if fee:
        part = Money(amount=fee.amount, currency=fee.currency)
        cost = phrase("{total} until then, of it {fee} fee.", total=until, fee=part)
    else:
        cost = phrase("{total} until then, no fee.", total=until)
    return DateOption(
        key=key,
        label=label,
        on=on,
        fee=fee,
        total=total,
        currency=account.currency,
        why=join_phrases(" ", [why, cost]),
        chosen=on == m.effective_on,
    )
