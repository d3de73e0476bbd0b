"""Look again at what stands in the way; all gone and still stuck, somebody is asked (R51)."""

from __future__ import annotations

from datetime import datetime

from cases.actions.base import Actor, Change, change_case
from cases.domain.blockers import Blocker, all_gone
from cases.domain.dates import local_date
from cases.domain.states import UNCONFIRMED, State
from cases.domain.trust import Deed
from cases.domain.words import count_of
from cases.models import Case
from cases.models.planning import read_account

UNKNOWN = "cause unknown"


def recheck_blockers(*, case_id: int, actor: Actor, now: datetime) -> tuple[Blocker, ...]:
    """What stands in the way now, noted in the history; the customer may ask for it as well.

    When nothing is left to terminate and it still does not go on, a to-do lists what remains, or
    says that the cause is unknown (R51).
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", trusted=Deed.RAISE_TODO
    ) as change:
        change.quiet = True
        blockers = change.plan().blockers
        hard = [b for b in blockers if b.is_hard]
        said = f"{count_of(len(hard), 'thing')} in the way." if hard else "Nothing is in the way."
        change.record("rechecked", f"Looked again: {said}", kinds=[b.kind for b in blockers])
        if is_stuck(change):
            escalate(change, blockers)
        else:
            change.resolve_todos(kinds=("stuck",), resolution="something is left to terminate")
        return blockers


def is_stuck(change: Change) -> bool:
    """Is all of it gone, and the case not over?"""
    case = change.case
    if case.status is State.AWAITING_FINAL_BILL:
        return True
    return case.status in UNCONFIRMED and all_gone(
        case.rules,
        read_account(case.customer, case=case),
        frozenset(str(i.item_id) for i in case.items.all()),
        local_date(change.now, case.zone),
    )


def escalate(change: Change, blockers: tuple[Blocker, ...]) -> None:
    """Ask a person; an older question is replaced when the causes have changed."""
    causes = list_causes(change.case, blockers)
    reason = f"All services are gone and it is still stuck: {'; '.join(causes)}."[:300]
    open_one = change.case.todos.filter(kind="stuck", resolved_at=None).first()
    if open_one is not None and open_one.reason != reason:
        change.resolve_todos(kinds=("stuck",), resolution="the causes have changed")
    change.raise_todo(
        "stuck", reason, answers=["dismiss"], holds=False, evidence={"causes": causes}
    )


def list_causes(case: Case, blockers: tuple[Blocker, ...]) -> list[str]:
    """What remains, each in a few words; `UNKNOWN` when nothing that we can see does."""
    causes = [b.what.rstrip(".") for b in blockers]
    open_questions = sum(q.is_open and q.required for q in case.questions.all())
    if case.status in UNCONFIRMED and open_questions:
        causes.append(f"{count_of(open_questions, 'question')} without an answer")
    return causes or [UNKNOWN]
