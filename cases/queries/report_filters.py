"""What a report can be asked for: its address, read strictly and written again (THREATS 52)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from cases.domain.reports import ASKED, PERIODS, Count, Why
from cases.domain.states import State
from cases.queries.queue_filters import Offers, UnknownFilter, pick

LONGEST = 60  # characters of a reason


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A set of cases that some number of the dashboard counts. Empty means not narrowed."""

    days: int = 30
    brand: int | None = None
    count: Count = Count.OPENED
    policy: int | None = None
    asked: str = ""
    state: str = ""
    reason: str = ""
    why: str = ""
    on: str = ""  # a local date, ISO 8601

    def since(self, now: datetime) -> datetime:
        """Where the period begins, as an instant (UTC)."""
        return now - timedelta(days=self.days)

    def address(self, **changes: Any) -> str:
        """The query string of this slice with some changes."""
        values = asdict(replace(self, **changes))
        return urlencode({name: value for name, value in values.items() if value})


def read_slice(params: Mapping[str, str], *, offers: Offers) -> Slice:
    """Read an address. Raises `UnknownFilter` for anything that is not offered."""
    unknown = set(params) - set(Slice.__dataclass_fields__)
    if unknown:
        raise UnknownFilter(f"Reports know no filter “{sorted(unknown)[0][:40]}”.")
    policy = params.get("policy", "")
    if policy and not (policy.isascii() and policy.isdigit() and len(policy) < 10):
        raise UnknownFilter("There is no such policy.")
    return Slice(
        days=int(pick(params, "days", [str(days) for days in PERIODS]) or 30),
        brand=int(pick(params, "brand", [str(pk) for pk, _ in offers.brands]) or 0) or None,
        count=Count(pick(params, "count", list(Count)) or Count.OPENED),
        policy=int(policy) if policy else None,
        asked=pick(params, "asked", ASKED),
        state=pick(params, "state", [s.value for s in State]),
        reason=params.get("reason", "")[:LONGEST],
        why=pick(params, "why", list(Why)),
        on=read_day(params.get("on", "")),
    )


def read_day(text: str) -> str:
    """The same date in ISO 8601, or nothing. Raises `UnknownFilter`."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise UnknownFilter(f"“{text[:20]}” is no date, like 2026-12-31.") from None
