"""Everything that the case page shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import Contact, User
from cases.domain.acknowledgement import phrase_of_loss
from cases.domain.blockers import BlockerNode, build_tree
from cases.domain.plan import Plan
from cases.domain.states import UNCONFIRMED, State
from cases.models import Case, CaseItem, Draft, Event, Promise, Question, Timer, Todo
from cases.models.case import BEFORE_EXECUTION
from cases.models.planning import plan_with, read_account
from cases.models.question import number_questions
from cases.models.timer import LIVE
from cases.queries.decisions import (
    Decision,
    can_retract,
    explain_decisions,
    list_readings,
)
from cases.queries.portal_state import PortalState, read_portal_state
from cases.queries.possible import Possible, list_possible
from cases.queries.todos import Answer, read_answers
from cases.queries.writing import read_drafts

TABS = ("story", "mail", "notes", "evidence")
MAIL_KINDS = ("mail_received", "automatic_mail")
# What happens on the way and is told by something else: shown under *evidence* only.
BACKGROUND = (
    "mail_accepted",
    "reminder_delivered",
    "asked_delivered",
    "todo_raised",
    "item_deactivated",
    "item_ended",
    "item_restored",
)


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A reply that leaves at `at` (UTC), in so many seconds, unless it is taken back."""

    email_id: int
    at: datetime
    seconds: int


@dataclass(frozen=True, kw_only=True)
class CasePage:
    case: Case
    plan: Plan
    tree: tuple[BlockerNode, ...]
    numbers: list[NumberRow]
    story: list[Event]
    questions: list[Question]
    items: list[CaseItem]
    item_groups: list[dict[str, Any]]
    possible: list[Possible]
    todos: list[tuple[Todo, list[Answer]]]
    timers: list[Timer]
    contacts: list[Contact]
    promises: list[Promise]
    portal: PortalState
    counts: dict[str, int]
    tab: str
    leaving: Leaving | None
    decisions: dict[int, Decision]
    readings: dict[int, dict[str, Any]]
    drafts: dict[str, Draft]
    can_retract: bool

    @property
    def clear_answers(self) -> list[Question]:
        """What was read from a reply so plainly that all of it can be accepted at once."""
        return [q for q in self.questions if q.is_suggested and q.suggested_sure]

    @property
    def wished_by_mail(self) -> date | None:
        """The day that a mail waiting for an answer wishes for, where it would be lawful (R3)."""
        for todo, _ in self.todos:
            wished = todo.evidence.get("wished_on")
            if wished and date.fromisoformat(wished) >= self.plan.earliest_on:
                return date.fromisoformat(wished)
        return None

    @property
    def next_step(self) -> Possible | None:
        return next((p for p in self.possible if p.primary), None)

    @property
    def can_ask_exception(self) -> bool:
        """A lower fee or a shorter notice, before anything went down."""
        return self.case.status in BEFORE_EXECUTION

    @property
    def can_be_stuck(self) -> bool:
        """Under a policy without us, or while the account waits for its bill (R51)."""
        case = self.case
        waits = case.status in UNCONFIRMED and case.rules.channel == "self_service"
        return waits or case.status is State.AWAITING_FINAL_BILL

    @property
    def countdown(self) -> Timer | None:
        return self.timers[0] if self.timers else None


