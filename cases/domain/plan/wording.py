"""What an agent reads to the caller, and what the customer has to do first (R7, R16, R17)."""

from __future__ import annotations

from collections.abc import Iterator

from cases.domain.blockers import Blocker
from cases.domain.dates import billing_month, count_days, local_date
from cases.domain.facts import Item
from cases.domain.fees import Charge
from cases.domain.money import speak_money
from cases.domain.plan.moment import NOTHING_ENDS, Moments
from cases.domain.states import UNCONFIRMED, State
from cases.domain.words import MONTHS, join_words, speak_count, speak_date

DOERS = frozenset({"customer", "carrier"})


def list_steps_to_take(blockers: tuple[Blocker, ...]) -> tuple[str, ...]:
    """What the customer must do or wait for, generated from what blocks now (R17)."""
    return tuple(dict.fromkeys(b.how for b in blockers if b.who in DOERS))


def say_plan(
    m: Moments,
    fee: Charge | None,
    last_bill: Charge | None,
    to_do: tuple[str, ...],
) -> tuple[str, ...]:
    """Sentences to read back before the caller agrees, in the order in which they matter."""
    if m.request.state in NOTHING_ENDS:
        return ("Nothing ends: all services and bills stay exactly as they are.",)
    items = m.account.choose(m.request.item_ids)
    if not items:
        return ()
    sentences = [
        *say_date(m, items),
        *say_bill(m, last_bill),
        *say_fee(m, fee),
        *say_return(m),
        *say_staying(m),
        *say_next(m, to_do),
    ]
    return tuple(sentences)


def say_date(m: Moments, items: tuple[Item, ...]) -> Iterator[str]:
    """What ends and when; a moved wish comes first, so that nobody overhears it (R3)."""
    wished, on = m.request.wished_on, m.effective_on
    if wished and m.clamp_reason and m.request.state in UNCONFIRMED:
        asked = speak_date(wished, today=m.today, weekday=False)
        if m.policy.is_immediate:
            yield f"You asked for {asked}, but here services end as soon as you confirm."
        elif wished > on:
            yield f"You asked for {asked}; that is further ahead than we can promise."
        elif on > m.lawful_on:
            yield f"You asked for {asked}; today is now the earliest possible day."
        else:
            days = speak_count(m.policy.notice_days, "day")
            yield f"You asked for {asked}; we need {days}' notice, so it has to be a bit later."
    what, many = name_scope(m, items)
    done = m.request.executed_at is not None
    verb = "ended" if done else "end" if many else "ends"
    if m.policy.is_immediate and not done:
        within = m.policy.execution_seconds
        soon = f"within {within} seconds of" if within else "with"
        yield f"{what} {verb} {soon} your confirmation, and that cannot be undone."
    else:
        yield f"{what} {verb} on {speak_date(on, today=m.today)}."


def name_scope(m: Moments, items: tuple[Item, ...]) -> tuple[str, bool]:
    """What the caller would call it, and whether that is plural."""
    if not m.account.find_staying(m.request.item_ids):
        return "All your services", True
    if len(items) == 1:
        noun = items[0].kind if items[0].kind not in ("sim", "vpg") else items[0].kind.upper()
        named = items[0].identifier if items[0].kind == "number" else items[0].name
        return f"Your {noun} {named or items[0].name}", False
    places = {item.location_id: item.location_name for item in items}
    staying = {item.location_id for item in m.account.find_staying(m.request.item_ids)}
    if all(places.values()) and not staying & places.keys():
        return f"Your services at {join_words(sorted(places.values()))}", True
    return f"The {speak_count(len(items), 'service')} you named", True


def say_bill(m: Moments, last_bill: Charge | None) -> Iterator[str]:
    if last_bill is None:
        return
    amount = speak_money(last_bill.amount, m.account.currency)
    starts_on, ends_on = billing_month(m.effective_on, m.account.billing_anchor)
    if m.policy.billing == "daily":
        days = count_days(last_bill.starts_on or starts_on, last_bill.ends_on or ends_on)
        yield (
            f"The last month is charged by the day, {speak_count(days, 'day')} for {amount}, "
            "and billed next month."
        )
        return
    if starts_on.day == 1:
        period = MONTHS[starts_on.month - 1]
    else:
        first = speak_date(starts_on, today=m.today, weekday=False)
        last = speak_date(ends_on, today=m.today, weekday=False)
        period = f"The billing month from {first} to {last}"
    if m.policy.billing == "no_refund":
        yield f"{period} is already billed, {amount}, and the rest of it is not refunded."
    else:
        yield f"{period} is billed in full, {amount}."


def say_fee(m: Moments, fee: Charge | None) -> Iterator[str]:
    """Only when there is one: no fee, no sentence (R17)."""
    if fee is None or fee.ends_on is None:
        return
    until = MONTHS[fee.ends_on.month - 1]
    if (fee.ends_on - m.today).days > 300:
        until += f" {fee.ends_on.year}"
    amount = speak_money(fee.amount, m.account.currency)
    yield f"Because the contract runs until {until}, there is a fee of {amount}."


def say_return(m: Moments) -> Iterator[str]:
    if m.policy.is_reversible:
        last = speak_date(m.grace_last_on, today=m.today, weekday=False)
        by = "by replying to our email" if m.policy.restore_by_reply else "by calling us"
        yield f"Until {last} you can come back {by}."
    elif m.policy.closes == "after_final_bill":
        yield "The account closes when the final bill is paid."


def say_staying(m: Moments) -> Iterator[str]:
    """R29: everything else stays active."""
    staying = len(m.account.find_staying(m.request.item_ids))
    if staying == 1:
        yield "Your other service stays active."
    elif staying:
        yield f"Your {speak_count(staying, 'other service')} stay active."


def say_next(m: Moments, to_do: tuple[str, ...]) -> Iterator[str]:
    """What comes next: things to do first, and questions that must be answered (R8, R9, R17)."""
    state, questions = m.request.state, m.request.questions_open
    if to_do and state in UNCONFIRMED:
        things = "is one thing" if len(to_do) == 1 else f"are {speak_count(len(to_do), 'thing')}"
        yield f"Before that there {things} to do; our email says what."
    if questions and state in (State.INTAKE, State.AWAITING_CUSTOMER) and not m.request.ask_paused:
        drop = speak_date(local_date(m.drop_at, m.zone), today=m.today, weekday=False)
        yield (
            f"We email you {speak_count(questions, 'question')}; without an answer by {drop}, "
            "nothing is cancelled."
        )
