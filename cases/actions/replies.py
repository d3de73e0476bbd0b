"""What a customer's email does to a case, by where the case stands (R22).

Nothing here confirms, cancels or purges: a reply answers questions, asks to come back, or asks a
person. The original mail decided its own receipt time at the door (R14).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from accounts.models import Contact
from cases.actions.answers import suggest_answers
from cases.actions.base import CUSTOMER, Actor, Change, NotPossible, change_case
from cases.actions.information import file_reply
from cases.actions.limits import ANSWER_BY_ADDRESS, TooOften, count_against
from cases.actions.mail import check_domain, queue_mail
from cases.actions.mailroom import ask_about_quarantine
from cases.actions.restoration import ask_restore, start_restore
from cases.actions.timers import find_deadline, release_held
from cases.domain import intent as reading
from cases.domain.dates import local_date
from cases.domain.lookalikes import find_lookalike
from cases.domain.states import State
from cases.domain.trust import Level, level_of
from cases.domain.written_dates import writes_month_first
from cases.models import Case, Question, Timer, Todo
from cases.models.rows import keep_related, read_rows
from notifications.inbound.understanding import KEEPS_HISTORY
from notifications.models import Inbound

HOLD_UNVERIFIED = timedelta(days=3)
BEFORE_DATE = (State.INTAKE, State.IN_REVIEW, State.SCHEDULED)
# Where questions may still be open, and a reply may answer them.
ANSWERABLE = (State.INTAKE, State.AWAITING_CUSTOMER, State.IN_REVIEW, State.DROPPED)
IN_GRACE = (State.IN_GRACE, State.RESTORE_REQUESTED)
# Each related set of a case that an answer looks at, and the rows that matter of it.
ALONG = (
    ("questions", Question, "true", "t.id"),
    ("timers", Timer, "t.cancelled_at IS NULL", "t.due_at, t.id"),
    ("todos", Todo, "t.resolved_at IS NULL", "t.created_at, t.id"),
)
# What a mail from nobody we know may hold, by where the case stands.
DEADLINES = {
    State.AWAITING_CUSTOMER: "drop",
    State.SCHEDULED: "execute",
    State.IN_GRACE: "close",
}


def find_sender(case: Case, inbound: Inbound) -> Contact | None:
    """The contact of this customer who wrote: by the address on file, nothing else (R24)."""
    return case.customer.contacts.filter(
        email__iexact=inbound.from_email, removed_at__isnull=True
    ).first()


def read_level(case: Case, inbound: Inbound) -> Level:
    """How far this mail is trusted: see *Trust* in the architecture."""
    return level_of(
        authenticated=inbound.authenticity == "pass",
        address_on_file=find_sender(case, inbound) is not None,
        token=inbound.matched_by == "token",
    )


def take_reply(*, case_id: int, inbound: Inbound, now: datetime) -> Case:
    """File a person's email to its case and do what it may do."""
    with change_case(case_id=case_id, actor=CUSTOMER, now=now) as change:
        if change.case.status is State.AWAITING_CUSTOMER:
            read_along(change.case)
        level = read_level(change.case, inbound)
        change.record(
            "mail_received",
            f"{inbound.from_name or inbound.from_email or 'Somebody'} wrote: “{inbound.subject}”.",
            inbound=inbound,
            level=int(level),
        )
        if level == Level.L0 and check_domain(inbound.from_email.rpartition("@")[2]):
            hold_back(change, inbound, because="It claims to come from us. Staff act at the desk.")
        elif level == Level.L0:
            ask_who_wrote(change, inbound)
        else:
            act_on_reply(change, inbound, level=level)
        return change.case


def read_along(case: Case) -> None:
    """Read what an answer to our questions looks at, by statements that are written once."""
    for name, model, where, order in ALONG:
        found = read_rows(model, "case_id", [case.pk], where=where, order=order)
        keep_related(case, name, found)


def accept_reply(
    *, case_id: int, todo_id: int, actor: Actor, now: datetime, version: int | None = None
) -> Case:
    """A person verified who wrote: the mail counts as one from the address on file."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="mail.file", version=version
    ) as change:
        todo = change.case.todos.filter(pk=todo_id, resolved_at=None).first()
        if todo is None or todo.inbound is None:
            raise NotPossible("Somebody has dealt with this already.")
        todo.resolved_at, todo.resolved_by = now, actor.user
        todo.resolution = "sender verified"
        todo.save()
        change.record("sender_verified", f"{actor.name} verified who wrote.", inbound=todo.inbound)
        act_on_reply(change, todo.inbound, level=Level.L1, vouched=True)
        release_held(case=change.case, now=now)
        return change.case


def hold_back(change: Change, inbound: Inbound, *, because: str) -> None:
    """Into quarantine with it: nobody acts by mail in the desk's own name (THREATS 16)."""
    inbound.status, inbound.problem = Inbound.Status.QUARANTINED, because
    inbound.disposition = Inbound.Disposition.QUARANTINED
    inbound.save(update_fields=["status", "problem", "disposition"])
    ask_about_quarantine(change, inbound)


