"""The steps of a plan: what happened and what will, each with its rule and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from cases.domain.dates import local_date
from cases.domain.fees import Charge
from cases.domain.plan.model import Step
from cases.domain.plan.moment import NOTHING_ENDS, Moments
from cases.domain.speech import phrase
from cases.domain.states import UNCONFIRMED, State

# States in which the services have ended, or had ended before the customer came back.
EXECUTED = frozenset(
    {
        State.IN_GRACE,
        State.RESTORE_REQUESTED,
        State.RESTORING,
        State.RESTORED,
        State.AWAITING_FINAL_BILL,
        State.CLOSED,
    }
)
COMING_BACK = frozenset({State.RESTORE_REQUESTED, State.RESTORING})
UNLESS_ANSWERED = phrase("unless answered")
SETTLED = phrase("once the details are settled")


def build_steps(moments: Moments, fee: Charge | None, last_bill: Charge | None) -> tuple[Step, ...]:
    """All steps: asking first, then what follows the confirmation, each part in order of time."""
    state = moments.request.state
    path = list(build_confirmed(moments))
    if state not in NOTHING_ENDS:
        path += build_execution(moments, fee, last_bill)
        path += build_restore(moments)
        if state is not State.RESTORED:
            path += build_ending(moments, last_bill)
    elif state is State.WITHDRAWN:
        path += build_withdrawn(moments)
    return (*build_asking(moments), *sort_steps(path))


def sort_steps(steps: list[Step]) -> list[Step]:
    """By instant; a step whose instant nobody knows stays behind the one it was built after."""
    keyed: list[tuple[datetime, Step]] = []
    last = datetime.min.replace(tzinfo=UTC)
    for step in steps:
        last = step.at or last
        keyed.append((last, step))
    return [step for _, step in sorted(keyed, key=lambda pair: pair[0])]


def build_asking(m: Moments) -> Iterator[Step]:
    """The call, the questions, the reminders and the drop (R7–R12)."""
    request, policy = m.request, m.policy
    called_at = request.called_at or request.received_at
    yield Step(
        kind="received",
        at=called_at,
        on=local_date(called_at, m.zone),
        state=State.INTAKE,
        rule="R7",
        reason=phrase(
            "The call came in and got its case number. This day does not count as notice."
        ),
        past=True,
    )
    if not m.asks:
        return
    if request.asked_at is not None or request.state in UNCONFIRMED:
        yield Step(
            kind="asked",
            at=m.asked_at,
            on=local_date(m.asked_at, m.zone),
            state=State.AWAITING_CUSTOMER,
            email="page" if m.by_link else "questions",
            rule="R32" if m.by_link else "R8",
            reason=phrase("We email the link to their own page, where they go on by themselves.")
            if m.by_link
            else phrase("We ask by email for what is missing."),
            past=request.asked_at is not None,
        )
    yield from build_reminders(m)
    if request.state is State.DROPPED or will_ask(m):
        yield build_drop(m, days=policy.drop_after_days)


def will_ask(m: Moments) -> bool:
    """Are reminders and the drop still ahead? Not once the customer answered."""
    state, asked = m.request.state, m.request.asked_at is not None
    return state is State.AWAITING_CUSTOMER or (state in UNCONFIRMED and not asked)


def build_reminders(m: Moments) -> Iterator[Step]:
    """Those that went out, and while we wait those to come: one live timer at a time (G14)."""
    for number, (ask, day) in enumerate(zip(m.reminders, m.policy.reminder_days, strict=True), 1):
        sent = ask.accepted_at is not None
        if not sent and (m.request.ask_paused or not will_ask(m)):
            continue
        at = ask.accepted_at or ask.due_at
        yield Step(
            kind="reminder",
            at=at,
            on=local_date(at, m.zone),
            email="reminder",
            rule="R9",
            reason=phrase("Reminder {n}, {days:day|days} after the question.", n=number, days=day),
            condition="" if sent else UNLESS_ANSWERED,
            timer=f"reminder_{number}",
            live=f"reminder_{number}" in m.timers,
            past=sent,
        )


def build_drop(m: Moments, *, days: int) -> Step:
    """The drop: live only once every reminder was accepted for delivery (G12, G14)."""
    request = m.request
    if request.state is State.DROPPED:
        at = request.ended_at or m.drop_at
        return Step(
            kind="drop",
            at=at,
            on=local_date(at, m.zone),
            state=State.DROPPED,
            email="dropped",
            rule="R9",
            reason=phrase("Nobody answered: dropped. Services and bills stay as they are."),
            past=True,
        )
    if request.ask_paused:
        return Step(
            kind="drop",
            at=None,
            on=None,
            state=State.DROPPED,
            rule="R12",
            reason=phrase("The clock stands still: our question did not reach the customer."),
            condition=phrase("paused until the question reaches the customer"),
        )
    return Step(
        kind="drop",
        at=m.drop_at,
        on=local_date(m.drop_at, m.zone),
        state=State.DROPPED,
        email="dropped",
        rule="R9",
        reason=phrase(
            "No answer within {days:day|days}: the request is dropped, we say so by email, and "
            "nothing is cancelled.",
            days=days,
        ),
        condition=UNLESS_ANSWERED,
        timer="drop",
        live="drop" in m.timers,
    )


def build_confirmed(m: Moments) -> Iterator[Step]:
    """The promise (R16). Its instant is unknown until somebody confirms."""
    request = m.request
    if request.confirmed_at is None and request.state in NOTHING_ENDS:
        return
    at, done = request.confirmed_at, request.confirmed_at is not None
    yield Step(
        kind="confirmed",
        at=at,
        on=local_date(at, m.zone) if at else None,
        state=State.EXECUTING if m.policy.is_immediate else State.SCHEDULED,
        email="confirmation",
        rule="R16",
        reason=phrase(
            "The details are settled: the confirmation email names the date, the fee if there is "
            "one, and what to do first."
        ),
        condition="" if done else SETTLED,
        past=done,
    )


def build_execution(m: Moments, fee: Charge | None, last_bill: Charge | None) -> Iterator[Step]:
    """The end of the services and the email that says so (R3, R20, R39)."""
    request, policy = m.request, m.policy
    started = request.state is State.EXECUTING or request.state in EXECUTED
    rule = "R39" if policy.is_immediate else "R3"
    yield Step(
        kind="execute",
        at=m.effective_at,
        on=local_date(m.effective_at, m.zone),
        state=State.EXECUTING,
        charge=fee,
        rule=rule,
        reason=explain_execution(m),
        condition=SETTLED if policy.is_immediate and request.confirmed_at is None else "",
        timer="execute",
        live="execute" in m.timers,
        past=started,
    )
    after = {"after_grace": State.IN_GRACE, "after_final_bill": State.AWAITING_FINAL_BILL}
    yield Step(
        kind="cancelled",
        at=m.executed_at,
        on=local_date(m.executed_at, m.zone),
        state=after.get(policy.closes, State.CLOSED),
        email="cancelled",
        charge=None if policy.closes == "after_final_bill" else last_bill,
        rule="R20",
        reason=phrase(
            "When every service is off, an email says so. Numbers ring busy from then on."
        ),
        past=request.state in EXECUTED,
    )


def explain_execution(m: Moments) -> str:
    """Why the services end on that day and not on another (R3, R39)."""
    seconds = m.policy.execution_seconds
    if m.policy.is_immediate and seconds:
        return phrase(
            "No notice is needed: services end within {seconds:second|seconds} once it is "
            "confirmed.",
            seconds=seconds,
        )
    if m.policy.is_immediate:
        return phrase("No notice is needed: services end once it is confirmed.")
    if m.request.effective_on is not None:
        return phrase("Services end on the promised date, {on}.", on=m.effective_on)
    if m.clamp_reason:
        return phrase("Services end: {why}", why=m.clamp_reason)
    return phrase("Services end: {why}.", why=m.notice_reason)


def build_restore(m: Moments) -> Iterator[Step]:
    """The customer asked to come back (R21–R25)."""
    request = m.request
    if request.restore_asked_at is not None:
        yield Step(
            kind="restore_asked",
            at=request.restore_asked_at,
            on=local_date(request.restore_asked_at, m.zone),
            state=State.RESTORE_REQUESTED,
            rule="R21",
            reason=phrase("The customer asks to come back; closing waits until that is answered."),
            past=True,
        )
    if request.state is State.RESTORED and request.ended_at is not None:
        yield Step(
            kind="restored",
            at=request.ended_at,
            on=local_date(request.ended_at, m.zone),
            state=State.RESTORED,
            email="restored",
            rule="R25",
            reason=phrase("What was cancelled works again, and an email says so."),
            past=True,
        )


def build_withdrawn(m: Moments) -> Iterator[Step]:
    ended_at = m.request.ended_at
    if ended_at is None:
        return
    yield Step(
        kind="withdrawn",
        at=ended_at,
        on=local_date(ended_at, m.zone),
        state=State.WITHDRAWN,
        email="withdrawn",
        rule="R22",
        reason=phrase("The customer took the request back: everything stays as it is."),
        past=True,
    )


def build_ending(m: Moments, last_bill: Charge | None) -> Iterator[Step]:
    """From the end of the services to the end of the case (R21, R27, R40, R50)."""
    if m.policy.closes == "after_final_bill":
        yield from build_billing(m, last_bill)
    elif m.policy.is_reversible:
        yield from build_grace(m)
    else:
        yield build_close(
            m,
            rule="R40",
            reason=phrase(
                "There is no grace under this policy: it is closed when the services are off."
            ),
        )


def build_grace(m: Moments) -> Iterator[Step]:
    request, held = m.request, m.request.state in COMING_BACK
    condition = phrase("on hold until the wish to come back is answered") if held else ""
    told_at = request.final_notice_accepted_at
    notice_at = told_at or m.final_notice_at
    if request.state is not State.CLOSED or told_at:
        yield Step(
            kind="final_notice",
            at=notice_at,
            on=local_date(notice_at, m.zone),
            email="final_notice",
            rule="R27",
            reason=phrase("Last call: an email says from when on nothing can be brought back."),
            condition="" if told_at else condition,
            timer="final_notice",
            live="final_notice" in m.timers,
            past=told_at is not None,
        )
    yield Step(
        kind="grace_ends",
        at=m.restorable_until,
        on=m.grace_last_on,
        rule="R21",
        reason=phrase(
            "The last day to come back by reply: {on}, until 23:59:59 in the customer's time zone.",
            on=m.grace_last_on,
        )
        if not request.grace_ends_at or is_midnight(m)
        else phrase(
            "The time to come back ends; a declined wish gave back the time that was left."
        ),
        condition=condition,
        past=request.state is State.CLOSED,
    )
    yield replace(
        build_close(
            m,
            rule="R27",
            reason=phrase("Grace is over and the final notice was delivered: closed for good."),
        ),
        condition=condition,
        timer="close",
        live="close" in m.timers,
    )


def is_midnight(m: Moments) -> bool:
    return local_date(m.restorable_until, m.zone) > m.grace_last_on


def build_billing(m: Moments, last_bill: Charge | None) -> Iterator[Step]:
    """The account closes after the final bill, not before (R49, R50)."""
    yield Step(
        kind="final_bill",
        at=m.final_bill_at,
        on=m.final_bill_on,
        charge=last_bill,
        rule="R49",
        reason=phrase("The month in which the services ended is settled in the month after."),
        past=m.request.state is State.CLOSED,
    )
    yield build_close(
        m,
        rule="R50",
        reason=phrase("The account closes when the final bill is paid and the balance is cleared."),
    )


def build_close(m: Moments, *, rule: str, reason: str) -> Step:
    done = m.request.state is State.CLOSED
    at = (m.request.ended_at if done else None) or m.closes_at
    on = local_date(at, m.zone) if at else None
    waits = m.closes_at is None and not done
    return Step(
        kind="close",
        at=at,
        on=on,
        state=State.CLOSED,
        rule=rule,
        reason=reason,
        condition=phrase("once the final bill is paid and the balance is cleared") if waits else "",
        past=done,
    )
