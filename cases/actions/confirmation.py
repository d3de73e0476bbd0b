"""The promise: confirm it, move it, withdraw it, or bring it down early."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from accounts.models import Item
from cases.actions.base import Actor, CaseChanged, Change, NotPossible, change_case
from cases.actions.calendar import make_calendar_file
from cases.actions.dispositions import WrongPhrase
from cases.actions.evidence import keep_evidence
from cases.actions.execution import begin_execution
from cases.actions.information import release_items
from cases.actions.mail import queue_mail, stop_queued
from cases.actions.timers import release_held
from cases.domain.acknowledgement import is_typed
from cases.domain.plan import Plan
from cases.domain.states import State
from cases.domain.trust import Deed
from cases.models import Case, Outcome, Promise
from cases.models.preview import read_preview
from notifications.outbox.files import OutgoingFile


class PreviewChanged(CaseChanged):
    """What the customer looked at is not what they would confirm now (R42)."""


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
        if case.rules.agent_refusal:
            raise NotPossible(case.rules.agent_refusal)
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


def confirm_by_customer(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    seen: str,
    typed: str = "",
    version: int | None = None,
) -> Case:
    """The customer confirms on their own page, trusted as by a one-time code (L3).

    `seen` is the digest of the preview that they looked at, `typed` its phrase where it cannot be
    undone (R44). Everything is read again under lock: what changed since raises `PreviewChanged`
    (R42). Without notice the services go down at once, started on commit (R39). Raises
    `WrongPhrase`, and `NotPossible` with the first thing that must be cleared.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, trusted=Deed.CONFIRM, version=version
    ) as change:
        case = change.case
        if actor.contact is None or case.rules.channel != "self_service":
            raise NotPossible("Here a cancellation is confirmed with us, on the phone.")
        lock_services(case)
        freeze_policy(case)
        preview = read_preview(case, now=now)
        if preview.digest != seen:
            raise PreviewChanged(
                "Something has changed since you looked: a number, a port, a service or an "
                "amount. Please look at it again, and then confirm."
            )
        check_blockers(preview.plan)
        if preview.phrase and not is_typed(typed, preview.phrase):
            raise WrongPhrase(preview.phrase)
        if preview.phrase:
            keep_evidence(
                change, ended=count_kinds(case), shown=preview.digest,
                asked=preview.phrase, typed=typed,
            )  # fmt: skip
        accept_confirmation(change, preview.plan, typed=typed)
        return case


def count_kinds(case: Case) -> dict[str, int]:
    """How many services of each kind end by this confirmation."""
    kinds = case.items.exclude(outcome=Outcome.ENDED).values_list("item__kind", flat=True)
    return dict(Counter(kinds))


def lock_services(case: Case) -> None:
    """Nobody changes the customer's services, or begins a port, before this is committed (R42)."""
    rows = Item.objects.select_for_update(of=("self",)).filter(customer=case.customer_id)
    list(rows.order_by("pk").values_list("pk", flat=True))
    case.customer.refresh_from_db()


def accept_confirmation(change: Change, plan: Plan, *, typed: str) -> None:
    """Note who confirmed and what they typed, promise, and begin where there is no notice."""
    case, contact = change.case, change.actor.contact
    assert contact is not None, "only a known person confirms"
    assert plan.effective_on is not None, "an open case ends on some day"
    case.contact = case.contact or contact
    if case.verified_at is None:
        case.verified_at, case.checks = change.now, ["one-time code"]
    if typed:
        change.record(
            "end_acknowledged",
            f"{contact.name} typed “{typed.strip()}”: it cannot be undone.",
            typed=typed,
        )
    change.move(case.confirm, effective_on=plan.effective_on, now=change.now)
    promise(change, plan, reason=f"confirmed by {contact.name}")
    if case.rules.is_immediate:
        begin_execution(change, because="Confirmed")
    release_held(case=case, now=change.now)


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
        change,
        "confirmation",
        key=f"confirmation:{number}",
        plan=plan,
        superseded=before,
        files=list_dates(change, effective_on, number),
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

    Raises `NotPossible` without a reason, or when the date is before the earliest lawful one: a
    promised date is never moved silently (R3).
    """
    with change_case(
        case_id=case_id,
        actor=actor,
        now=now,
        deed="case.reschedule",
        trusted=Deed.RESCHEDULE,
        version=version,
    ) as change:
        case = change.case
        if not reason.strip():
            raise NotPossible("Say why the date moves: the promises keep it.")
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
        promise(change, plan, reason=reason.strip()[:300])
        change.resolve_todos(kinds=("reply_before_date",), resolution="rescheduled")
        release_held(case=case, now=now)
        return case


def list_dates(change: Change, on: date, number: int) -> list[OutgoingFile]:
    """The promised day for the customer's calendar; none where it ends this minute."""
    if change.case.rules.is_immediate:
        return []
    return [make_calendar_file(change.case, on=on, sequence=number - 1, now=change.now)]


def list_cancelled_dates(change: Change) -> list[OutgoingFile]:
    """The calendar entry that takes the promised date out again; none where none was promised."""
    last = change.case.promises.order_by("-number").first()
    if last is None or change.case.rules.is_immediate:
        return []
    gone = make_calendar_file(
        change.case, on=last.effective_on, sequence=last.number, now=change.now, cancelled=True
    )
    return [gone]


def withdraw(
    *, case_id: int, actor: Actor, now: datetime, reason: str = "", version: int | None = None
) -> Case:
    """The customer stays: nothing was cancelled, nothing will be (R22)."""
    with change_case(
        case_id=case_id,
        actor=actor,
        now=now,
        deed="case.withdraw",
        trusted=Deed.WITHDRAW,
        version=version,
    ) as change:
        case = change.case
        change.move(case.withdraw, now=now)
        release_items(change, keep=True)
        change.record("withdrawn", f"Withdrawn. {reason}".strip())
        stop_queued(
            change, "questions", "reminder", "confirmation", because="the request was withdrawn"
        )
        if case.contact:
            queue_mail(change, "withdrawn", key="withdrawn", files=list_cancelled_dates(change))
        change.resolve_todos(resolution="withdrawn")
        return case
