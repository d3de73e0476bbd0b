"""What replies say to our questions: read as suggestions, settled by a person's click (R13)."""

from __future__ import annotations

from datetime import datetime

from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.information import stop_asking_if_settled
from cases.domain.answers import Asked, Suggestion, read_answers
from cases.domain.dates import local_date
from cases.domain.words import count_of
from cases.domain.written_dates import writes_month_first
from cases.models import Case, Question
from cases.models.question import number_questions
from notifications.inbound.reply_html import html_to_text
from notifications.inbound.understanding import KEEPS_HISTORY
from notifications.models import Inbound

_ASKING = ("questions", "reminder")
_MOST_ASKING_MAILS = 6
_LONGEST_NOTE = 300


def suggest_answers(change: Change, inbound: Inbound) -> None:
    """Read a verified reply (L1 or more) into the open questions; settles none of them.

    A later reply replaces what an earlier one suggested for the same question.
    """
    numbered = number_questions(change.case.questions.all())
    questions = {question.number: question for question in numbered if question.is_open}
    if not questions:
        return
    found = _read(change.case, inbound, list(questions.values()))
    for suggestion in found:
        _note(questions[suggestion.number], suggestion, inbound)
    if found:
        change.record(
            "answers_read",
            f"Read from their email: {count_of(len(found), 'answer')} to look at.",
            inbound=inbound,
            questions=[questions[suggestion.number].pk for suggestion in found],
        )


def _read(case: Case, inbound: Inbound, questions: list[Question]) -> tuple[Suggestion, ...]:
    body = inbound.text if inbound.text.strip() else html_to_text(inbound.html)
    asking = case.thread.emails.filter(purpose__in=_ASKING).order_by("-id")
    zone = case.customer.timezone
    return read_answers(
        body,
        [
            Asked(number=q.number, text=q.text, kind=q.kind, choices=tuple(q.choices))
            for q in questions
        ],
        new_text="" if KEEPS_HISTORY in inbound.evidence else inbound.reply_text,
        sent=list(asking.values_list("text", flat=True)[:_MOST_ASKING_MAILS]),
        today=local_date(inbound.received_at, zone),
        month_first=writes_month_first(locale=case.customer.locale, zone=zone),
    )


def _note(question: Question, suggestion: Suggestion, inbound: Inbound) -> None:
    question.suggested_answer = suggestion.value
    question.suggested_quote = suggestion.quote
    question.suggested_line = suggestion.line
    question.suggested_note = suggestion.note[:_LONGEST_NOTE]
    question.suggested_sure = suggestion.sure
    question.suggested_from = inbound
    question.save()


def accept_suggestions(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    question_id: int | None = None,
    version: int | None = None,
) -> Case:
    """Settle one question as it was read, or with `question_id` None all that were read surely.

    Raises `NotPossible` when there is nothing (any more) to accept.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", version=version
    ) as change:
        offered = change.case.questions.filter(answered_at=None, withdrawn_at=None).exclude(
            suggested_answer=""
        )
        chosen = offered.filter(suggested_sure=True) if question_id is None else offered
        accepted = list(chosen if question_id is None else chosen.filter(pk=question_id))
        if not accepted:
            raise NotPossible("There is no answer to accept: somebody did, or none could be read.")
        for question in accepted:
            _accept(change, question)
        stop_asking_if_settled(change)
        return change.case


def _accept(change: Change, question: Question) -> None:
    question.answer, question.answered_at = question.suggested_answer, change.now
    question.answered_by, question.source = change.actor.user, question.suggested_from
    question.save()
    change.record(
        "answered",
        f"“{question.text}”: {question.answer}",
        inbound=question.suggested_from,
        question=question.pk,
        line=question.suggested_line,
        quote=question.suggested_quote,
    )
