"""The end: the final notice, then the purge of what was cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cases.actions.base import Change, NotPossible
from cases.actions.information import release_items
from cases.actions.mail import queue_mail
from cases.actions.orders import GONE, give_order, wake_provisioning
from cases.domain.dates import end_of_day, local_date
from cases.domain.states import State
from cases.models import Outcome, Timer


def send_final_notice(change: Change, timer: Timer) -> None:
    """At the end of grace: from when on nothing can be reached any more (R27).

    A notice that is late names its own day: the customer keeps the rest of it.
    """
    plan, today = change.plan(), local_date(change.now, change.case.zone)
    if plan.grace_last_on and plan.grace_last_on < today:
        plan = replace(plan, grace_last_on=today)
    queue_mail(
        change,
        "final_notice",
        key=f"final_notice:{timer.due_at:%Y%m%d}",
        irreversible=True,
        plan=plan,
    )


def note_final_notice(change: Change, *, accepted_at: datetime) -> None:
    """The final notice was accepted for delivery: now, and only now, may the purge follow."""
    case = change.case
    case.final_notice_at = accepted_at
    if case.status is State.IN_GRACE and case.grace_ends_at and accepted_at >= case.grace_ends_at:
        case.grace_ends_at = end_of_day(local_date(accepted_at, case.zone), case.zone)
    change.record("final_notice_delivered", "The final notice was accepted for delivery.")


def close_case(change: Change, timer: Timer) -> None:
    """Close, and order what was cancelled to be purged at the provider, now and not before (R27).

    Never before the final notice was accepted. The case is closed whatever the provider says; an
    order that fails is tried again and asks for a person, as any other.
    """
    case = change.case
    if case.status is State.IN_GRACE and case.final_notice_at is None:
        raise NotPossible("The final notice has not been accepted for delivery yet.")
    change.move(case.close, now=change.now)
    for case_item in case.items.select_related("item"):
        if case_item.outcome != Outcome.DEACTIVATED:
            continue
        if case_item.item.status in GONE:  # it may have been ported in grace (R2)
            case_item.outcome = Outcome.ENDED
        else:
            give_order(case_item, now=change.now, outcome=Outcome.PURGING)
        case_item.save()
    release_items(change)
    change.record("closed", "Grace is over; the services end for good.")
    wake_provisioning(change)
