"""The promise: confirm it, move it, withdraw it, or bring it down early."""

from __future__ import annotations

from datetime import date, datetime

from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.information import release_items
from cases.actions.mail import queue_mail, stop_queued
from cases.actions.timers import release_held
from cases.domain.plan import Plan
from cases.domain.states import State
from cases.models import Case, Promise


def confirm(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    wished_on: date | None = None,
    version: int | None = None,
) -> Case:
    """Promise the date and mail it with fee, bill and steps (R16, R17).

    The policy version is frozen from here on (R52). Raises `NotPossible` while the caller is not
    verified, a question is open or a hard blocker stands in the way.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.confirm", version=version
    ) as change:
        case = change.case
        if not case.rules.agent_may_execute:
            raise NotPossible("Under this policy only the customer can end these services.")
        if wished_on is not None:
            case.wished_on = wished_on
        freeze_policy(case)
        plan = change.plan(wished_on=case.wished_on) if case.wished_on else change.plan()
        check_blockers(plan)
        assert plan.effective_on is not None, "an open case ends on some day"
        change.move(case.confirm, effective_on=plan.effective_on, now=now)
        promise(change, plan, reason="confirmed with the caller")
        release_held(case=case, now=now)
        return case


def freeze_policy(case: Case) -> None:
    """The newest published version at confirmation is the one that the case lives by (R52)."""
    current = case.policy_version.policy.current()
    if current is not None:
        case.policy_version = current


def check_blockers(plan: Plan) -> None:
    """Raise `NotPossible` with the first thing that must be cleared before a date is promised."""
    for blocker in plan.blockers:
        if blocker.is_hard and blocker.stage == "confirm":
            raise NotPossible(f"{blocker.what} {blocker.how}")


def promise(change: Change, plan: Plan, *, reason: str) -> Promise:
    """Write the promise into the ledger, supersede the one before, mail it (R19)."""
    case, effective_on = change.case, plan.effective_on
    assert effective_on is not None, "only what ends is promised"
    before = case.promises.filter(superseded_at__isnull=True).first()
    number = case.promises.count() + 1
    if before:
        before.superseded_at = change.now
        before.save(update_fields=["superseded_at"])
        stop_queued(change, "confirmation", because="another date was confirmed")
    email = queue_mail(
        change, "confirmation", key=f"confirmation:{number}", plan=plan, superseded=before
    )
    made = Promise.objects.create(
        case=case,
        number=number,
        made_at=change.now,
        made_by=change.actor.user,
        effective_on=effective_on,
        zone=case.zone,
        currency=case.customer.currency,
        fee=plan.fee.amount if plan.fee else None,
        last_bill=plan.last_bill.amount if plan.last_bill else None,
        reason=reason,
        email=email,
    )
    change.record(
        "confirmed" if before is None else "rescheduled",
        f"Services end on {effective_on:%A %d %B %Y}"
        + (f", instead of {before.effective_on:%A %d %B %Y}." if before else "."),
        effective_on=effective_on.isoformat(),
        earliest_on=plan.earliest_on.isoformat(),
        clamped=plan.clamp_reason,
        promise=number,
    )
    return made


def reschedule(
    *,
    case_id: int,
    wished_on: date,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Another date: notice, fee and bill again, and a confirmation that supersedes (R19).

    Raises `NotPossible` when the date is before the earliest lawful one: a promised date is never
    moved silently (R3).
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.reschedule", version=version
    ) as change:
        case = change.case
        if case.status is not State.SCHEDULED:
            raise NotPossible(f"There is no date to move: the case is {case.status.label}.")
        plan = change.plan(wished_on=wished_on)
        if plan.effective_on != wished_on:
            raise NotPossible(
                f"{plan.clamp_reason or 'This date is not possible.'} "
                f"The earliest is {plan.earliest_on:%A %d %B %Y}."
            )
        if wished_on == case.effective_on:
            raise NotPossible("That is the date already.")
        case.wished_on = wished_on
        change.move(case.reschedule, effective_on=wished_on)
        promise(change, plan, reason=reason)
        change.resolve_todos(kinds=("reply_before_date",), resolution="rescheduled")
        release_held(case=case, now=now)
        return case


def withdraw(
    *, case_id: int, actor: Actor, now: datetime, reason: str = "", version: int | None = None
) -> Case:
    """The customer stays: nothing was cancelled, nothing will be (R22)."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.withdraw", version=version
    ) as change:
        case = change.case
        change.move(case.withdraw, now=now)
        release_items(case, outcome="kept")
        change.record("withdrawn", f"Withdrawn. {reason}".strip())
        stop_queued(
            change, "questions", "reminder", "confirmation", because="the request was withdrawn"
        )
        if case.contact:
            queue_mail(change, "withdrawn", key="withdrawn")
        change.resolve_todos(resolution="withdrawn")
        return case
