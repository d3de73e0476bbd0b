"""Do one harmless thing to several cases, each through its own action, and take it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.actions.assignment import assign_owner
from cases.actions.base import ActionError, Actor, NotPossible, change_case
from cases.actions.contact import remind_now
from cases.actions.correspondence import add_note
from cases.domain.bulk import UNDO_S, BulkDeed
from cases.models import BulkRun, Case
from notifications import outbox

UNDO = timedelta(seconds=UNDO_S)


def run_bulk(
    *,
    cases: Iterable[tuple[Case, int]],
    deed: BulkDeed,
    actor: Actor,
    now: datetime,
    owner: User | None = None,
    text: str = "",
    query: str = "",
) -> BulkRun:
    """Do it to each case and return what was done, and what was left out and why.

    Each case comes with the version that the preview showed: what changed since is left out.
    `query` is the queue's address to come back to.
    """
    assert actor.user, "staff alone work on several cases at once"
    run = BulkRun(user=actor.user, deed=deed, query=query, started_at=now)
    for case, version in cases:
        try:
            done = do_one(case, version, deed, actor=actor, now=now, owner=owner, text=text)
            run.done.append({"case": case.pk, "number": case.number, **done})
        except ActionError as refusal:
            run.left_out.append({"number": case.number, "why": str(refusal)})
    run.save()
    return run


def do_one(
    case: Case,
    version: int,
    deed: BulkDeed,
    *,
    actor: Actor,
    now: datetime,
    owner: User | None,
    text: str,
) -> dict[str, Any]:
    """One case, by the action that its own page uses; returns what undoing it needs."""
    common: dict[str, Any] = {"case_id": case.pk, "actor": actor, "now": now}
    if deed is BulkDeed.NOTE:
        noted = add_note(text=text, **common)
        return {"event": noted.last_sequence}
    if deed is BulkDeed.REMIND:
        return {"email": remind_now(not_before=now + UNDO, **common).pk}
    new_owner = owner if deed is BulkDeed.ASSIGN else None
    assign_owner(owner=new_owner, version=version, **common)
    return {"before": case.owner_id, "after": new_owner.pk if new_owner else None}


def undo_bulk(*, run_id: int, actor: Actor, now: datetime) -> BulkRun:
    """Take it back, case by case, as far as nobody went on from it; the history tells both.

    Raises `NotPossible` after a minute, a second time, and for another's deed.
    """
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().filter(pk=run_id, user=actor.user).first()
        if run is None or run.undone_at is not None:
            raise NotPossible("There is nothing to take back.")
        if now - run.started_at > UNDO:
            raise NotPossible("It is too late to take this back all at once: look at each case.")
        run.undone_at, run.left_out = now, []
        for done in run.done:
            try:
                undo_one(BulkDeed(run.deed), done, actor=actor, now=now)
            except ActionError as refusal:
                run.left_out.append({"number": done["number"], "why": str(refusal)})
        run.save()
        return run


def undo_one(deed: BulkDeed, done: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Take one case's part back. Raises `ActionError` where somebody went on from it."""
    if deed in (BulkDeed.ASSIGN, BulkDeed.RELEASE):
        give_back(done, actor=actor, now=now)
        return
    with change_case(case_id=done["case"], actor=actor, now=now) as change:
        if deed is BulkDeed.NOTE:
            change.record("note_taken_back", f"{actor.name} took the note above back.", **done)
            return
        email = change.case.thread.emails.get(pk=done["email"])
        if not outbox.stop(email_id=email.pk, reason="taken back"):
            raise NotPossible("The reminder has left already.")
        change.record("reply_taken_back", f"“{email.subject}” was taken back.", email=email)


def give_back(done: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    case = Case.objects.get(pk=done["case"])
    if case.owner_id != done["after"]:
        raise NotPossible("Somebody has given it to another person meanwhile.")
    before = User.objects.filter(pk=done["before"]).first()
    assign_owner(case_id=case.pk, owner=before, actor=actor, now=now, version=case.version)
