"""Everything that the case page shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from accounts.models import Contact, User
from cases.domain.acknowledgement import phrase_of_loss
from cases.domain.blockers import BlockerNode, build_tree
from cases.domain.plan import Plan
from cases.domain.states import UNCONFIRMED, State
from cases.models import Case, CaseItem, Draft, Promise, Question, Timer, Todo
from cases.models.case import BEFORE_EXECUTION
from cases.models.planning import plan_with, read_account
from cases.models.question import number_questions
from cases.models.rows import read_rows
from cases.queries.decisions import (
    Decision,
    can_retract,
    explain_decisions,
    list_readings,
)
from cases.queries.portal_state import PortalState, list_acts, read_portal_state
from cases.queries.possible import Possible, list_possible
from cases.queries.story import TABS, Line, Story, pick_lines, read_outline, read_story
from cases.queries.todos import Answer, read_answers
from cases.queries.writing import read_drafts
from notifications.models import Email

LIVE = "t.fired_at IS NULL AND t.cancelled_at IS NULL"


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A reply that leaves at `at` (UTC), in so many seconds, unless it is taken back."""

    email_id: int
    at: datetime
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the page's address asks for: a tab, the whole story, the event of a permalink, all the
    settled questions, and the one of them that is to be opened again. Events go by their number
    in the history."""

    tab: str = "story"
    whole: int | None = None  # and where to go on reading it
    event: int | None = None
    retract: int | None = None
    settled: bool = False


class Shown(NamedTuple):
    """What of a case somebody has seen: its version, and the number of its last event."""

    version: int
    last_sequence: int


@dataclass(frozen=True, kw_only=True)
class CasePage:
    case: Case
    plan: Plan
    tree: tuple[BlockerNode, ...]
    numbers: list[NumberRow]
    story: Story
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
    wish: Wish
    leaving: Leaving | None
    decisions: dict[int, Decision]
    readings: dict[int, dict[str, Any]]
    drafts: dict[str, Draft]
    can_retract: bool

    @property
    def wished_by_mail(self) -> date | None:
        """The day that a mail waiting for an answer wishes for, where it would be lawful (R3)."""
        for todo, _ in self.todos:
            wished = todo.evidence.get("wished_on")
            if wished and date.fromisoformat(wished) >= self.plan.earliest_on:
                return date.fromisoformat(wished)
        return None

    def find_offer(self, name: str) -> Possible | None:
        return next((offer for offer in self.possible if offer.name == name), None)

    @property
    def may_answer(self) -> bool:
        """An answer still changes something: also after the drop, which can be reopened."""
        return self.case.is_open or self.case.status is State.DROPPED

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


def read_case_page(*, case: Case, user: User, now: datetime, wish: Wish | None = None) -> CasePage:
    """The page of one case, which `find_case` has loaded and scoped."""
    wish = wish or Wish()
    tab = wish.tab if wish.tab in TABS else "story"
    todos = read_rows(
        Todo, "case_id", [case.pk], where="t.resolved_at IS NULL", with_=("inbound",),
        without=("inbound__html", "inbound__raw"),
    )  # fmt: skip
    outline = read_outline(case)
    story = read_story(
        outline,
        tab=tab,
        whole=wish.whole is not None,
        asked={todo.inbound_id for todo in todos if todo.inbound_id},
        named=wish.event,
        besides=list_acts(outline),
    )
    items = list(case.items.all())
    account = read_account(case.customer, case=case)
    plan = plan_with(case, account, now=now)
    questions = number_questions(case.questions.all())
    return CasePage(
        case=case,
        plan=plan,
        tree=build_tree(account, plan.blockers),
        numbers=list_numbers(case, items, plan),
        story=story,
        questions=questions,
        items=items,
        item_groups=group_items(items),
        possible=list_possible(case=case, user=user),
        todos=[(t, read_answers(t)) for t in todos],
        timers=read_rows(Timer, "case_id", [case.pk], where=LIVE, order="t.due_at"),
        contacts=read_rows(
            Contact, "customer_id", [case.customer_id], where="t.removed_at IS NULL",
            order="t.is_owner DESC, t.name, t.id",
        ),
        promises=read_rows(
            Promise, "case_id", [case.pk], with_=("made_by", "email"), order="t.number DESC",
            without=("email__html", "email__text", "email__headers"),
        ),
        portal=read_portal_state(case=case, outline=outline, events=story.read),
        counts={name: len(pick_lines(outline, name)) for name in ("mail", "notes")},
        tab=tab,
        wish=wish,
        leaving=find_leaving(outline, user=user, now=now),
        decisions=explain_decisions(
            case=case, user=user, events=story.read, questions=questions, todos=todos,
            outline=outline,
        ),
        readings=list_readings(story.read),
        drafts=read_drafts(case=case, user=user),
        can_retract=can_retract(case, user),
    )  # fmt: skip


def find_leaving(outline: Sequence[Line], *, user: User, now: datetime) -> Leaving | None:
    """This user's own reply that can still be taken back; the newest one."""
    for line in outline:
        if line.email_id is None or line.kind != "mail_reply" or line.actor_id != user.pk:
            continue
        if line.mail == Email.Status.QUEUED and line.not_before and line.not_before > now:
            seconds = max(1, round((line.not_before - now).total_seconds()))
            return Leaving(email_id=line.email_id, at=line.not_before, seconds=seconds)
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
