"""Mails left: what their cases remember of it, and the clocks that waited for it (R12, G14)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from cases.actions import closing, information
from cases.actions.base import DESK, READ_BY_ALL, Change
from cases.actions.work import BulkWork, Work
from cases.models import Case, Timer, Todo
from cases.models.rows import read_rows
from notifications.models import Email

ASKS = ("questions", "page")
REMINDS = ("reminder", "page_reminder")


def note_accepted(emails: Sequence[Email]) -> None:
    """Write into their cases that these mails were accepted, each at its `accepted_at` (UTC).

    In the caller's transaction, and for all the cases in a few statements.
    """
    cases = lock_cases({email.thread_id for email in emails if email.thread_id})
    prepare(cases, emails)
    work = BulkWork(list(cases.values())) if len(cases) > 1 else Work()
    changes: dict[int, Change] = {}
    for email in emails:
        case = cases.get(email.thread_id or 0)
        if case is None or email.accepted_at is None:
            continue
        if case.pk not in changes:
            changes[case.pk] = begin_change(case, work, now=email.accepted_at)
        note_one(changes[case.pk], email, accepted_at=email.accepted_at)
    for change in changes.values():
        change.finish()
    work.flush()


def lock_cases(threads: Collection[int]) -> dict[int, Case]:
    """The cases of these threads, by thread, under their locks and with what a change reads."""
    rows = read_rows(Case, "thread_id", threads, with_=READ_BY_ALL, lock=True)
    return {case.thread_id: case for case in rows}


def prepare(cases: dict[int, Case], emails: Sequence[Email]) -> None:
    """Read at once what the turns and the new timers of these cases follow from."""
    todos = Prefetch("todos", queryset=Todo.objects.filter(resolved_at=None))
    timers = Prefetch("timers", queryset=Timer.objects.filter(cancelled_at=None))
    found = ((cases.get(email.thread_id or 0), email) for email in emails)
    started = [case for case, email in found if case and starts_clock(case, email)]
    prefetch_related_objects(list(cases.values()), todos)
    prefetch_related_objects(started, timers, "questions")


def starts_clock(case: Case, email: Email) -> bool:
    """Does something that will happen depend on when this mail was accepted?"""
    if email.purpose in ASKS:
        return case.asked_email_id == email.pk
    if email.purpose in REMINDS:
        return email.key.startswith(f"case:{case.pk}:reminder:{case.ask_round}:")
    return email.purpose == "final_notice"


def begin_change(case: Case, work: Work, *, now: datetime) -> Change:
    """A change that is told quietly: a page that is open meanwhile is not outdated by it."""
    return Change(case=case, actor=DESK, now=now, quiet=True, replan=False, work=work)


def note_one(change: Change, email: Email, *, accepted_at: datetime) -> None:
    """Write down one mail and start the clock that waits for it."""
    change.now = accepted_at
    if not starts_clock(change.case, email):
        change.record("mail_accepted", f"“{email.subject}” was accepted.", email=email)
        return
    change.replan = True
    if email.purpose in ASKS:
        information.note_asked(change, accepted_at=accepted_at)
    elif email.purpose in REMINDS:
        information.note_reminded(change, accepted_at=accepted_at)
    else:
        closing.note_final_notice(change, accepted_at=accepted_at)