def read_case_page(*, case: Case, user: User, now: datetime, tab: str) -> CasePage:
    """The page of one case, which `shared.get_case` has loaded and scoped."""
    tab = tab if tab in TABS else "story"
    events = list(
        case.events.select_related("actor", "email", "inbound")
        .defer("inbound__raw", "inbound__html", "email__html", "email__headers")
        .order_by("-sequence")
    )
    todos = list(case.todos.filter(resolved_at=None).select_related("inbound").order_by("id"))
    items = list(case.items.all())
    account = read_account(case.customer, case=case)
    plan = plan_with(case, account, now=now)
    questions = number_questions(case.questions.all())
    return CasePage(
        case=case,
        plan=plan,
        tree=build_tree(account, plan.blockers),
        numbers=list_numbers(case, items, plan),
        story=pick_events(events, tab),
        questions=questions,
        items=items,
        item_groups=group_items(items),
        possible=list_possible(case=case, user=user),
        todos=[(t, read_answers(t)) for t in todos],
        timers=list(case.timers.filter(LIVE).order_by("due_at")),
        contacts=list(case.customer.contacts.filter(removed_at=None)),
        promises=list(case.promises.select_related("made_by", "email").order_by("-number")),
        portal=read_portal_state(case=case, events=events),
        counts={t: len(pick_events(events, t)) for t in ("mail", "notes")},
        tab=tab,
        leaving=find_leaving(events, user=user, now=now),
        decisions=explain_decisions(
            case=case, user=user, events=events, questions=questions, todos=todos
        ),
        readings=list_readings(events),
        drafts=read_drafts(case=case, user=user),
        can_retract=can_retract(case, user),
    )


def find_leaving(events: list[Event], *, user: User, now: datetime) -> Leaving | None:
    """This user's own reply that can still be taken back; the newest one."""
    for event in events:
        email = event.email
        if email is None or event.kind != "mail_reply" or event.actor_id != user.pk:
            continue
        if email.status == email.Status.QUEUED and email.not_before and email.not_before > now:
            seconds = max(1, round((email.not_before - now).total_seconds()))
            return Leaving(email_id=email.pk, at=email.not_before, seconds=seconds)
    return None


@dataclass(frozen=True, kw_only=True)
class NumberRow:
    """A number whose disposition is asked for. `phrase` is what accepts its loss in typing while
    its port is under way; empty when there is nothing to accept."""

    case_item: CaseItem
    phrase: str
    open: bool


def list_numbers(case: Case, items: list[CaseItem], plan: Plan) -> list[NumberRow]:
    """The numbers whose disposition is asked for, or was recorded (R35, R37)."""
    if not case.rules.number_disposition_required:
        return []
    porting = {b.item_id for b in plan.blockers if b.kind == "port_pending"}
    unconfirmed = case.status in UNCONFIRMED
    return [
        NumberRow(case_item=i, phrase=phrase_for(case, i, porting), open=unconfirmed)
        for i in items
        if i.item.kind == "number" and (unconfirmed or i.disposition)
    ]


def phrase_for(case: Case, case_item: CaseItem, porting: set[str | None]) -> str:
    """Staff note a verified caller's word, and only where staff may end services at all."""
    if str(case_item.item_id) not in porting or not case.rules.agent_may_execute:
        return ""
    number = case_item.item.identifier or case_item.item.label
    return phrase_of_loss([number], case.customer.locale)


def pick_events(events: list[Event], tab: str) -> list[Event]:
    """The events of one tab, newest first."""
    if tab == "mail":
        return [e for e in events if e.kind in MAIL_KINDS or is_sent(e)]
    if tab == "notes":
        return [e for e in events if e.kind == "note"]
    if tab == "evidence":
        return events
    return drop_repeats([e for e in events if e.kind not in BACKGROUND])


def drop_repeats(events: list[Event]) -> list[Event]:
    """Of the failures of one service the newest alone: it says which attempt it was."""
    seen: set[int] = set()
    kept = []
    for event in events:
        if event.kind == "item_failed":
            if event.data.get("item") in seen:
                continue
            seen.add(event.data.get("item"))
        kept.append(event)
    return kept


def is_sent(event: Event) -> bool:
    """The line that tells of an email as it was queued, not of what happened to it later."""
    return event.email_id is not None and event.kind not in (
        "mail_accepted",
        "mail_undelivered",
        "reply_taken_back",
    )


def group_items(items: list[CaseItem]) -> list[dict[str, Any]]:
    """Items of one kind and outcome on one line: “12 extensions · in grace”."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for case_item in items:
        key = (case_item.item.kind, case_item.outcome)
        group = groups.setdefault(
            key, {"kind": case_item.item.kind, "outcome": case_item.outcome, "items": []}
        )
        group["items"].append(case_item)
    return list(groups.values())
