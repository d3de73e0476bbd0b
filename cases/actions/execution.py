"""On the date: bring every item down, and say "cancelled" only when all are down."""

from __future__ import annotations

from datetime import datetime, timedelta

from cases.actions.base import Change
from cases.actions.bills import await_final_bill
from cases.actions.lateness import note_late
from cases.actions.mail import queue_mail
from cases.actions.orders import GONE, give_order, has_orders, note_gone, wake_provisioning
from cases.domain.blockers import item_hard_stops
from cases.domain.states import State
from cases.domain.words import count_of
from cases.models import CaseItem, Outcome, Timer
from cases.models.planning import plan_case, read_account

# What nobody has to wait for any more, going down and coming back.
DOWN = (Outcome.DEACTIVATED, Outcome.ENDED, Outcome.KEPT)
BACK = (Outcome.RESTORED, Outcome.LOST, Outcome.ENDED, Outcome.KEPT)


def execute_case(change: Change, timer: Timer) -> None:
    """The promised date has come (R20)."""
    begin_execution(change, because="The date has come")


def begin_execution(change: Change, *, because: str) -> None:
    """Every item is to be brought down; a worker is woken on commit, not by the next tick (R39).

    Where the policy gives a time in seconds, it counts from the confirmation.
    """
    case, seconds = change.case, change.case.rules.execution_seconds
    change.move(case.execute, now=change.now)
    if seconds is not None and case.confirmed_at is not None:
        case.execution_due_at = case.confirmed_at + timedelta(seconds=seconds)
    change.record("execution_started", f"{because}: services are being deactivated.")
    start_items(change)
    wake_provisioning(change)


def start_items(change: Change) -> None:
    """Put each item on its way; one with a hard stop waits for a person, alone (R28).

    What the customer has terminated one by one is down already and is only counted (R48).
    """
    case = change.case
    account = read_account(case.customer)
    items = list(case.items.select_related("item"))
    stops = item_hard_stops(case.rules, account, frozenset(str(i.item_id) for i in items))
    down = sum(i.outcome == Outcome.ENDED for i in items)
    if down:
        change.record("items_down_before", f"{count_of(down, 'service')} ended before this.")
    for case_item in items:
        if case_item.outcome == Outcome.ENDED:
            continue
        blocker = stops.get(str(case_item.item_id))
        if case_item.item.status in GONE:
            note_gone(change, case_item)
        elif blocker is None:
            give_order(case_item, now=change.now)
        else:
            stop_item(change, case_item, blocker.what)
        case_item.save()
    complete_if_done(change)


def stop_item(change: Change, case_item: CaseItem, why: str) -> None:
    """A hard stop of this item alone: the others go on, a person is asked (R28)."""
    case_item.outcome, case_item.detail = Outcome.STOPPED, why[:300]
    case_item.next_attempt_at = None
    change.raise_todo(
        "item_stopped",
        f"{case_item.item} was not deactivated: {why}"[:300],
        answers=["retry_items", "keep_items"],
        holds=False,
    )


def complete_if_done(change: Change) -> None:
    """When the last item answered: grace begins and "cancelled" is announced, once (R20, R56)."""
    case = change.case
    if case.status is State.CLOSED:
        complete_purge(change)
    if case.status not in (State.RESTORING, State.EXECUTING):
        return
    items = list(case.items.all())
    if case.status is State.RESTORING:
        if all(i.outcome in BACK for i in items):
            from cases.actions.restoration import complete_restore

            complete_restore(change)
        return
    if not all(i.outcome in DOWN for i in items):
        return
    started_at = case.execution_started_at or change.now
    answered = [i.answered_at for i in items if i.answered_at]
    finish_execution(change, executed_at=max(answered, default=change.now), least=started_at)


def complete_purge(change: Change) -> None:
    """The last service is gone at the provider, after grace (R27)."""
    if not has_orders(change.case):
        change.resolve_todos(kinds=("item_failed",), resolution="all services are gone")
        change.record("purged", "The provider has ended every service for good.")


def finish_execution(change: Change, *, executed_at: datetime, least: datetime) -> None:
    """All is down since `executed_at`, or since `least` where it was down before (UTC)."""
    case = change.case
    case.executed_at = executed_at = max(executed_at, least)
    plan = plan_case(case, now=change.now)
    closes = case.rules.closes
    if closes == "after_grace":
        change.move(
            case.complete_into_grace,
            executed_at=executed_at,
            grace_ends_at=plan.restorable_until,
        )
    elif closes == "after_final_bill":
        bill = await_final_bill(case, plan=plan)
        change.move(case.complete_into_billing, executed_at=executed_at, final_bill=bill)
    else:
        change.move(case.complete_and_close, executed_at=executed_at)
    record_executed(change, executed_at=executed_at)
    check_in_time(change, executed_at=executed_at)
    change.resolve_todos(kinds=("item_failed", "item_stopped"), resolution="all services are down")
    queue_mail(change, "cancelled", key="cancelled", plan=plan)


def check_in_time(change: Change, *, executed_at: datetime) -> None:
    """The last acknowledgement came too late, and no sweep has seen it yet (R39)."""
    case = change.case
    if case.execution_due_at is None or case.execution_late_at is not None:
        return
    if executed_at > case.execution_due_at:
        over = (executed_at - case.execution_due_at).total_seconds()
        note_late(change, f"the last service went down {over:.0f} s later")


def record_executed(change: Change, *, executed_at: datetime) -> None:
    """How many, and how long it took from the confirmation or the date (R39)."""
    case = change.case
    outcomes = list(case.items.values_list("outcome", flat=True))
    kept = outcomes.count(Outcome.KEPT)
    since = case.confirmed_at if case.execution_due_at else case.execution_started_at
    seconds = round((executed_at - (since or executed_at)).total_seconds())
    took = f"in {seconds} s" if seconds else "at once"
    word = "deactivated" if case.rules.is_reversible else "ended for good"
    change.record(
        "executed",
        f"{len(outcomes) - kept} of {len(outcomes)} services {word} {took}"
        + (f"; {kept} kept." if kept else "."),
        executed_at=executed_at.isoformat(),
        seconds=seconds,
    )
