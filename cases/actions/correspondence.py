"""What people write on a case: notes inside, replies to the customer, answers to to-dos."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cases.actions.base import Actor, CaseChanged, Change, NotPossible, change_case
from cases.actions.mail import queue_mail
from cases.actions.mentions import tell_mentioned
from cases.actions.timers import release_held
from cases.actions.writing import forget_draft
from cases.domain.macros import find_unfilled
from cases.models import Case, Draft
from notifications import outbox
from notifications.outbox.files import OutgoingFile

TAKE_BACK = timedelta(seconds=15)
# To-dos about something that holds the case as long as it stands: only an answer ends it.
NEVER_DISMISSED = ("mail_undeliverable", "mail_quarantined")


def add_note(
    *, case_id: int, text: str, actor: Actor, now: datetime, seen: int | None = None
) -> Case:
    """A note for colleagues; customers never see it. Who is named in it, as @name, is told.

    A note overwrites nothing, so it is taken whatever happened meanwhile. `seen` is the number of
    the last event that its form has shown: the same form a second time raises `CaseChanged`.
    """
    words = text.strip()
    if not words:
        raise NotPossible("The note is empty.")
    with change_case(case_id=case_id, actor=actor, now=now, deed="case.note") as change:
        if seen is not None and was_noted(change, words, since=seen):
            raise CaseChanged("This note is on the case already: it was added once.")
        event = change.record("note", words)
        tell_mentioned(change, event)
        forget_draft(case=change.case, user=actor.user, kind=Draft.Kind.NOTE)
        return change.case


def was_noted(change: Change, words: str, *, since: int) -> bool:
    """Has this person written these very words after the event numbered `since`?"""
    notes = change.case.events.filter(kind="note", sequence__gt=since, actor=change.actor.user)
    return notes.filter(summary=words).exists()


def send_reply(
    *,
    case_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    in_reply_to: str = "",
    files: Sequence[OutgoingFile] = (),
    version: int | None = None,
) -> Case:
    """Write to the customer; it can be taken back for 15 seconds.

    `in_reply_to` is the Message-ID of the mail that is answered; `files` have been checked.
    """
    if not text.strip():
        raise NotPossible("The message is empty.")
    unfilled = find_unfilled(text)
    if unfilled:
        raise NotPossible(f"Fill in {{{unfilled[0]}}} first: the case does not know it yet.")
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="mail.reply", version=version
    ) as change:
        queue_mail(
            change,
            "reply",
            key=f"reply:{change.case.version}",
            automatic=False,
            not_before=now + TAKE_BACK,
            in_reply_to=in_reply_to,
            files=files,
            body=text.strip(),
            author=actor.name,
        )
        forget_draft(case=change.case, user=actor.user, kind=Draft.Kind.REPLY)
        return change.case


def take_back_reply(*, case_id: int, email_id: int, actor: Actor, now: datetime) -> Case:
    """Stop a reply that has not left yet. Raises `NotPossible` when it has."""
    with change_case(case_id=case_id, actor=actor, now=now, deed="mail.reply") as change:
        email = change.case.thread.emails.filter(pk=email_id, purpose="reply").first()
        if email is None or not outbox.stop(email_id=email.pk, reason="taken back"):
            raise NotPossible("It has left already.")
        change.record("reply_taken_back", f"“{email.subject}” was taken back.", email=email)
        return change.case


def resolve_todo(
    *, case_id: int, todo_id: int, resolution: str, actor: Actor, now: datetime
) -> Case:
    """A person looked: what the to-do held goes on."""
    with change_case(case_id=case_id, actor=actor, now=now, deed="todo.settle") as change:
        todo = change.case.todos.filter(pk=todo_id, resolved_at=None).first()
        if todo is None:
            raise NotPossible("Somebody has dealt with this already.")
        if todo.kind in NEVER_DISMISSED and "dismiss" not in todo.answers:
            raise NotPossible(
                "The case waits for this: dismissed, nobody would look at it again. "
                "Choose one of the answers."
            )
        todo.resolved_at, todo.resolved_by = now, actor.user
        todo.resolution = resolution[:200] or "seen"
        todo.save()
        change.record("todo_resolved", f"{todo.reason} {todo.resolution}", todo=todo.pk)
        release_held(case=change.case, now=now)
        return change.case
