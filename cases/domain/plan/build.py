"""`plan`: the one function from which previews, timers, emails and the case page are made."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from cases.domain.blockers import Blocker, find_blockers
from cases.domain.closing import find_close_blockers
from cases.domain.facts import Account, Request
from cases.domain.fees import Charge, compute_bills, compute_fee, lower_fee
from cases.domain.plan.model import Plan
from cases.domain.plan.moment import NOTHING_ENDS, Moments
from cases.domain.plan.options import find_options
from cases.domain.plan.steps import build_steps
from cases.domain.plan.wording import list_steps_to_take, say_plan
from cases.domain.policy import Policy
from cases.domain.states import State


class NaiveInstant(ValueError):
    """`now` must carry a time zone; the domain never guesses one."""


def plan(policy: Policy, request: Request, account: Account, now: datetime) -> Plan:
    """Everything that follows from this request under this policy, as known at `now` (aware).

    Pure and total: the same facts give the same plan, whatever the server's zone or locale.
    Due instants of live timers depend on facts alone, never on `now`. Raises `NaiveInstant` and
    `UnknownZone`.
    """
    if now.tzinfo is None or request.received_at.tzinfo is None:
        raise NaiveInstant("instants need a time zone")
    m = Moments(policy=policy, request=request, account=account, now=now)
    ends = request.state not in NOTHING_ENDS
    fee = compute_fee(policy, account, request.item_ids, m.effective_on) if ends else None
    fee = lower_fee(fee, request.agreed_fee)
    bills = find_bills(m) if ends else ()
    last_bill = next((charge for charge in bills if charge.kind == "last_bill"), None)
    blockers = find_obstacles(m)
    to_do = list_steps_to_take(blockers)
    staying = account.find_staying(request.item_ids)
    grace = ends and policy.is_reversible
    return Plan(
        steps=build_steps(m, fee, last_bill),
        zone=m.zone,
        currency=account.currency,
        earliest_on=m.earliest_on,
        effective_on=m.effective_on if ends else None,
        effective_at=m.effective_at if ends else None,
        clamped=ends and bool(m.clamp_reason),
        clamp_reason=m.clamp_reason if ends else "",
        fee=fee,
        last_bill=last_bill,
        charges=(*bills, *((fee,) if fee else ())),
        grace_last_on=m.grace_last_on if grace else None,
        restorable_until=m.restorable_until if grace else None,
        closes_at=m.closes_at if ends and request.state is not State.RESTORED else None,
        options=find_options(m),
        say=say_plan(m, fee, last_bill, to_do),
        steps_to_take=to_do,
        blockers=blockers,
        whole_account=bool(request.item_ids) and not staying,
        staying=len(staying),
    )


def find_timers(policy: Policy, request: Request, zone: str, now: datetime) -> dict[str, datetime]:
    """The same as `plan(…).timers`, for whoever needs nothing else: no inventory is read for it."""
    return Moments(policy=policy, request=request, account=know_zone(zone), now=now).timers


@lru_cache(maxsize=700)
def know_zone(zone: str) -> Account:
    """An account of which nothing else is known."""
    return Account(timezone=zone)


def find_bills(m: Moments) -> tuple[Charge, ...]:
    """What the scope still costs, from the call on. What had ended before it costs nothing."""
    items = [
        item
        for item in m.account.choose(m.request.item_ids)
        if item.status != "ended"
        or m.request.executed_at is not None
        or (item.ended_on is not None and item.ended_on >= m.received_on)
    ]
    return compute_bills(m.policy, m.account, items, m.received_on, m.effective_on)


def find_obstacles(m: Moments) -> tuple[Blocker, ...]:
    """What stands in the way of the services' end, and after it of the account's."""
    if m.request.state is State.AWAITING_FINAL_BILL:
        return find_close_blockers(m.policy, m.account)
    if not is_ahead(m):
        return ()
    request = m.request
    return find_blockers(m.policy, m.account, request.item_ids, m.today, request.acknowledged)


def is_ahead(m: Moments) -> bool:
    """Is the end of the services still ahead, so that something can stand in its way?"""
    return m.request.executed_at is None and m.request.state not in NOTHING_ENDS