def ask_who_wrote(change: Change, inbound: Inbound) -> None:
    """Unknown or unauthenticated: stored, shown, and a deadline is held for a bounded time.

    The bound counts from the deadline, so that it stays the same however many such mails come.
    """
    step = change.plan().find_step(DEADLINES.get(change.case.status, ""))
    deadline = (step and step.at) or change.now
    on_file = change.case.customer.contacts.filter(removed_at=None).values_list("email", flat=True)
    resembled = find_lookalike(inbound.from_email, on_file)
    beware = f" Beware: it only resembles {resembled}, which is on file." if resembled else ""
    change.raise_todo(
        "unverified_sender",
        f"Is this really the customer? {inbound.from_email or 'Nobody named'} wrote.{beware}"[:300],
        answers=["accept_reply", "dismiss"],
        inbound=inbound,
        hold_until=deadline + HOLD_UNVERIFIED,
        evidence={
            "authenticity": inbound.authenticity,
            "matched_by": inbound.matched_by,
            "resembles": resembled or "",
        },
    )


def act_on_reply(change: Change, inbound: Inbound, *, level: Level, vouched: bool = False) -> None:
    case = change.case
    if case.status in ANSWERABLE:
        suggest_answers(change, inbound)
    if case.status is State.AWAITING_CUSTOMER and is_after_drop(case, inbound):
        answer_after_end(change, inbound, level=level)
    elif case.status is State.AWAITING_CUSTOMER:
        file_reply(change, inbound=inbound)
        note_wish(change, inbound)
    elif case.status in IN_GRACE and is_after_grace(case, inbound):
        answer_after_end(change, inbound, level=level)
    elif case.status in IN_GRACE:
        answer_in_grace(change, inbound, level=level, vouched=vouched)
    elif case.status is State.EXECUTING and not case.rules.is_reversible:
        answer_no_way_back(change, inbound, level=level)
    elif case.status in BEFORE_DATE or case.status is State.EXECUTING:
        answer_before_end(change, inbound)
    elif case.status is State.RESTORING:
        return
    else:
        answer_after_end(change, inbound, level=level)


def is_after_drop(case: Case, inbound: Inbound) -> bool:
    """Did it come after the drop was due, though the drop itself has still to be done? (R14)"""
    live = (t for t in case.timers.all() if t.fired_at is None and t.cancelled_at is None)
    return any(t.kind == "drop" and inbound.received_at > t.deadline for t in live)


def is_after_grace(case: Case, inbound: Inbound) -> bool:
    """Did it come after the last instant of grace, though nothing has been purged yet? (R21)"""
    ends_at = case.grace_ends_at
    return ends_at is not None and inbound.received_at > find_deadline(
        case=case, kind="close", due_at=ends_at
    )


def read(change: Change, inbound: Inbound, *, phase: str) -> reading.Intent:
    """What they want. History is no word of theirs: where it could not be told apart, unclear."""
    if KEEPS_HISTORY in inbound.evidence:
        return reading.Intent(
            kind=reading.Kind.UNCLEAR,
            confidence=0,
            evidence=(),
            language=change.case.customer.locale,
        )
    customer = change.case.customer
    return reading.read_intent(
        inbound.reply_text,
        locale=customer.locale,
        phase=phase,
        today=local_date(inbound.received_at, customer.timezone),
        month_first=writes_month_first(locale=customer.locale, zone=customer.timezone),
        names=find_names(change.case) if phase == "grace" else (),
        questions=find_questions(change.case) if phase == "questions" else (),
    )


def find_names(case: Case) -> list[str]:
    """What a wish for everything may name: the customer, and the place that is all of the case."""
    places = set(case.items.values_list("item__location__name", flat=True))
    return [name for name in (case.customer.name, *(places if len(places) == 1 else ())) if name]


def find_questions(case: Case) -> list[str]:
    """What we asked, which an answer may repeat."""
    return [question.text for question in case.questions.all()]


def show(intent: reading.Intent) -> dict:
    """The evidence as the screens and the history keep it."""
    return {
        "intent": str(intent.kind),
        "confidence": intent.confidence,
        "language": intent.language,
        "evidence": [asdict(e) for e in intent.evidence],
        "wished_on": intent.wished_on.isoformat() if intent.wished_on else "",
    }


def note_wish(change: Change, inbound: Inbound) -> None:
    """An answer to our questions may also say that they want to stay, or ask for something else: a
    person is told."""
    intent = read(change, inbound, phase="questions")
    if intent.kind in ("withdraw", "reschedule", "question"):
        ask_person(change, inbound, intent, kind="reply_before_date")
    elif intent.beside:
        besides = replace(intent, evidence=intent.beside)
        ask_person(change, inbound, besides, kind="reply_before_date", reason=BESIDES)


