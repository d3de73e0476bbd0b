"""The queue's vocabulary: tabs, orders, columns, and the place where a page begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cases.domain.states import Turn

TABS = tuple(Turn)
WHOSE = ("mine", "team", "all")
# By what each tab is ordered when nobody says otherwise: what is promised next stands first; what
# needs us, and what is done, begins with the newest.
ORDERS = {
    Turn.US: "-since",
    Turn.CUSTOMER: "due",
    Turn.CALENDAR: "due",
    Turn.GRACE: "due",
    Turn.DONE: "-since",
}
SORTS = {
    "since": "state_since",
    "-since": "state_since",
    "due": "due_order",
    "-received": "received_at",
    "received": "received_at",
}
DUE = {"late": timedelta(0), "day": timedelta(days=1), "week": timedelta(days=7)}
DUE_LABEL = {"late": "Overdue", "day": "Within a day", "week": "Within a week"}
COLUMNS = {
    "customer": "Customer",
    "brand": "Brand",
    "ends": "What ends",
    "state": "State",
    "next": "Next",
    "promised": "Promised",
    "reason": "Reason",
    "owner": "Owner",
    "received": "Called",
    "since": "Since",
}
DEFAULT_COLUMNS = ("customer", "ends", "state", "next", "owner", "since")
# Which header orders by what, and in which direction first.
SORTED_BY = {"since": ("-since", "since"), "next": ("due",), "received": ("-received", "received")}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile(r"(?P<us>[0-9]{1,18})-(?P<id>[0-9]{1,18})\Z")
LAST_US = (datetime(9999, 12, 31, 23, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The row beside which a page begins: its instant (UTC) in the chosen order, and its id."""

    at: datetime
    id: int
    backwards: bool = False

    @classmethod
    def read(cls, text: str, *, backwards: bool) -> Cursor:
        """The cursor that `write_cursor` wrote; `is_cursor` has been asked before."""
        found = CURSOR.match(text)
        assert found
        at = EPOCH + timedelta(microseconds=int(found["us"]))
        return cls(at=at, id=int(found["id"]), backwards=backwards)


def write_cursor(at: datetime, row_id: int) -> str:
    """The place of a row, as it stands in an address."""
    return f"{(at - EPOCH) // timedelta(microseconds=1)}-{row_id}"


def is_cursor(text: str) -> bool:
    """Was this written by `write_cursor`, and does it name an instant that exists?"""
    found = CURSOR.match(text)
    return found is not None and int(found["us"]) <= LAST_US
