"""What every action shares: one transaction, one lock, one actor, one version.

An action opens `change_case(...)`, moves the case, records events, queues mail. On leaving, the
case is saved with a new version and its timers are made again from its plan, in the same
transaction (G4). Lock order is always case, then timer, then outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django_fsm import TransitionNotAllowed
from structlog.contextvars import bound_contextvars

from accounts.models import Contact, User
from accounts.roles import may
from accounts.scoping import brand_ids_of
from cases.actions.notices import tell_owner
from cases.actions.work import BulkWork, Work
from cases.domain import trust
from cases.domain.plan import Plan
from cases.domain.states import Turn
from cases.models import Case, Event, Todo
from cases.models.planning import plan_case
from cases.models.rows import read_rows
from notifications.bulk import make_new
from notifications.models import Email, Inbound


class ActionError(Exception):
    """An expected refusal, in words for the person who asked."""


class NotAllowed(ActionError):
    """This person may not do this, or may not see this case."""


class NotPossible(ActionError):
    """The case is in a state, or lacks something, that rules this out now."""


class CaseChanged(ActionError):
    """Somebody else changed the case since the page was loaded (R54)."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a member of staff, the customer, or the desk itself.

    A customer on a page of ours has a `contact` and a trust `level`; a mail from them has neither:
    `cases.actions.replies` reads its level itself.
    """

    kind: str
    user: User | None = None
    label: str = ""  # what acts on the desk's behalf, such as the billing system by its key
    contact: Contact | None = None
    level: trust.Level | None = None

    @classmethod
    def staff(cls, user: User) -> Actor:
        return cls(kind="user", user=user)

    @classmethod
    def customer(cls, contact: Contact, level: trust.Level) -> Actor:
        """A contact of the customer, as far as they have proven who they are."""
        return cls(kind="customer", contact=contact, level=level)

    @property
    def name(self) -> str:
        if self.user:
            return self.user.display_name
        if self.contact:
            return self.contact.name
        return self.label or {"customer": "The customer", "desk": "The desk"}[self.kind]


CUSTOMER = Actor(kind="customer")
DESK = Actor(kind="desk")


@dataclass(kw_only=True)
class Change:
    """One unit of work on one locked case."""

    case: Case
    actor: Actor
    now: datetime
    quiet: bool = False  # told in the history, but no reason to refuse somebody's open form
    events: list[Event] = field(default_factory=list)  # what this change wrote, in order
    replan: bool = True  # false where only a change of state can change what will happen
    work: Work = field(default_factory=Work)

    def __post_init__(self) -> None:
        self.work.watch(self.case)
        self._state, self._sequence = self.case.state, self.case.last_sequence

    def move(self, transition_method: Callable[..., Any], /, **facts: Any) -> None:
        """Run one FSM transition, with a refusal that a person can read."""
        label = transition_method.__name__.replace("_", " ")
        try:
            transition_method(**facts)
        except TransitionNotAllowed as error:
            raise NotPossible(
                f"{label.capitalize()} is not possible: {explain_refusal(self.case, label)}"
            ) from error

    def record(
        self,
        kind: str,
        summary: str,
        *,
        email: Email | None = None,
        inbound: Inbound | None = None,
        **data: Any,
    ) -> Event:
        """Append one line to the history and to its chain (G16)."""
        self.case.last_sequence += 1
        if self.actor.label:
            data = {"by": self.actor.label, **data}
        actor = self.actor
        event = make_new(
            Event,
            case_id=self.case.pk,
            sequence=self.case.last_sequence,
            kind=kind,
            at=self.now,
            actor_kind=actor.kind,
            actor_id=actor.user and actor.user.pk,
            contact_id=actor.contact and actor.contact.pk,
            level=actor.level,
            summary=summary,
            data=data,
            email_id=email and email.pk,
            inbound_id=inbound and inbound.pk,
        )
        event.hash = self.case.last_hash = event.make_hash(previous=self.case.last_hash)
        self.work.add(event)
        self.events.append(event)
        return event

    def raise_todo(
        self,
        kind: str,
        reason: str,
        *,
        answers: list[str],
        inbound: Inbound | None = None,
        holds: bool = True,
        hold_until: datetime | None = None,
        evidence: dict[str, Any] | None = None,
    ) -> Todo:
        """Ask a person; the same open question about the same mail is asked once."""
        todo, created = Todo.objects.get_or_create(
            case=self.case,
            kind=kind,
            inbound=inbound,
            item=None,
            resolved_at=None,
            defaults={
                "reason": reason,
                "answers": answers,
                "holds": holds,
                "hold_until": hold_until,
                "evidence": evidence or {},
                "created_at": self.now,
            },
        )
        forget_prefetched(self.case, "todos")
        if created:
            self.record("todo_raised", reason, inbound=inbound, todo=todo.pk, todo_kind=kind)
        return todo

    def resolve_todos(self, *, kinds: tuple[str, ...] = (), resolution: str) -> None:
        """Close open to-dos of the case (of these kinds, or all of them)."""
        todos = self.case.todos.filter(resolved_at__isnull=True)
        if kinds:
            todos = todos.filter(kind__in=kinds)
        todos.update(resolved_at=self.now, resolved_by=self.actor.user, resolution=resolution)
        forget_prefetched(self.case, "todos")

    def wrote(self, *kinds: str) -> bool:
        """Has an event of one of these kinds been recorded in this change?"""
        return any(event.kind in kinds for event in self.events)

    def plan(self, **changes: Any) -> Plan:
        return plan_case(self.case, now=self.now, **changes)

    def finish(self) -> None:
        """Save the case with a new version and make its timers those of its plan."""
        from cases.actions.assignment import find_owner
        from cases.actions.timers import plan_timers

        case = self.case
        if case.last_sequence == self._sequence:
            return  # nothing happened: every change writes an event
        moved = case.state != self._state
        if moved:
            case.state_since = self.now
        if not self.quiet:
            case.version += 1
        turn, case.turn = case.turn, case.find_turn()
        if case.turn == Turn.US and (turn != Turn.US or self.wrote("todo_raised")):
            find_owner(self)
        if moved or self.replan:
            plan_timers(case=case, now=self.now, work=self.work)
        self.work.save(case)
        tell_owner(self)


def explain_refusal(case: Case, label: str) -> str:
    """Why a transition is refused now, in a sentence."""
    if label == "confirm" and case.verified_at is None:
        return "the caller has not been verified yet."
    if label == "confirm" and any(q.is_open and q.required for q in case.questions.all()):
        return "there are questions that the customer has not answered."
    if label == "request information" and not any(q.is_open for q in case.questions.all()):
        return "there is no open question to ask."
    if label == "settle" and case.final_bill is not None:
        return "the final bill must be issued and paid, and the balance cleared."
    if case.rules.grace_days == 0 and "restore" in label:
        return "under this policy a cancellation cannot be undone."
    return f"the case is now “{case.status.label}”."


def forget_prefetched(case: Case, name: str) -> None:
    """Rows of this case were written: whoever asks for them next asks the database."""
    getattr(case, "_prefetched_objects_cache", {}).pop(name, None)


READ_BY_ALL = ("brand", "customer", "contact", "policy_version", "thread", "owner")


def lock_case(case_id: int) -> Case:
    """The case under its row lock, with what every action reads. Raises Case.DoesNotExist."""
    for case in read_rows(Case, "id", [case_id], with_=READ_BY_ALL, lock=True):
        return case
    raise Case.DoesNotExist


@contextmanager
def change_case(
    *,
    case_id: int,
    actor: Actor,
    now: datetime,
    deed: str | None = None,
    trusted: trust.Deed | None = None,
    version: int | None = None,
    lines: int = 1,
) -> Iterator[Change]:
    """Lock, check, let the action work, then save, plan the timers and commit.

    `deed` is what a role must allow to staff, `trusted` what a level of trust must allow to the
    customer; an action without it is not for customers. Where about so many `lines` of history
    come of it, they are written together at the end.

    Raises `NotAllowed` when the actor may not, `CaseChanged` when `version` is stale.
    """
    with bound_contextvars(case=case_id), transaction.atomic():
        case = lock_case(case_id)
        check_actor(actor, deed=deed, trusted=trusted, case=case)
        if version is not None and version != case.version:
            raise CaseChanged(
                "Someone changed this case while you were looking at it. Nothing was overwritten."
            )
        work = BulkWork([case], block=lines) if lines > 1 else Work()
        change = Change(case=case, actor=actor, now=now, work=work)
        yield change
        change.finish()
        work.flush()


# What a contact must be entitled to beside the level (R24); the rest any contact may.
RIGHTS = {
    trust.Deed.OPEN_CASE: "may_cancel",
    trust.Deed.CONFIRM: "may_cancel",
    trust.Deed.WITHDRAW: "may_cancel",
    trust.Deed.RESCHEDULE: "may_cancel",
    trust.Deed.TERMINATE: "may_cancel",
    trust.Deed.DISABLE_PROTECTION: "may_cancel",
    trust.Deed.RELEASE_NUMBER: "may_cancel",
    trust.Deed.ACCEPT_LOSS: "may_cancel",
    trust.Deed.RESTORE_BY_ITSELF: "may_restore",
}


def check_actor(
    actor: Actor, *, deed: str | None, case: Case, trusted: trust.Deed | None = None
) -> None:
    """Staff need the deed by role and the brand by scope; a customer the level and the right."""
    if actor.kind == "customer":
        check_customer(actor, deed=deed, trusted=trusted, case=case)
    if actor.user is None:
        return
    seen = brand_ids_of(actor.user)
    if seen is not None and case.brand_id not in seen:
        raise NotAllowed("There is no such case.")
    if deed and not may(actor.user, deed):
        raise NotAllowed("Your role does not allow this. A supervisor can help.")


def check_customer(
    actor: Actor, *, deed: str | None, trusted: trust.Deed | None, case: Case
) -> None:
    """A contact of this very customer, trusted and entitled enough for this (G15, R24)."""
    contact, level = actor.contact, actor.level
    if contact is None or level is None:
        if deed or trusted:
            raise NotAllowed("Nobody has said who they are.")
        return  # a mail, whose level is read from the mail itself
    if contact.customer_id != case.customer_id or contact.removed_at is not None:
        raise NotAllowed("There is no such case.")
    if trusted is None:
        raise NotAllowed("This is not yours to do. Write or call us, and we help.")
    if not trust.may(level, trusted):
        raise NotAllowed("First show that it is you: ask for a code by email and enter it.")
    right = RIGHTS.get(trusted)
    if right and not getattr(contact, right):
        raise NotAllowed("You are not entitled to this. Ask the owner of the account to do it.")
