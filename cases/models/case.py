"""The case: one request to cancel, and the state machine that it lives by.

Transitions here only check guards and set fields. Who may, what is written, what is mailed and
which timers follow is the business of `cases.actions`, the only writers.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.phones import E164_PATTERN
from cases.domain.policy import Policy
from cases.domain.states import OPEN, TURN, State, Turn
from cases.models.item import Outcome

if TYPE_CHECKING:
    from accounts.models import Bill
    from cases.models.todo import Todo
    from notifications.models import Email

UNCONFIRMED = (State.INTAKE, State.AWAITING_CUSTOMER, State.IN_REVIEW)
BEFORE_EXECUTION = (*UNCONFIRMED, State.SCHEDULED)
# Stands for "nothing is due" where cases are ordered by what is: after everything.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
CHANNELS = [("phone", "phone"), ("page", "the customer's page"), ("email", "email")]


def has_no_open_questions(case: Any) -> bool:
    return not any(q.is_open and q.required for q in case.questions.all())


def has_open_questions(case: Any) -> bool:
    return any(q.is_open for q in case.questions.all())


def is_verified(case: Any) -> bool:
    """Only a verified caller (trust L3) confirms a cancellation."""
    return case.verified_at is not None


def is_reversible(case: Any) -> bool:
    return case.rules.grace_days > 0


def nothing_went_down(case: Any) -> bool:
    """Before the date; on it, as long as every service waits for a person or was kept (R28)."""
    return case.status is not State.EXECUTING or all(
        item.outcome in (Outcome.STOPPED, Outcome.KEPT) for item in case.items.all()
    )


def is_paid_and_cleared(case: Any) -> bool:
    """R50: the final bill was issued and paid, and nothing is owed beside it."""
    return case.final_bill.status == "paid" and case.customer.balance <= 0


class Case(FSMModelMixin, models.Model):
    number = models.CharField(max_length=24, unique=True)
    # Where a longer index of the queue begins with a column, it has none of its own; nor has one
    # that nobody looks for: each index costs every change of a case.
    brand = models.ForeignKey(
        "accounts.Brand", on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    customer = models.ForeignKey(
        "accounts.Customer", on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    contact = models.ForeignKey(
        "accounts.Contact", null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    caller_name = models.CharField(max_length=120, blank=True)
    # E.164: the line they call from.
    caller_phone = models.CharField(max_length=16, blank=True, default="", db_default="")
    owner = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
    )
    # How the request came in, which explains who opened the case: on their own page customers do.
    channel = models.CharField(max_length=10, choices=CHANNELS, default="phone")
    opened_by = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    policy_version = models.ForeignKey(
        "cases.PolicyVersion", on_delete=models.PROTECT, db_index=False
    )
    thread = models.OneToOneField(
        "notifications.Thread", on_delete=models.PROTECT, related_name="case"
    )
    state = FSMField(default=State.INTAKE, protected=True, choices=[(s, s.label) for s in State])
    state_since = models.DateTimeField()
    # Whose turn it is: the state's own, or ours while a to-do is open. Kept by every action, so
    # that the queue's main cut is one index away at any size.
    turn = models.CharField(
        max_length=10, choices=[(t, t.label) for t in Turn], default=Turn.US, editable=False
    )
    # What comes next by itself: the earliest live timer. Kept with the timers, for the same reason.
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    due_order = models.GeneratedField(
        expression=Coalesce("due_at", Value(NEVER)),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    version = models.PositiveIntegerField(default=1)
    # The end of the history, by number and hash: what was cut off there would be missed (G16).
    last_sequence = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True, editable=False)

    # The call.
    received_at = models.DateTimeField()
    notice_started_at = models.DateTimeField()
    wished_on = models.DateField(null=True, blank=True)
    whole_account = models.BooleanField(default=False)
    reason = models.CharField(max_length=60, blank=True)
    checks = models.JSONField(default=list, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    read_out_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)

    # The questions in the air: the clock runs from the acceptance of the mail (R12).
    asked_email = models.ForeignKey(
        "notifications.Email", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ask_round = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    ask_paused_because = models.CharField(max_length=200, blank=True)
    reminders_accepted = ArrayField(models.DateTimeField(), default=list, blank=True)

    # The promise and what became of it.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    # What was granted for this case alone (cases.actions.approvals): the fee at most, in the
    # customer's currency, and the earliest end although the notice is not over.
    agreed_fee = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    execution_started_at = models.DateTimeField(null=True, blank=True)
    # Where the policy gives a time in seconds: when all must be down, and when we told that
    # they were not (R39).
    execution_due_at = models.DateTimeField(null=True, blank=True)
    execution_late_at = models.DateTimeField(null=True, blank=True)
    executed_at = models.DateTimeField(null=True, blank=True)
    grace_ends_at = models.DateTimeField(null=True, blank=True)
    restore_asked_at = models.DateTimeField(null=True, blank=True)
    final_notice_at = models.DateTimeField(null=True, blank=True)
    # The bill after which the account may close: awaited from the end of the services on (R50).
    final_bill = models.ForeignKey(
        "accounts.Bill",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    # Since then nothing personal of it is kept (G27).
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCHEDULED)
                | Q(confirmed_at__isnull=False, effective_on__isnull=False),
                name="scheduled_has_promise",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.IN_GRACE, State.RESTORE_REQUESTED])
                | Q(executed_at__isnull=False, grace_ends_at__isnull=False),
                name="grace_follows_execution",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.AWAITING_FINAL_BILL) | Q(final_bill__isnull=False),
                name="billing_awaits_a_bill",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="case_version_positive"),
            models.CheckConstraint(
                condition=Q(channel__in=["phone", "email"], opened_by__isnull=False)
                | Q(channel="page", opened_by=None),
                name="case_channel_says_who_opened",
            ),
            models.CheckConstraint(
                condition=Q(caller_phone="") | Q(caller_phone__regex=E164_PATTERN),
                name="case_caller_phone_is_e164",
            ),
        ]
        indexes = [
            # The queue: a tab in each order that it offers, of all, of a person, of a brand.
            models.Index(fields=["turn", "state_since", "id"], name="case_by_turn"),
            models.Index(fields=["owner", "turn", "state_since", "id"], name="case_by_owner"),
            models.Index(fields=["brand", "turn", "state_since", "id"], name="case_by_brand"),
            models.Index(fields=["turn", "due_order", "id"], name="case_due_by_turn"),
            models.Index(fields=["owner", "turn", "due_order", "id"], name="case_due_by_owner"),
            models.Index(fields=["brand", "turn", "due_order", "id"], name="case_due_by_brand"),
            models.Index(fields=["turn", "received_at", "id"], name="case_calls_by_turn"),
            models.Index(fields=["owner", "turn", "received_at", "id"], name="case_calls_by_owner"),
            models.Index(fields=["brand", "turn", "received_at", "id"], name="case_calls_by_brand"),
            models.Index(fields=["state", "state_since", "id"], name="case_by_state"),
            models.Index(fields=["customer", "-received_at"], name="case_by_customer"),
            models.Index(
                fields=["final_bill"], condition=Q(final_bill__isnull=False), name="case_by_bill"
            ),
            models.Index(
                fields=["ended_at", "id"],
                condition=Q(ended_at__isnull=False, erased_at=None),
                name="case_to_erase",
            ),
            models.Index(
                fields=["execution_due_at"],
                condition=Q(
                    state=State.EXECUTING,
                    execution_due_at__isnull=False,
                    execution_late_at__isnull=True,
                ),
                name="case_execution_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def rules(self) -> Policy:
        """The policy that this case lives by: frozen from confirmation on (R52)."""
        return self.policy_version.rules

    @property
    def status(self) -> State:
        return State(self.state)

    def find_turn(self) -> Turn:
        """Whose turn it is now: ours while anything waits for a person."""
        return Turn.US if self.find_open_todos() else TURN[self.status]

    def find_open_todos(self) -> list[Todo]:
        """What waits for a person, oldest first; no query where the to-dos were fetched before."""
        return [todo for todo in self.todos.all() if todo.resolved_at is None]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def zone(self) -> str:
        """The customer's IANA time zone, in which every date of the case is meant (R5)."""
        return self.customer.timezone

    # -- before the confirmation ------------------------------------------------------------
    @transition(
        field=state,
        source=[State.INTAKE, State.IN_REVIEW],
        target=State.AWAITING_CUSTOMER,
        conditions=[has_open_questions],
    )
    def request_information(self, *, email: Email) -> None:
        self.start_asking(email=email)

    def start_asking(self, *, email: Email | None) -> None:
        """A new round of questions; its clock waits until the mail is accepted (R12)."""
        self.ask_round += 1
        self.asked_email = email
        self.asked_at = None
        self.ask_paused_because = ""
        self.reminders_accepted = []

    @transition(field=state, source=[State.INTAKE, State.IN_REVIEW], target=State.AWAITING_CUSTOMER)
    def hand_over(self, *, email: Email | None = None) -> None:
        """The customer goes on by themselves; a mailed link starts the clock, a page does not."""
        if email is not None:
            self.start_asking(email=email)

    @transition(field=state, source=State.AWAITING_CUSTOMER, target=State.IN_REVIEW)
    def file_reply(self) -> None:
        pass

    @transition(field=state, source=State.IN_REVIEW, target=State.AWAITING_CUSTOMER)
    def wait_again(self, *, now: datetime) -> None:
        """What was taken for an answer was none: the clock starts afresh, at `now` (R11, R12)."""
        self.start_asking(email=self.asked_email)
        self.asked_at = now

    @transition(field=state, source=State.AWAITING_CUSTOMER, target=State.DROPPED)
    def drop(self, *, now: datetime) -> None:
        self.ended_at = now

    @transition(field=state, source=State.DROPPED, target=State.IN_REVIEW)
    def reopen(self, *, now: datetime) -> None:
        self.notice_started_at, self.agreed_on = now, None
        self.ended_at = None

    @transition(
        field=state,
        source=UNCONFIRMED,
        target=State.SCHEDULED,
        conditions=[has_no_open_questions, is_verified],
    )
    def confirm(self, *, effective_on: date, now: datetime) -> None:
        self.confirmed_at = now
        self.effective_on = effective_on

    @transition(field=state, source=State.SCHEDULED, target=State.SCHEDULED)
    def reschedule(self, *, effective_on: date) -> None:
        self.effective_on = effective_on

    @transition(
        field=state,
        source=[*BEFORE_EXECUTION, State.EXECUTING],
        target=State.WITHDRAWN,
        conditions=[nothing_went_down],
    )
    def withdraw(self, *, now: datetime) -> None:
        self.ended_at = now

    # -- the date and what follows ----------------------------------------------------------
    @transition(field=state, source=State.SCHEDULED, target=State.EXECUTING)
    def execute(self, *, now: datetime) -> None:
        self.execution_started_at = now

    @transition(
        field=state, source=State.EXECUTING, target=State.IN_GRACE, conditions=[is_reversible]
    )
    def complete_into_grace(self, *, executed_at: datetime, grace_ends_at: datetime) -> None:
        self.executed_at = executed_at
        self.grace_ends_at = grace_ends_at

    @transition(field=state, source=State.EXECUTING, target=State.AWAITING_FINAL_BILL)
    def complete_into_billing(self, *, executed_at: datetime, final_bill: Bill) -> None:
        self.executed_at = executed_at
        self.final_bill = final_bill

    @transition(field=state, source=State.EXECUTING, target=State.CLOSED)
    def complete_and_close(self, *, executed_at: datetime) -> None:
        self.executed_at = executed_at
        self.ended_at = executed_at

    @transition(
        field=state,
        source=State.AWAITING_FINAL_BILL,
        target=State.CLOSED,
        conditions=[is_paid_and_cleared],
    )
    def settle(self, *, now: datetime) -> None:
        self.ended_at = now

    # -- grace ------------------------------------------------------------------------------
    @transition(
        field=state,
        source=State.IN_GRACE,
        target=State.RESTORE_REQUESTED,
        conditions=[is_reversible],
    )
    def request_restore(self, *, asked_at: datetime) -> None:
        self.restore_asked_at = asked_at

    @transition(
        field=state,
        source=State.RESTORE_REQUESTED,
        target=State.RESTORING,
        conditions=[is_reversible],
    )
    def restore(self) -> None:
        pass

    @transition(field=state, source=State.RESTORING, target=State.RESTORED)
    def complete_restore(self, *, now: datetime) -> None:
        self.ended_at = now

    @transition(field=state, source=State.RESTORE_REQUESTED, target=State.IN_GRACE)
    def decline_restore(self, *, grace_ends_at: datetime) -> None:
        if grace_ends_at != self.grace_ends_at:
            self.final_notice_at = None  # the customer is told the new last day (R27)
        self.grace_ends_at = grace_ends_at
        self.restore_asked_at = None

    @transition(field=state, source=State.IN_GRACE, target=State.CLOSED)
    def close(self, *, now: datetime) -> None:
        self.ended_at = now
