"""What a customer does on their page that no agent does for them: answer, hand in, ask.

With the link alone (L1) they answer and ask; a person decides what they asked. With a code (L3)
the same page does it at once through the actions that agents use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile

from cases.actions.base import Actor, Change, NotPossible, change_case
from cases.actions.information import stop_asking_if_settled
from cases.actions.limits import UPLOAD_BY_CASE, count_against
from cases.actions.restoration import ask_restore
from cases.domain.states import State
from cases.domain.trust import Deed
from cases.models import Case, Question, Upload
from notifications.received_files import find_problem

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 20
LONGEST_ANSWER = 5000
CAN_STAY = (State.INTAKE, State.AWAITING_CUSTOMER, State.IN_REVIEW, State.SCHEDULED)


class FileRefused(NotPossible):
    """A file that is empty, too large, or one too many; `why` is its word in the catalogue."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__({
            "empty": "This file is empty.",
            "large": f"A file may have {MOST_BYTES // 2**20} MB at most.",
            "many": f"A case takes {MOST_FILES} files at most.",
        }[why])  # fmt: skip


def answer_questions(
    *,
    case_id: int,
    answers: Mapping[int, str],
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> int:
    """Settle the questions that were answered; the others stay open (R13). Returns how many.

    The last required one hands the case to an agent. Raises `NotPossible` when none was answered.
    """
    with change_case(
        case_id=case_id, actor=actor, now=now, trusted=Deed.ANSWER_QUESTIONS, version=version
    ) as change:
        settled = 0
        for question in change.case.questions.filter(pk__in=answers):
            text = answers[question.pk].strip()[:LONGEST_ANSWER]
            if text and question.is_open:
                settle_question(change, question, text)
                settled += 1
        if not settled:
            raise NotPossible("There was no answer to an open question.")
        stop_asking_if_settled(change)
        return settled


def settle_question(change: Change, question: Question, text: str) -> None:
    question.answer, question.answered_at = text, change.now
    question.save(update_fields=["answer", "answered_at"])
    change.record("answered", f"“{question.text}”: {text}", question=question.pk, by_page=True)


def hand_in_file(
    *,
    case_id: int,
    name: str,
    content: bytes,
    content_type: str,
    actor: Actor,
    now: datetime,
    question_id: int | None = None,
) -> Upload:
    """Keep a file under a random name; the same one again is the same file.

    What the scanner holds back is kept too, with its `problem`: a person sees it (THREATS 42).
    Raises `FileRefused`, `TooOften`.
    """
    count_against(UPLOAD_BY_CASE, str(case_id), now=now)
    check_size(content)
    problem = find_problem(content)  # outside the transaction: the scanner may take its time
    digest = hashlib.sha256(content).hexdigest()
    label = clean_name(name)
    with change_case(
        case_id=case_id, actor=actor, now=now, trusted=Deed.ANSWER_QUESTIONS
    ) as change:
        change.quiet, change.replan = True, False
        case = change.case
        known = case.uploads.filter(sha256=digest, name=label).first()
        if known is not None:
            return known
        if not case.is_open:
            raise NotPossible("This case is over: nothing can be handed in any more.")
        if case.uploads.count() >= MOST_FILES:
            raise FileRefused("many")
        upload = Upload(
            case=case, contact=actor.contact, name=label, sha256=digest, size=len(content),
            content_type=content_type[:127], uploaded_at=now, problem=problem,
            question=case.questions.filter(pk=question_id).first() if question_id else None,
        )  # fmt: skip
        upload.file.save("file", ContentFile(content), save=False)
        upload.save()
        held = f" It is held back. {problem}" if problem else ""
        said = f"{actor.name} handed in “{label}”.{held}"
        change.record("file_handed_in", said, upload=upload.pk)
        return upload


def check_size(content: bytes) -> None:
    """Raise `FileRefused` for a file that is empty or too large."""
    if not content:
        raise FileRefused("empty")
    if len(content) > MOST_BYTES:
        raise FileRefused("large")


def clean_name(name: str) -> str:
    """The last part of a file's name, without what steers paths, headers or terminals."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')[-120:] or "file"


def ask_to_stay(
    *, case_id: int, text: str, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """A wish to withdraw, without a code: a person looks, and nothing ends meanwhile (R22)."""
    with change_case(
        case_id=case_id, actor=actor, now=now, trusted=Deed.ASK_WITHDRAWAL, version=version
    ) as change:
        if change.case.status not in CAN_STAY:
            raise NotPossible("It is too late for that.")
        ask_desk(
            change, "asked_to_stay", f"{actor.name} wants to stay. {text.strip()}"[:300].strip(),
            answers=["withdraw", "dismiss"],
        )  # fmt: skip
        return change.case


def ask_for_date(
    *, case_id: int, wished_on: date, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """A wish for another date, without a code: a person decides it (R22)."""
    with change_case(
        case_id=case_id, actor=actor, now=now, trusted=Deed.ASK_OTHER_DATE, version=version
    ) as change:
        if change.case.status not in CAN_STAY:
            raise NotPossible("It is too late for that.")
        ask_desk(
            change, "asked_for_date", f"{actor.name} asks for {wished_on:%A %d %B %Y} instead.",
            answers=["reschedule", "dismiss"], wished_on=wished_on.isoformat(),
        )  # fmt: skip
        return change.case


def ask_to_return(*, case_id: int, actor: Actor, now: datetime) -> Case:
    """A wish to come back: it counts from now on, and the purge stands still (R21, R23).

    Somebody who may not restore is looked at by a person first (R24).
    """
    with change_case(case_id=case_id, actor=actor, now=now, trusted=Deed.ASK_RESTORE) as change:
        case, contact = change.case, actor.contact
        assert contact is not None, "a visit is somebody's"
        if case.status is State.RESTORE_REQUESTED:
            return case
        if not contact.may_restore:
            if case.status is not State.IN_GRACE:
                raise NotPossible("There is nothing to bring back at the moment.")
            ask_desk(
                change, "restore_unauthorised", f"{contact.name} asks to come back, but may not.",
                answers=["restore", "not_a_restore"],
            )  # fmt: skip
            return case
        ask_restore(change, asked_at=now, by=contact.name)
        ask_desk(
            change, "restore_asked", f"{contact.name} asks to come back, on their page.",
            answers=["restore", "decline_restore"],
        )  # fmt: skip
        return case


def ask_desk(
    change: Change, kind: str, reason: str, *, answers: list[str], **evidence: Any
) -> None:
    """A to-do with what they want; asked again, the newest wish stands."""
    todo = change.raise_todo(kind, reason, answers=answers, evidence=evidence)
    if todo.reason != reason:
        todo.reason, todo.evidence = reason, evidence
        todo.save(update_fields=["reason", "evidence"])
    change.record(kind, reason, **evidence)
