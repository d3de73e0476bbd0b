"""Exceptions for one case: a lower fee, a shorter notice. What is large needs a second person.

Somebody asks, with a reason. Whoever may grant it, and stays within what the brand leaves to one
person, has it at once; everything else waits for a colleague (four eyes), three days at most.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.roles import may
from cases.actions.base import DESK, Actor, Change, NotAllowed, NotPossible, change_case
from cases.actions.confirmation import promise
from cases.domain.dates import local_date
from cases.domain.money import format_money
from cases.domain.states import State
from cases.models import Approval, Case
from cases.models.case import BEFORE_EXECUTION

LASTS = timedelta(days=3)
DEEDS = {"fee": "fee.waive", "notice": "notice.override"}


class OwnRequest(NotAllowed):
    """Nobody grants what they asked for themselves."""


def ask_lower_fee(
    *,
    case_id: int,
    amount: Decimal,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Approval:
    """Ask for a fee of `amount`, in the customer's currency. Raises `NotPossible`."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", version=version
    ) as change:
        fee = change.plan().fee
        if fee is None or not 0 <= amount < fee.amount:
            most = fee.display if fee else "none"
            raise NotPossible(f"The fee is {most} now; only a lower one can be asked for.")
        alone = fee.amount - amount <= change.case.brand.fee_alone_up_to
        said = format_money(amount, change.case.customer.currency) if amount else "no fee"
        words = f"{said} instead of {fee.display}"
        return _ask(change, kind="fee", alone=alone, words=words, reason=reason, amount=amount)


def ask_shorter_notice(
    *,
    case_id: int,
    ends_on: date,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Approval:
    """Ask for an end on `ends_on`, in the customer's zone, before the notice is over.

    Raises `NotPossible`.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", version=version
    ) as change:
        plan = change.plan()
        first = plan.earliest_on
        if not _today(change) <= ends_on < first:
            raise NotPossible(
                f"Without an exception it ends on {first:%d %B %Y} at the earliest; "
                "name an earlier day that has not passed."
            )
        return _ask_notice(change, ends_on=ends_on, first=first, reason=reason)


def ask_kept_notice(change: Change, *, ends_on: date, reason: str) -> Approval | None:
    """Ask for the end that the notice before a drop allowed, `ends_on` in the customer's zone.

    None where the notice that begins now ends no later: then nobody gives anything away.
    """
    first = change.plan().earliest_on
    if ends_on >= first:
        return None
    return _ask_notice(change, ends_on=ends_on, first=first, reason=reason)


def grant(
    *, case_id: int, approval_id: int, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Grant what a colleague asked for. Raises `OwnRequest`, `NotAllowed` and `NotPossible`."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.read", version=version
    ) as change:
        approval = _find_open(change, approval_id)
        _check_may(approval, actor)
        if approval.asked_by == actor.user:
            raise OwnRequest("You asked for this yourself: somebody else must grant it.")
        if now >= approval.expires_at:
            raise NotPossible("This has expired. Let them ask again.")
        _decide(change, approval, Approval.Decision.GRANTED)
        _apply(change, approval)
        return change.case


def refuse(
    *, case_id: int, approval_id: int, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """Do not grant it; who asked takes it back so. Raises `NotAllowed` and `NotPossible`."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.read", version=version
    ) as change:
        approval = _find_open(change, approval_id)
        if approval.asked_by == actor.user:
            _decide(change, approval, Approval.Decision.TAKEN_BACK)
        else:
            _check_may(approval, actor)
            _decide(change, approval, Approval.Decision.REFUSED)
        return change.case


def expire_approvals(*, now: datetime, limit: int = 100) -> int:
    """Close what nobody decided about in time; returns how many. Safe at any concurrency."""
    late = Approval.objects.filter(decision="", expires_at__lte=now).order_by("expires_at")
    done = 0
    for case_id, pk in late.values_list("case_id", "pk")[:limit]:
        with change_case(case_id=case_id, actor=DESK, now=now) as change:
            approval = change.case.approvals.filter(pk=pk, decision="").first()
            if approval is not None:
                _decide(change, approval, Approval.Decision.EXPIRED)
                done += 1
    return done


def _ask(
    change: Change, *, kind: str, alone: bool, words: str, reason: str, **wanted: object
) -> Approval:
    case, user, reason = change.case, change.actor.user, reason.strip()[:300]
    if user is None or not reason:
        raise NotPossible("Say why: whoever decides reads it, and the history keeps it.")
    if case.status not in BEFORE_EXECUTION:
        raise NotPossible(f"It is too late for that: the case is {case.status.label}.")
    if case.approvals.filter(kind=kind, decision="").exists():
        raise NotPossible("That has been asked for already and waits for an answer.")
    approval = Approval.objects.create(
        case=case,
        kind=kind,
        reason=reason,
        asked_by=user,
        asked_at=change.now,
        expires_at=change.now + LASTS,
        **wanted,
    )
    change.record(
        "exception_asked", f"Asked for {words}: {reason}", approval=approval.pk, exception=kind
    )
    if alone and may(user, DEEDS[kind]):
        _decide(change, approval, Approval.Decision.ALONE)
        _apply(change, approval)
    else:
        change.raise_todo(
            f"approve_{kind}",
            f"{user.display_name} asks for {words}: {reason}"[:300],
            answers=["grant", "refuse_exception"],
            holds=False,
            evidence={"approval": approval.pk},
        )
    return approval


def _ask_notice(change: Change, *, ends_on: date, first: date, reason: str) -> Approval:
    alone = (first - ends_on).days <= change.case.brand.notice_alone_days
    words = f"the end on {ends_on:%d %B %Y} already, instead of {first:%d %B %Y}"
    return _ask(change, kind="notice", alone=alone, words=words, reason=reason, ends_on=ends_on)


def _find_open(change: Change, approval_id: int) -> Approval:
    approval = change.case.approvals.filter(pk=approval_id, decision="").first()
    if approval is None:
        raise NotPossible("Somebody has decided about this already.")
    return approval


def _check_may(approval: Approval, actor: Actor) -> None:
    if not may(actor.user, DEEDS[approval.kind]):
        raise NotAllowed("Your role does not allow this. A supervisor can help.")


def _decide(change: Change, approval: Approval, decision: Approval.Decision) -> None:
    approval.decision, approval.decided_at = decision, change.now
    if decision in (Approval.Decision.GRANTED, Approval.Decision.REFUSED):
        approval.decided_by = change.actor.user
    approval.save()
    change.record(
        "exception_decided",
        f"{approval.get_kind_display().capitalize()}: {decision.label}.",
        approval=approval.pk,
        decision=decision.value,
    )
    change.resolve_todos(kinds=(f"approve_{approval.kind}",), resolution=decision.label)


def _apply(change: Change, approval: Approval) -> None:
    """Let the plan follow; a promise that was made already is made anew with the lower fee."""
    case = change.case
    if approval.kind == Approval.Kind.NOTICE:
        case.agreed_on = approval.ends_on
        return
    case.agreed_fee = approval.amount
    if case.status is State.SCHEDULED:
        promise(change, change.plan(), reason="a lower fee was granted")


def _today(change: Change) -> date:
    return local_date(change.now, change.case.zone)
