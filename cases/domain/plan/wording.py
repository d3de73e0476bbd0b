"""What an agent reads to the caller, and what the customer has to do first (R7, R16, R17).

Phrases, so that a caller who speaks another language hears the same in theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from cases.domain.blockers import Blocker
from cases.domain.dates import billing_month, count_days, local_date
from cases.domain.facts import Item
from cases.domain.fees import Charge
from cases.domain.plan.moment import NOTHING_ENDS, Moments
from cases.domain.speech import Count, Money, Phrase, Spoken, phrase
from cases.domain.states import UNCONFIRMED, State

DOERS = frozenset({"customer", "carrier"})
ONE_SERVICE: dict[str, Callable[[str], Phrase]] = {
    "device": lambda name: phrase("Your device {name}", name=name),
    "extension": lambda name: phrase("Your extension {name}", name=name),
    "licence": lambda name: phrase("Your licence {name}", name=name),
    "number": lambda name: phrase("Your number {name}", name=name),
    "sim": lambda name: phrase("Your SIM {name}", name=name),
    "trunk": lambda name: phrase("Your trunk {name}", name=name),
    "vpg": lambda name: phrase("Your VPG {name}", name=name),
}


def list_steps_to_take(blockers: tuple[Blocker, ...]) -> tuple[str, ...]:
    """What the customer must do or wait for, generated from what blocks now (R17)."""
    return tuple(dict.fromkeys(b.how for b in blockers if b.who in DOERS))


def say_plan(
    m: Moments,
    fee: Charge | None,
    last_bill: Charge | None,
    to_do: tuple[str, ...],
) -> tuple[Phrase, ...]:
    """Sentences to read back before the caller agrees, in the order in which they matter."""
    if m.request.state in NOTHING_ENDS:
        return (phrase("Nothing ends: all services and bills stay exactly as they are."),)
    items = m.account.choose(m.request.item_ids)
    if not items:
        return ()
    sentences = [
        *say_wish(m),
        say_end(m, items),
        *say_bill(m, last_bill),
        *say_fee(m, fee),
        *say_return(m),
        *say_staying(m),
        *say_next(m, to_do),
    ]
    return tuple(sentences)


def aloud(m: Moments, on: date) -> Spoken:
    return Spoken(on=on, today=m.today)


def say_wish(m: Moments) -> Iterator[Phrase]:
    """A moved wish comes first, so that nobody overhears it (R3)."""
    wished, on = m.request.wished_on, m.effective_on
    if not (wished and m.clamp_reason and m.request.state in UNCONFIRMED):
        return
    asked = aloud(m, wished)
    if m.policy.is_immediate:
        yield phrase(
            "You asked for {asked}, but here services end as soon as you confirm.", asked=asked
        )
    elif wished > on:
        yield phrase(
            "You asked for {asked}; that is further ahead than we can promise.", asked=asked
        )
    elif on > m.lawful_on:
        yield phrase("You asked for {asked}; today is now the earliest possible day.", asked=asked)
    else:
        yield phrase(
            "You asked for {asked}; we need {days:day's|days'} notice, so it has to be a bit "
            "later.",
            asked=asked,
            days=Count(number=m.policy.notice_days),
        )


def say_end(m: Moments, items: tuple[Item, ...]) -> Phrase:
    """What ends, and when."""
    what, many = name_scope(m, items)
    if m.request.executed_at is not None:
        return phrase("{what} ended on {on:weekday}.", what=what, on=aloud(m, m.effective_on))
    if m.policy.is_immediate:
        return say_end_at_once(what, many, m.policy.execution_seconds)
    on = aloud(m, m.effective_on)
    if many:
        return phrase("{what} end on {on:weekday}.", what=what, on=on)
    return phrase("{what} ends on {on:weekday}.", what=what, on=on)


def say_end_at_once(what: Phrase, many: bool, seconds: int | None) -> Phrase:
    """Within so many seconds of the confirmation, or with it (R39, R40)."""
    if seconds and many:
        return phrase(
            "{what} end within {seconds:second|seconds} of your confirmation, and that cannot be "
            "undone.",
            what=what,
            seconds=seconds,
        )
    if seconds:
        return phrase(
            "{what} ends within {seconds:second|seconds} of your confirmation, and that cannot be "
            "undone.",
            what=what,
            seconds=seconds,
        )
    if many:
        return phrase("{what} end with your confirmation, and that cannot be undone.", what=what)
    return phrase("{what} ends with your confirmation, and that cannot be undone.", what=what)


def name_scope(m: Moments, items: tuple[Item, ...]) -> tuple[Phrase, bool]:
    """What the caller would call it, and whether that is plural."""
    if not m.account.find_staying(m.request.item_ids):
        return phrase("All your services"), True
    if len(items) == 1:
        item = items[0]
        name = (item.identifier if item.kind == "number" else item.name) or item.name
        named = ONE_SERVICE.get(item.kind)
        return (named(name) if named else phrase("Your service {name}", name=name)), False
    places = {item.location_id: item.location_name for item in items}
    staying = {item.location_id for item in m.account.find_staying(m.request.item_ids)}
    if all(places.values()) and not staying & places.keys():
        return phrase("Your services at {places}", places=tuple(sorted(places.values()))), True
    return phrase("The {count:service|services} you named", count=Count(number=len(items))), True


def say_bill(m: Moments, last_bill: Charge | None) -> Iterator[Phrase]:
    if last_bill is None:
        return
    amount = Money(amount=last_bill.amount, currency=m.account.currency)
    starts_on, ends_on = billing_month(m.effective_on, m.account.billing_anchor)
    if m.policy.billing == "daily":
        days = count_days(last_bill.starts_on or starts_on, last_bill.ends_on or ends_on)
        yield phrase(
            "The last month is charged by the day, {days:day|days} for {amount:aloud}, and billed "
            "next month.",
            days=Count(number=days),
            amount=amount,
        )
        return
    if starts_on.day == 1:
        period = phrase("{month:month}", month=aloud(m, starts_on))
    else:
        period = phrase(
            "The billing month from {first} to {last}",
            first=aloud(m, starts_on),
            last=aloud(m, ends_on),
        )
    if m.policy.billing == "no_refund":
        yield phrase(
            "{period} is already billed, {amount:aloud}, and the rest of it is not refunded.",
            period=period,
            amount=amount,
        )
    else:
        yield phrase("{period} is billed in full, {amount:aloud}.", period=period, amount=amount)


def say_fee(m: Moments, fee: Charge | None) -> Iterator[Phrase]:
    """Only when there is one: no fee, no sentence (R17)."""
    if fee is None or fee.ends_on is None:
        return
    yield phrase(
        "Because the contract runs until {until:month}, there is a fee of {amount:aloud}.",
        until=aloud(m, fee.ends_on),
        amount=Money(amount=fee.amount, currency=m.account.currency),
    )


def say_return(m: Moments) -> Iterator[Phrase]:
    if m.policy.is_reversible:
        last = aloud(m, m.grace_last_on)
        if m.policy.restore_by_reply:
            yield phrase("Until {last} you can come back by replying to our email.", last=last)
        else:
            yield phrase("Until {last} you can come back by calling us.", last=last)
    elif m.policy.closes == "after_final_bill":
        yield phrase("The account closes when the final bill is paid.")


def say_staying(m: Moments) -> Iterator[Phrase]:
    """R29: everything else stays active."""
    staying = len(m.account.find_staying(m.request.item_ids))
    if staying == 1:
        yield phrase("Your other service stays active.")
    elif staying:
        yield phrase("Your {count} other services stay active.", count=Count(number=staying))


def say_next(m: Moments, to_do: tuple[str, ...]) -> Iterator[Phrase]:
    """What comes next: things to do first, and questions that must be answered (R8, R9, R17)."""
    state, questions = m.request.state, m.request.questions_open
    if to_do and state in UNCONFIRMED:
        if len(to_do) == 1:
            yield phrase("Before that there is one thing to do; our email says what.")
        else:
            yield phrase(
                "Before that there are {count} things to do; our email says what.",
                count=Count(number=len(to_do)),
            )
    if questions and state in (State.INTAKE, State.AWAITING_CUSTOMER) and not m.request.ask_paused:
        yield phrase(
            "We email you {count:question|questions}; without an answer by {drop}, nothing is "
            "cancelled.",
            count=Count(number=questions),
            drop=aloud(m, local_date(m.drop_at, m.zone)),
        )
    elif m.request.by_link:
        yield phrase(
            "We email you the link to your own page; unless you confirm there by {drop}, nothing "
            "is cancelled.",
            drop=aloud(m, local_date(m.drop_at, m.zone)),
        )
