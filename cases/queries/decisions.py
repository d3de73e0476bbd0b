"""What the desk decided by itself on a case: on what evidence, and how a person reverses it.

Made from the events that the page has read anyway; nothing here asks the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.roles import may
from cases.domain.dates import local_date
from cases.domain.states import UNCONFIRMED, State
from cases.domain.trust import Level
from cases.domain.words import count_of, write_date
from cases.models import Case, Event, Question, Todo
from cases.queries.story import Line
from notifications.models import Inbound

Fate = Inbound.Disposition
LEVELS = {
    Level.L0: "Not authenticated, or not from an address on file: nothing was done about it.",
    Level.L1: "Authenticated, and from an address on file.",
    Level.L2: "Authenticated, from an address on file, to this case's own address.",
    Level.L3: "Signed in with a code on their page.",
}
CLEAR = 0.8


@dataclass(frozen=True, kw_only=True)
class Reversal:
    """“That's wrong”: a verb of the case page with its fields; `asks` where it has a form
    that asks for more."""

    label: str
    verb: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    asks: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One automatic decision: what it was, the lines that it rests on, how to reverse it."""

    title: str
    evidence: tuple[str, ...] = ()
    reversals: tuple[Reversal, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the explanations are made of."""

    case: Case
    user: User
    events: Sequence[Event]  # newest first
    lines: Sequence[Event | Line]  # of all the history, newest first
    readings: dict[int, dict[str, Any]]  # by the mail that was read
    questions: dict[int, Question]
    asked: frozenset[int]  # mails about which a person is asked already


def explain_decisions(
    *,
    case: Case,
    user: User,
    events: Sequence[Event],
    questions: Sequence[Question],
    todos: Sequence[Todo],
    outline: Sequence[Line] | None = None,
) -> dict[int, Decision]:
    """The decisions among these events, by the event's id; `todos` are the case's open ones.

    `outline` is the whole history where the events are not all of it.
    """
    facts = Facts(
        case=case,
        user=user,
        events=events,
        lines=events if outline is None else outline,
        readings=list_readings(events),
        questions={question.pk: question for question in questions},
        asked=frozenset(todo.inbound_id for todo in todos if todo.inbound_id),
    )
    found: dict[int, Decision] = {}
    for event in events:
        explain = EXPLAINED.get(event.kind)
        decision = explain(event, facts) if explain else None
        if decision is not None:
            found[event.pk] = decision
    return found


def list_readings(events: Sequence[Event]) -> dict[int, dict[str, Any]]:
    """What was read in each mail: kept on the event that acted on it."""
    return {
        event.inbound_id: event.data
        for event in events
        if event.inbound_id is not None and event.data.get("intent")
    }


# -- one explanation for each kind of event ------------------------------------------------------
def explain_reply(event: Event, facts: Facts) -> Decision | None:
    """A mail that counts as a person's answer."""
    mail = event.inbound
    if mail is None:
        return None
    reading = facts.readings.get(mail.pk)
    evidence = [LEVELS[Level(event.data.get("level", 0))], *say_in_time(facts.case, mail)]
    title = "Taken for a person's own words"
    if reading:
        sure = "clear" if reading.get("confidence", 0) >= CLEAR else "not sure"
        title = f"Read as: {reading['intent']}, {sure}"
    reversals = []
    if mail.disposition == Fate.ANSWER and may(facts.user, "mail.file"):
        fields = {"inbound": mail.pk}
        if reading and mail.pk not in facts.asked:
            reversals.append(
                Reversal(label="Let a person read it", verb="look_again", fields=fields)
            )
        reversals.append(Reversal(label="Nobody wrote this", verb="mark_automatic", fields=fields))
    return Decision(title=title, evidence=tuple(evidence), reversals=tuple(reversals))


def say_in_time(case: Case, mail: Inbound) -> list[str]:
    """How it stood to the end of grace, by our receipt time (R21)."""
    if not case.grace_ends_at or not case.executed_at or mail.received_at < case.executed_at:
        return []
    days = (case.grace_ends_at - mail.received_at).days
    if mail.received_at > case.grace_ends_at:
        return ["It came after the end of grace."]
    return [f"It came {count_of(days, 'day')} before the end of grace."]


def explain_automatic(event: Event, facts: Facts) -> Decision | None:
    """A mail that counts as nobody's answer."""
    mail = event.inbound
    if mail is None:
        return None
    return Decision(
        title=f"Taken for: {mail.get_kind_display()}",
        evidence=tuple(event.data.get("evidence") or mail.evidence),
        reversals=offer_human(mail, facts.user),
    )


def explain_bounce(event: Event, facts: Facts) -> Decision | None:
    """A mail of ours that did not arrive."""
    mail, case = event.inbound, facts.case
    reversals = list(offer_human(mail, facts.user)) if mail else []
    if case.status is State.AWAITING_CUSTOMER and case.ask_paused_because:
        reversals.append(Reversal(label="They have the questions", verb="note_told"))
    evidence = tuple(mail.evidence) if mail else (event.email.error,) if event.email else ()
    return Decision(
        title="Counts as not delivered",
        evidence=tuple(line for line in evidence if line),
        reversals=tuple(reversals),
    )


def offer_human(mail: Inbound, user: User) -> tuple[Reversal, ...]:
    if mail.disposition not in (Fate.AUTOMATIC, Fate.BOUNCE) or not may(user, "mail.file"):
        return ()
    return (Reversal(label="A person wrote this", verb="mark_human", fields={"inbound": mail.pk}),)


def explain_drop(event: Event, facts: Facts) -> Decision:
    """Dropped because nobody answered: what went out, and that nothing came (R9)."""
    before = [e for e in facts.lines if e.sequence < event.sequence]
    zone = facts.case.zone
    asked = next((e.at for e in before if e.kind in ("asked_delivered", "asked_otherwise")), None)
    reminded = [
        e.at for e in before if e.kind == "reminder_delivered" and (not asked or e.at > asked)
    ]
    evidence = [f"The questions were accepted {write_on(asked, zone)}."] if asked else []
    evidence += [f"A reminder was accepted {write_on(at, zone)}." for at in reversed(reminded)]
    evidence.append("No person's answer came in time.")
    reversals: tuple[Reversal, ...] = ()
    if facts.case.status is State.DROPPED and may(facts.user, "case.reopen"):
        reversals = (Reversal(label="Reopen the case", verb="reopen", asks=True),)
    return Decision(title="Dropped by the policy", evidence=tuple(evidence), reversals=reversals)


def write_on(at: datetime, zone: str) -> str:
    return f"on {write_date(local_date(at, zone))}"


def explain_restore(event: Event, facts: Facts) -> Decision | None:
    """Restored by a reply, without an agent."""
    if event.actor_id is not None:
        return None
    wish = next((e for e in facts.events if e.kind == "restore_read"), None)
    if wish is None or wish.inbound is None:
        return None
    reversals: tuple[Reversal, ...] = ()
    if may(facts.user, "mail.file") and wish.inbound.disposition == Fate.ANSWER:
        fields = {"inbound": wish.inbound_id}
        reversals = (Reversal(label="Have a person decide", verb="look_again", fields=fields),)
    return Decision(
        title="Restored by their reply",
        evidence=(
            "The wish was clear, and the sender may restore.",
            LEVELS[Level.L2],
            *say_in_time(facts.case, wish.inbound),
        ),
        reversals=reversals,
    )


def explain_answer(event: Event, facts: Facts) -> Decision | None:
    """An answer that was read from a mail."""
    question = facts.questions.get(event.data.get("question", 0))
    if event.inbound_id is None or question is None:
        return None
    quote, line = event.data.get("quote", ""), event.data.get("line")
    evidence = (f"They wrote “{quote}”, line {line} of their email.",) if quote else ()
    reversals: tuple[Reversal, ...] = ()
    if question.answered_at == event.at and can_retract(facts.case, facts.user):
        fields = {"question": question.pk}
        reversals = (
            Reversal(label="Open the question again", verb="retract_answer", fields=fields),
        )
    return Decision(title="Read from their email", evidence=evidence, reversals=reversals)


def can_retract(case: Case, user: User) -> bool:
    open_to_it = case.status in UNCONFIRMED or case.status is State.DROPPED
    return open_to_it and may(user, "case.edit")


EXPLAINED: dict[str, Callable[[Event, Facts], Decision | None]] = {
    "answered": explain_answer,
    "automatic_mail": explain_automatic,
    "dropped": explain_drop,
    "mail_received": explain_reply,
    "mail_undelivered": explain_bounce,
    "restoring": explain_restore,
}
