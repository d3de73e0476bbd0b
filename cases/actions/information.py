"""What is missing: ask, remind, take answers, drop what stays unanswered, reopen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case as Choice
from django.db.models import F, Value, When

from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.intake import add_questions
from cases.actions.mail import queue_mail, stop_queued
from cases.domain.states import State
from cases.domain.trust import Deed
from cases.domain.words import count_of
from cases.models import Case, CaseItem, Outcome, Question, Timer
from cases.models.item import PROVISIONING
from cases.models.question import number_questions
from notifications.models import Inbound

# How the reason begins when a question was lost on the way, and not for another cause.
LOST = "mail to "


def request_information(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    questions: Sequence[dict[str, Any]] = (),
    version: int | None = None,
) -> Case:
    """Mail the open questions; the drop clock starts when that mail is accepted (R8, R12).

    Questions that are still open from an earlier round are asked again (R13).
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.ask", version=version
    ) as change:
        case = change.case
        add_questions(case=case, questions=questions, now=now)
        asked = open_questions(case)
        if not asked:
            raise NotPossible("Nothing to ask: tick a question, or write one of your own.")
        email = queue_mail(
            change, "questions", key=f"questions:{case.ask_round + 1}", questions=asked
        )
        change.move(case.request_information, email=email)
        change.record(
            "asked",
            f"{change.actor.name} asked {count_of(len(asked), 'question')} by email.",
            questions=[q.pk for q in asked],
        )
        return case


def note_asked(change: Change, *, accepted_at: datetime) -> None:
    """The request was accepted for delivery: the drop clock starts (R12)."""
    if change.case.asked_at is None:
        change.case.asked_at = accepted_at
        change.record("asked_delivered", "The questions were accepted for delivery.")
    resume_asking(change)


def note_reminded(change: Change, *, accepted_at: datetime) -> None:
    """A reminder was accepted: the drop keeps its interval to it (G14)."""
    change.case.reminders_accepted = [*change.case.reminders_accepted, accepted_at]
    change.record("reminder_delivered", "The reminder was accepted for delivery.")
    resume_asking(change)


def resume_asking(change: Change) -> None:
    """What could not be delivered was accepted after all: the clock may run again (R12)."""
    if change.case.ask_paused_because.startswith(LOST):
        change.case.ask_paused_because = ""
        change.record("drop_resumed", "It was accepted after all: the drop clock runs again.")


def pause_asking(change: Change, *, because: str) -> None:
    """The request did not reach the customer: nobody is dropped for that (R12)."""
    if change.case.status is not State.AWAITING_CUSTOMER:
        return
    change.case.ask_paused_because = because[:200]
    change.record("drop_paused", f"The drop clock stands still: {because}")


def file_reply(change: Change, *, inbound: Inbound) -> None:
    """A person answered: the agent's turn; the questions stay open until somebody settles them.

    The desk's receipt time decides whether it was in time (R14); an automatic reply never comes
    here (R11).
    """
    stop_asking(change)
    change.record("reply_filed", f"{inbound.from_name or inbound.from_email} answered.")


def stop_asking(change: Change) -> None:
    """The customer answered: the drop clock ends, and no question goes out any more."""
    change.move(change.case.file_reply)
    change.case.ask_paused_because = ""
    stop_queued(
        change, "questions", "reminder", "page_reminder", because="the customer has answered"
    )


def stop_asking_if_settled(change: Change) -> None:
    """Nobody waits for, or is dropped for, a question that is not open any more."""
    case = change.case
    if case.status is State.AWAITING_CUSTOMER and not any(
        q.is_open and q.required for q in case.questions.all()
    ):
        stop_asking(change)


def answer_question(
    *,
    case_id: int,
    question_id: int,
    answer: str,
    actor: Actor,
    now: datetime,
    source: Inbound | None = None,
    version: int | None = None,
) -> Case:
    """Settle one question; the others stay as they are (R13). Raises `NotPossible` when empty."""
    with change_case(
        case_id=case_id,
        actor=actor,
        now=now,
        deed="case.edit",
        trusted=Deed.ANSWER_QUESTIONS,
        version=version,
    ) as change:
        case = change.case
        question = case.questions.filter(pk=question_id).first()
        if question is None or not answer.strip():
            raise NotPossible("Write down what the customer answered.")
        question.answer, question.answered_at = answer.strip(), now
        # Corrected by hand, a suggestion's mail is still where the answer came from.
        question.answered_by, question.source = actor.user, source or question.suggested_from
        question.save()
        change.record("answered", f"“{question.text}”: {question.answer}", question=question.pk)
        stop_asking_if_settled(change)
        return case


def withdraw_question(
    *, case_id: int, question_id: int, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """The question is not needed any more."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", version=version
    ) as change:
        question = change.case.questions.filter(pk=question_id, answered_at=None).first()
        if question is None:
            raise NotPossible("This question was answered already.")
        question.withdrawn_at = now
        question.save(update_fields=["withdrawn_at"])
        change.record("question_withdrawn", f"Not needed any more: “{question.text}”.")
        stop_asking_if_settled(change)
        return change.case


def send_reminder(change: Change, timer: Timer) -> None:
    """A reminder, by policy (R9)."""
    case = change.case
    drop = change.plan().find_step("drop")
    questions = open_questions(case)
    queue_mail(
        change,
        "reminder" if questions else "page_reminder",  # nothing asked: the link was sent (R32)
        key=f"reminder:{case.ask_round}:{timer.kind}",
        questions=questions,
        drop_at=drop.at if drop else None,
    )


def drop_case(change: Change, timer: Timer) -> None:
    """Nobody answered: dropped, announced by email; services and bills stay untouched (R9, R10)."""
    case = change.case
    change.move(case.drop, now=change.now)
    release_items(change, keep=True)
    change.record("dropped", "Dropped: the questions stayed unanswered.", due=str(timer.due_at))
    queue_mail(change, "dropped", key=f"dropped:{case.ask_round}")


def release_items(change: Change, *, keep: bool = False) -> None:
    """The case holds its services no more: another case may take them (R55).

    What is on its way to the provider is held until the answer, and what ended stays ended:
    the customer terminated it one by one, for good (R48). With `keep` the others stay as they were.
    """
    change.work.together(release_all, change.case.pk, keep=keep)


def release_all(case_ids: Collection[int], *, keep: bool) -> None:
    waiting = When(outcome__in=(Outcome.PLANNED, Outcome.STOPPED), then=Value(Outcome.KEPT))
    kept = {"outcome": Choice(waiting, default=F("outcome"))} if keep else {}
    free = CaseItem.objects.filter(case__among=case_ids).exclude(outcome__in=PROVISIONING)
    free.update(holds_item=False, next_attempt_at=None, **kept)


def open_questions(case: Case) -> list[Question]:
    """What is still to be answered, with the numbers that the emails show."""
    return [q for q in number_questions(case.questions.all()) if q.is_open]
