"""What an agent sees of the customer's page: whether a link went out, and what was done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cases.models import Case, Event, Upload
from cases.models.rows import read_rows
from cases.queries.story import Line

SHOWN = 5
LINKS = """
SELECT created_at, expires_at, max(opened_at) OVER () FROM cases_link
WHERE case_id = %s AND kind = 'view' ORDER BY id DESC LIMIT 1
"""
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


def read_links(case: Case) -> tuple[datetime | None, ...]:
    """When the newest link was sent and ends, and when any was opened last. One query."""
    with connection.cursor() as cursor:
        cursor.execute(LINKS, [case.pk])
        return cursor.fetchone() or (None, None, None)


def list_acts(outline: Sequence[Line]) -> list[int]:
    """The customer's last acts, by the event's id."""
    return [line.id for line in outline if line.kind in ACTS and line.actor_id is None][:SHOWN]


def read_portal_state(
    *, case: Case, outline: Sequence[Line], events: Iterable[Event]
) -> PortalState:
    """At most two queries; among the events are those that `list_acts` named, newest first."""
    sent_at, expires_at, last_opened_at = read_links(case)
    opened = [last_opened_at] if last_opened_at else []
    opened += [line.at for line in outline if line.kind == "opened" and line.contact_id]
    acts = set(list_acts(outline))
    has_files = any(line.kind == "file_handed_in" for line in outline)
    return PortalState(
        sent_at=sent_at,
        expires_at=expires_at,
        opened_at=max(opened, default=None),
        uploads=read_rows(Upload, "case_id", [case.pk] if has_files else []),
        acts=[event for event in events if event.pk in acts],
    )
