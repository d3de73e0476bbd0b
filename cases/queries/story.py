"""The story of a case: its newest lines, and of the older ones what still waits for something.

A history has hundreds of lines. All of them are looked at, without their words; what is drawn is
read whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from cases.models import Case, Event
from cases.models.rows import read_rows

SHOWN = 20  # lines; the others are a link away
SPARED = 5  # so few more are shown at once: a link for them would be no gain
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
WAITING = ("queued", "sending", "unknown", "failed")  # mails that somebody may have to look at
OUTLINE = """
SELECT e.id, e.sequence, e.kind, e.at, e.actor_id, e.contact_id, e.email_id, e.inbound_id,
       CASE WHEN e.kind = 'item_failed' THEN e.data ->> 'item' END, m.status, m.not_before
FROM cases_event e LEFT JOIN notifications_email m ON m.id = e.email_id
WHERE e.case_id = %s ORDER BY e.sequence DESC
"""
UNSEEN = (  # by a reader of the page
    "salt", "content_hash", "hash",
    "actor__password", "actor__last_login",
    "email__html", "email__headers", "inbound__html", "inbound__raw",
)  # fmt: skip


class Line(NamedTuple):
    """One line of the history, without its words; `item` failed, `mail` is its email's status."""

    id: int
    sequence: int
    kind: str
    at: datetime
    actor_id: int | None
    contact_id: int | None
    email_id: int | None
    inbound_id: int | None
    item: str | None
    mail: str | None
    not_before: datetime | None


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is drawn, newest first; `earlier` is how many lines of this tab are not, and `next`
    the number of the newest of them.

    `read` are the events that were read whole: those that are drawn, and what explains them.
    """

    events: list[Event]
    earlier: int
    next: int
    read: list[Event]


def read_outline(case: Case) -> list[Line]:
    """Every line of the case, newest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(OUTLINE, [case.pk])
        return [Line._make(row) for row in cursor.fetchall()]


def read_story(
    outline: Sequence[Line],
    *,
    tab: str,
    whole: bool,
    asked: Collection[int],
    named: int | None,
    besides: Collection[int],
) -> Story:
    """One tab; all of it when it is asked for `whole`, or for the event `named` among the older.

    `asked` are the mails about which a person is asked: their lines are never left out. `besides`
    are events that something else on the page tells of. One query.
    """
    lines = pick_lines(outline, tab)
    shown = lines if whole else shorten(lines, asked=asked)
    if named is not None and named not in {line.sequence for line in shown}:
        shown = lines
    drawn = {line.id for line in shown}
    folded = [line.sequence for line in lines if line.id not in drawn]
    wanted = drawn | set(besides) | find_readings(outline, shown)
    read = read_rows(
        Event, "id", wanted, with_=("actor", "email", "inbound"), without=UNSEEN,
        order="t.sequence DESC",
    )  # fmt: skip
    events = [event for event in read if event.pk in drawn]
    return Story(events=events, earlier=len(folded), next=max(folded, default=0), read=read)


def shorten(lines: list[Line], *, asked: Collection[int]) -> list[Line]:
    """The newest lines, and of the older ones those that wait for a person or for a mail."""
    if len(lines) <= SHOWN + SPARED:
        return lines
    older = [x for x in lines[SHOWN:] if x.mail in WAITING or x.inbound_id in asked]
    return lines[:SHOWN] + older


def find_readings(outline: Sequence[Line], shown: Sequence[Line]) -> set[int]:
    """The events that tell what was read in the mails of these lines, and the wish to return."""
    mails = {line.inbound_id for line in shown if line.inbound_id}
    return {x.id for x in outline if x.inbound_id in mails or x.kind == "restore_read"}


def pick_lines(outline: Sequence[Line], tab: str) -> list[Line]:
    """The lines of one tab, newest first."""
    if tab == "mail":
        return [x for x in outline if x.kind in MAIL_KINDS or is_sent(x)]
    if tab == "notes":
        return [x for x in outline if x.kind == "note"]
    if tab == "evidence":
        return list(outline)
    return drop_repeats([x for x in outline if x.kind not in BACKGROUND])


def drop_repeats(lines: list[Line]) -> list[Line]:
    """Of the failures of one service the newest alone: it says which attempt it was."""
    seen: set[str | None] = set()
    kept = []
    for line in lines:
        if line.kind == "item_failed":
            if line.item in seen:
                continue
            seen.add(line.item)
        kept.append(line)
    return kept


def is_sent(line: Line) -> bool:
    """The line that tells of an email as it was queued, not of what happened to it later."""
    return line.email_id is not None and line.kind not in (
        "mail_accepted",
        "mail_undelivered",
        "reply_taken_back",
    )
