"""What an agent sees of the customer's page: whether a link went out, and what was done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cases.models import Case, Event, Link, Upload

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


def read_portal_state(*, case: Case, events: list[Event]) -> PortalState:
    """Two queries; `events` are the case's, newest first."""
    links = list(
        case.portal_links.filter(kind=Link.Kind.VIEW)
        .order_by("-id")
        .values_list("created_at", "expires_at", "opened_at")[:50]
    )
    opened = [opened_at for _, _, opened_at in links if opened_at]
    opened += [e.at for e in events if e.kind == "opened" and e.contact_id]
    return PortalState(
        sent_at=links[0][0] if links else None,
        expires_at=links[0][1] if links else None,
        opened_at=max(opened, default=None),
        uploads=list(case.uploads.all()),
        acts=[e for e in events if e.kind in ACTS][:SHOWN],
    )
