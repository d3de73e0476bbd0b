"""The states of a case and whose turn each one is."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands. The values are stored; the labels are shown."""

    INTAKE = "intake"
    AWAITING_CUSTOMER = "awaiting_customer"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"
    EXECUTING = "executing"
    IN_GRACE = "in_grace"
    RESTORE_REQUESTED = "restore_requested"
    RESTORING = "restoring"
    AWAITING_FINAL_BILL = "awaiting_final_bill"
    DROPPED = "dropped"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"

    @property
    def label(self) -> str:
        return LABEL[self]

    @property
    def turn(self) -> Turn:
        return TURN[self]


class Turn(StrEnum):
    """Who has to move next; the queue's five columns."""

    US = "us"
    CUSTOMER = "customer"
    CALENDAR = "calendar"
    GRACE = "grace"
    DONE = "done"

    @property
    def label(self) -> str:
        return TURN_LABEL[self]


LABEL: dict[State, str] = {
    State.INTAKE: "On the phone",
    State.AWAITING_CUSTOMER: "Waiting for answers",
    State.IN_REVIEW: "Customer answered",
    State.SCHEDULED: "Scheduled",
    State.EXECUTING: "Being cancelled",
    State.IN_GRACE: "In grace",
    State.RESTORE_REQUESTED: "Restore requested",
    State.RESTORING: "Being restored",
    State.AWAITING_FINAL_BILL: "Waiting for the final bill",
    State.DROPPED: "Dropped",
    State.CLOSED: "Closed",
    State.WITHDRAWN: "Withdrawn",
    State.RESTORED: "Restored",
}

TURN_LABEL: dict[Turn, str] = {
    Turn.US: "Needs us",
    Turn.CUSTOMER: "Waiting for customer",
    Turn.CALENDAR: "On the calendar",
    Turn.GRACE: "In grace",
    Turn.DONE: "Done",
}

TURN: dict[State, Turn] = {
    State.INTAKE: Turn.US,
    State.AWAITING_CUSTOMER: Turn.CUSTOMER,
    State.IN_REVIEW: Turn.US,
    State.SCHEDULED: Turn.CALENDAR,
    State.EXECUTING: Turn.CALENDAR,
    State.IN_GRACE: Turn.GRACE,
    State.RESTORE_REQUESTED: Turn.US,
    State.RESTORING: Turn.CALENDAR,
    State.AWAITING_FINAL_BILL: Turn.CALENDAR,
    State.DROPPED: Turn.DONE,
    State.CLOSED: Turn.DONE,
    State.WITHDRAWN: Turn.DONE,
    State.RESTORED: Turn.DONE,
}

ENDED: frozenset[State] = frozenset({State.DROPPED, State.CLOSED, State.WITHDRAWN, State.RESTORED})
OPEN: frozenset[State] = frozenset(State) - ENDED
# Before the details are confirmed: nothing has been promised and no date is set.
UNCONFIRMED: frozenset[State] = frozenset({State.INTAKE, State.AWAITING_CUSTOMER, State.IN_REVIEW})
