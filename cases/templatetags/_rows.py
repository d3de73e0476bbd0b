"""The cells of a case in a list. Fifty rows stand on a page: drawn here, not by a template, which
would take four times as long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from cases.domain.states import State
from cases.domain.words import count_of
from cases.templatetags._badges import draw_avatar, draw_pill, find_tone
from cases.templatetags._html import fill, join
from cases.templatetags._times import draw_time

MUTED = '<span class="muted">{}</span>'
# What a case waits for while no timer runs.
IDLE = {
    State.INTAKE: "confirm or ask",
    State.IN_REVIEW: "read the answer",
    State.RESTORE_REQUESTED: "grace held",
    State.EXECUTING: "being deactivated",
}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads the list: in which zone, and when (UTC)."""

    zone: str
    now: datetime

    def see(self, instant: Any, tz: str = "", **form: Any) -> SafeString:
        return draw_time(instant, now=self.now, zone=self.zone, tz=tz, **form)


def draw_state(row: Any) -> SafeString:
    """Return what is most pressing of a case's state; `row` is a `CaseRow`."""
    if row.failed_count and row.state == State.EXECUTING:
        return draw_pill("us", f"{row.failed_count} of {row.items_count} failed")
    if row.todo_reason and row.state != State.RESTORE_REQUESTED:
        short = Truncator(row.todo_reason).chars(38)
        return fill('<span class="pill tone-us" title="{}">{}</span>', row.todo_reason, short)
    if row.open_questions and row.state == State.AWAITING_CUSTOMER:
        return draw_pill("them", f"{count_of(row.open_questions, 'question')} open")
    return draw_pill(find_tone(row.state), State(row.state).label)


def draw_next(row: Any, reader: Reader) -> SafeString | str:
    """Return what happens next, and when; of a case that stands still, what it waits for."""
    if row.held:
        return fill('<span class="muted" title="{}">held</span>', row.held)
    if row.state == State.DROPPED:
        return fill(MUTED, "reopen if they answer")
    zone = row.customer.timezone
    if row.next_kind == "execute":
        return fill("ends {}", reader.see(row.effective_on, zone, form="date"))
    if row.next_kind in ("close", "final_notice"):
        until = reader.see(row.grace_ends_at, zone, form="date", beside=False)
        return fill("restorable until {}", until)
    if row.next_kind:
        what = "drops" if row.next_kind == "drop" else "reminder"
        return fill("{} {}", what, reader.see(row.due_at, form="in"))
    if row.state == State.AWAITING_CUSTOMER:
        return "clock stands still" if row.ask_paused_because else "mail on its way"
    return IDLE.get(row.state) or fill(MUTED, "–")


def write_scope(row: Any) -> str:
    """Return what ends: "3 services"."""
    return "whole account" if row.whole_account else count_of(row.items_count or 0, "service")


# Each column's classes and content; its name and place are in cases.domain.queue.COLUMNS.
CELLS: dict[str, tuple[str, Callable[[Any, Reader], SafeString | str]]] = {
    "customer": ("m-end truncate-cell", lambda row, _: row.customer.name),
    "brand": ("muted m-hide", lambda row, _: row.brand.name),
    "ends": ("muted m-hide", lambda row, _: write_scope(row)),
    "state": ("m-state", lambda row, _: draw_state(row)),
    "next": ("m-hide", draw_next),
    "promised": (
        "m-hide",
        lambda row, reader: reader.see(row.effective_on, row.customer.timezone, form="date"),
    ),
    "reason": (
        "muted m-hide truncate-cell",
        lambda row, _: Truncator(row.reason or "–").chars(40),
    ),
    "owner": ("m-hide", lambda row, _: draw_avatar(row.owner, size="s")),
    "received": ("muted m-hide", lambda row, reader: reader.see(row.received_at)),
    "since": ("end muted m-end", lambda row, reader: reader.see(row.state_since, form="short")),
}
PICK = (
    '<td class="pick"><input type="checkbox" class="form-check-input" name="case" value="{0}"'
    ' aria-label="Select {0}"{1}></td>\n'
)
ROW = '<tr data-row="{0}">\n{1}<td><a class="row-link" href="{2}">{0}</a></td>\n{3}\n</tr>'


def draw_row(
    row: Any, reader: Reader, *, columns: Sequence[str], url: str, pick: bool, ticked: bool
) -> SafeString:
    """Return the case as one line of the queue; with `pick` it can be ticked."""
    cells = join(
        fill('<td class="{}">{}</td>', classes, draw(row, reader))
        for classes, draw in map(CELLS.__getitem__, columns)
    )
    box = fill(PICK, row.number, " checked" if ticked else "") if pick else ""
    return fill(ROW, row.number, box, url, cells)
