"""“That was wrong”: a person reverses what the desk decided by itself, and says why.

Each correction does something: a mail is filed again as what it is, an answer is open again, a
person is asked. The event keeps the reason; what was decided first stays in the history (G16).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.information import resume_asking
from cases.actions.mailroom import decide
from cases.actions.replies import act_on_reply, ask_person, ask_who_wrote, read, read_level
from cases.actions.restoration import resume_grace
from cases.actions.timers import release_held
from cases.domain.states import UNCONFIRMED, State
from cases.domain.trust import Level
from cases.models import Case, Question
from notifications.models import Inbound

Fate = Inbound.Disposition
TAKEN_FOR_AUTOMATIC = (Fate.AUTOMATIC, Fate.BOUNCE)
TAKEN_FOR_A_PERSON = (Fate.ANSWER,)
ANSWERABLE = (*UNCONFIRMED, State.DROPPED)
# How a mail is read, and what a person is asked, by where the case stands.
PHASES = {
    **dict.fromkeys(
        (*UNCONFIRMED, State.SCHEDULED, State.EXECUTING), ("before", "reply_before_date")
    ),
    State.IN_GRACE: ("grace", "restore_unclear"),
    State.RESTORE_REQUESTED: ("grace", "restore_asked"),
    State.DROPPED: ("questions", "answer_after_drop"),
}
AFTER = ("after", "reply_after_end")


def check_reason(reason: str) -> str:
    """The reason, in one line. Raises `NotPossible` when there is none."""
    said = " ".join(reason.split())[:300]
    if not said:
        raise NotPossible("Say in a few words what was wrong: the history keeps it.")
    return said


@contextmanager
def correct_mail(
    *,
    inbound_id: int,
    taken_for: tuple[Fate, ...],
    actor: Actor,
    now: datetime,
    version: int | None,
) -> Iterator[tuple[Inbound, Change]]:
    """The mail and its case, locked, while the mail still counts as what it was taken for."""
    with decide(inbound_id=inbound_id, actor=actor, now=now, version=version) as (mail, change):
        if change is None or mail.disposition not in taken_for:
            raise NotPossible("Somebody has corrected this already, or the mail has no case.")
        change.quiet = False
        yield mail, change
        release_held(case=change.case, now=now)


def mark_human(
    *, inbound_id: int, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Inbound:
    """A person wrote this after all: it is filed as their answer, by its own receipt time (R14).

    From an address on file it acts as any reply does; otherwise a person is asked who wrote.
    """
    said = check_reason(reason)
    with correct_mail(
        inbound_id=inbound_id, taken_for=TAKEN_FOR_AUTOMATIC, actor=actor, now=now, version=version
    ) as (mail, change):
        was = mail.get_kind_display()
        refile(mail, kind=Inbound.Kind.HUMAN, disposition=Fate.ANSWER)
        change.record("marked_human", f"No {was}: a person wrote it. {said}", inbound=mail)
        forget_bounce(change, mail)
        level = read_level(change.case, mail)
        change.record(
            "mail_received",
            f"{mail.from_name or mail.from_email} wrote: “{mail.subject}”.",
            inbound=mail,
            level=int(level),
        )
        if level == Level.L0:
            ask_who_wrote(change, mail)
        else:
            act_on_reply(change, mail, level=level)
        return mail


def mark_automatic(
    *, inbound_id: int, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Inbound:
    """Nobody wrote this: what it was taken for is undone, and it counts as no answer (R11)."""
    said = check_reason(reason)
    with correct_mail(
        inbound_id=inbound_id, taken_for=TAKEN_FOR_A_PERSON, actor=actor, now=now, version=version
    ) as (mail, change):
        refile(mail, kind=Inbound.Kind.AUTO_REPLY, disposition=Fate.AUTOMATIC)
        change.record("marked_automatic", f"No person wrote this mail. {said}", inbound=mail)
        forget_suggestions(change.case, mail)
        change.case.todos.filter(inbound=mail, resolved_at=None).update(
            resolved_at=now, resolved_by=actor.user, resolution="an automatic mail"
        )
        if is_restore_asked_by(change.case, mail):
            resume_grace(change)
        wait_again(change, mail)
        return mail


def look_again(
    *, inbound_id: int, reason: str, actor: Actor, now: datetime, version: int | None = None
) -> Inbound:
    """A mail was read wrongly: a person decides what it means, and until then nothing
    irreversible happens."""
    said = check_reason(reason)
    with correct_mail(
        inbound_id=inbound_id, taken_for=TAKEN_FOR_A_PERSON, actor=actor, now=now, version=version
    ) as (mail, change):
        phase, kind = PHASES.get(change.case.status, AFTER)
        change.record("looked_again", f"Read wrongly: a person decides. {said}", inbound=mail)
        ask_person(change, mail, read(change, mail, phase=phase), kind=kind)
        return mail


def retract_answer(
    *,
    case_id: int,
    question_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Question:
    """Open a question again whose noted answer was wrong. Raises `NotPossible` once confirmed."""
    said = check_reason(reason)
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", version=version
    ) as change:
        if change.case.status not in ANSWERABLE:
            raise NotPossible("The date is confirmed with these answers: move the date instead.")
        question = change.case.questions.filter(pk=question_id).first()
        if question is None or question.answered_at is None:
            raise NotPossible("This question is open already.")
        was, mail = question.answer, question.source
        question.answer, question.answered_at = "", None
        question.answered_by = question.source = None
        question.save()
        change.record(
            "answer_retracted",
            f"“{question.text}” is open again: “{was}” was wrong. {said}",
            inbound=mail,
            question=question.pk,
        )
        return question


# -- what a mail had done -------------------------------------------------------------------
def refile(mail: Inbound, *, kind: Inbound.Kind, disposition: Fate) -> None:
    mail.kind, mail.disposition = kind, disposition
    mail.save(update_fields=["kind", "disposition"])


def forget_bounce(change: Change, mail: Inbound) -> None:
    """What this mail said had come back did arrive: the clock that stood still runs again."""
    if change.case.events.filter(kind="mail_undelivered", inbound=mail).exists():
        change.resolve_todos(kinds=("mail_undeliverable",), resolution="it did arrive")
        resume_asking(change)


def forget_suggestions(case: Case, mail: Inbound) -> None:
    """What was read from this mail and not accepted yet."""
    case.questions.filter(suggested_from=mail, answered_at=None).update(
        suggested_from=None, suggested_answer="", suggested_quote="", suggested_line=None,
        suggested_note="", suggested_sure=False,
    )  # fmt: skip


def is_restore_asked_by(case: Case, mail: Inbound) -> bool:
    """Does the case wait in restore_requested because of this mail?"""
    return (
        case.status is State.RESTORE_REQUESTED
        and case.restore_asked_at is not None
        and case.events.filter(kind="restore_read", inbound=mail).exists()
        and case.restore_asked_at <= mail.received_at
    )


def wait_again(change: Change, mail: Inbound) -> None:
    """Back to waiting, where this mail alone ended the wait and questions are still open.

    The drop clock starts afresh: nobody is dropped for the time that the desk was mistaken (R12).
    """
    case = change.case
    newest = case.events.filter(kind="mail_received").order_by("-sequence").first()
    alone = newest is not None and newest.inbound_id == mail.pk
    waits = any(q.is_open and q.required for q in case.questions.all())
    if case.status is State.IN_REVIEW and alone and waits and case.asked_email_id:
        change.move(case.wait_again, now=change.now)
        change.record("waiting_again", "The desk waits for an answer; the clock starts afresh.")
