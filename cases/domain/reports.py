"""The vocabulary of reports: periods, what a number counts, and which event enters which state."""

from __future__ import annotations

from enum import StrEnum

from cases.domain.states import State

PERIODS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "A year"}
PROMISE_DAYS = 30
ASKED = {"yes": "Questions by email", "no": "All known on the call"}

# The event with which a case entered a state. What an execution leads to is the policy's choice.
ENTERS: dict[str, State] = {
    "opened": State.INTAKE,
    "asked": State.AWAITING_CUSTOMER,
    "waiting_again": State.AWAITING_CUSTOMER,
    "answered": State.IN_REVIEW,
    "reopened": State.IN_REVIEW,
    "confirmed": State.SCHEDULED,
    "execution_started": State.EXECUTING,
    "executed": State.IN_GRACE,
    "restore_declined": State.IN_GRACE,
    "restore_asked": State.RESTORE_REQUESTED,
    "restoring": State.RESTORING,
    "dropped": State.DROPPED,
    "closed": State.CLOSED,
    "withdrawn": State.WITHDRAWN,
    "restored": State.RESTORED,
}


class Count(StrEnum):
    """What a number of the dashboard counts; each opens the cases behind it."""

    OPENED = "opened"
    PROMISED = "promised"
    DROPPED = "dropped"
    RESTORED = "restored"
    FAILED = "failed"
    STAYED = "stayed"

    @property
    def label(self) -> str:
        return COUNT_LABEL[self]


COUNT_LABEL = {
    Count.OPENED: "Opened",
    Count.PROMISED: "Promised in the next 30 days",
    Count.DROPPED: "Dropped",
    Count.RESTORED: "Restored",
    Count.FAILED: "A service failed",
    Count.STAYED: "Time in a state",
}


class Why(StrEnum):
    """Why a case was dropped: what had come from the customer until then."""

    SILENCE = "silence"
    MACHINE = "machine"
    PARTIAL = "partial"

    @property
    def label(self) -> str:
        return WHY_LABEL[self]


WHY_LABEL = {
    Why.SILENCE: "Nothing came at all",
    Why.MACHINE: "Only machines answered",
    Why.PARTIAL: "Some questions were answered",
}