def answer_before_end(change: Change, inbound: Inbound) -> None:
    """Before the date a reply is a wish to withdraw or to move; never done on its own (R22)."""
    intent = read(change, inbound, phase="before")
    if intent.kind == "thanks" and intent.is_clear:
        change.record("thanks", "A thank-you: nothing to do.", inbound=inbound, **show(intent))
        return
    ask_person(change, inbound, intent, kind="reply_before_date")


REASONS = {
    "withdraw": "They want to stay.",
    "reschedule": "They want another date.",
    "restore": "They ask to come back.",
    "question": "They ask a question.",
    "thanks": "A thank-you, perhaps.",
    "answer": "They wrote something.",
    "unclear": "It is not clear what they want.",
}
ANSWERS = {
    "reply_before_date": ["withdraw", "reschedule", "dismiss"],
    "restore_unclear": ["restore", "not_a_restore"],
    "restore_asked": ["restore", "decline_restore"],
    "restore_unauthorised": ["restore", "not_a_restore"],
    "answer_after_drop": ["reopen", "dismiss"],
    "reply_after_end": ["open_new_case", "dismiss"],
    "cannot_undo": ["open_new_case", "dismiss"],
}
BESIDES = "They answer, and ask for something else."
TOO_LATE = ("answer_after_drop", "reply_after_end", "cannot_undo")


def ask_person(
    change: Change, inbound: Inbound, intent: reading.Intent, *, kind: str, reason: str = ""
) -> None:
    """A to-do with the sentence that decided; if it came in time it holds what cannot be undone
    (R23)."""
    change.raise_todo(
        kind,
        reason or REASONS[intent.kind],
        answers=ANSWERS[kind],
        inbound=inbound,
        holds=kind not in TOO_LATE,
        evidence=show(intent),
    )


def answer_in_grace(
    change: Change, inbound: Inbound, *, level: Level, vouched: bool = False
) -> None:
    """In grace a reply may be a restore; thanks is none, doubt goes to a person (R23, R24)."""
    case = change.case
    intent = read(change, inbound, phase="grace")
    if intent.kind == "thanks" and intent.is_clear:
        change.record("thanks", "A thank-you is no restore.", inbound=inbound, **show(intent))
        return
    if intent.kind != "restore" or not intent.is_clear:
        ask_person(change, inbound, intent, kind="restore_unclear")
        return
    sender = find_sender(case, inbound)
    if not vouched and (sender is None or not sender.may_restore):
        ask_person(change, inbound, intent, kind="restore_unauthorised")
        return
    if case.status is State.IN_GRACE:
        ask_restore(change, asked_at=inbound.received_at, by=inbound.from_name or "The customer")
    change.record("restore_read", "Read as a wish to come back.", inbound=inbound, **show(intent))
    if level >= Level.L2 and case.rules.restore_by_reply:
        start_restore(change)
    else:
        ask_person(change, inbound, intent, kind="restore_asked")


def answer_after_end(change: Change, inbound: Inbound, *, level: Level) -> None:
    """After the end a reply revives nothing: courtesy, and a person opens a new case (R15, R22)."""
    case = change.case
    if case.status in (State.DROPPED, State.AWAITING_CUSTOMER):
        intent = read(change, inbound, phase="questions")
        ask_person(change, inbound, intent, kind="answer_after_drop")
        return
    intent = read(change, inbound, phase="after")
    if intent.kind == "thanks" and intent.is_clear:
        change.record("thanks", "A thank-you: nothing to do.", inbound=inbound, **show(intent))
        return
    if wants_back(intent) and not case.rules.is_reversible and case.executed_at:
        refuse_return(change, inbound, intent)
        return
    ask_person(change, inbound, intent, kind="reply_after_end")
    answer_by_mail(change, inbound, "after_end")


def answer_no_way_back(change: Change, inbound: Inbound, *, level: Level) -> None:
    """While services end for good: nothing stops it any more, and they are told so (R40)."""
    intent = read(change, inbound, phase="grace")
    if wants_back(intent):
        refuse_return(change, inbound, intent)
    else:
        answer_after_end(change, inbound, level=level)


def wants_back(intent: reading.Intent) -> bool:
    return intent.kind in ("restore", "withdraw")


def refuse_return(change: Change, inbound: Inbound, intent: reading.Intent) -> None:
    """No way leads back: refused with courtesy, and seen by a person (R40)."""
    ask_person(change, inbound, intent, kind="cannot_undo")
    answer_by_mail(change, inbound, "cannot_undo")


def answer_by_mail(change: Change, inbound: Inbound, name: str) -> None:
    """An automatic answer to the person on file, at most one a day to an address (G22)."""
    contact = change.case.contact
    if contact is None or contact.email != inbound.from_email.lower():
        return
    with suppress(TooOften):
        count_against(ANSWER_BY_ADDRESS, contact.email, now=change.now)
        queue_mail(change, name, key=f"{name}:{change.now:%Y%m%d}")
