"""What an agent sees of the customer's page: whether a link went out, and what was done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.models import Case, Event, Link, Upload
from cases.models.rows import read_rows
from cases.queries.story import Line

SHOWN = 5
ACTS = (
    "answered", "file_handed_in", "code_right", "code_wrong", "disposition_set", "loss_accepted",
    "protection_off", "item_termination", "end_acknowledged", "asked_to_stay", "asked_for_date",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PortalState:
    """The newest link, when any link was first opened, and the customer's last acts."""

    sent_at: datetime | None
    expires_at: datetime | None
    opened_at: datetime | None
    uploads: list[Upload]
    acts: list[Event]


def list_acts(outline: Sequence[Line]) -> list[int]:
    """The customer's last acts, by the event's id."""
    return [line.id for line in outline if line.kind in ACTS and line.actor_id is None][:SHOWN]


def read_portal_state(
    *, case: Case, outline: Sequence[Line], events: Iterable[Event]
) -> PortalState:
    """At most two queries; among the events are those that `list_acts` named, newest first."""
    links = read_rows(Link, "case_id", [case.pk], where="t.kind = 'view'", order="t.id DESC")
    opened = [link.opened_at for link in links if link.opened_at]
    opened += [line.at for line in outline if line.kind == "opened" and line.contact_id]
    acts = set(list_acts(outline))
    has_files = any(line.kind == "file_handed_in" for line in outline)
    return PortalState(
        sent_at=links[0].created_at if links else None,
        expires_at=links[0].expires_at if links else None,
        opened_at=max(opened, default=None),
        uploads=read_rows(Upload, "case_id", [case.pk] if has_files else []),
        acts=[event for event in events if event.pk in acts],
    )
