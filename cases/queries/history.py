"""Is the history as it was written? Every event of a case is hashed again, in order (G16)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from cases.domain.history import find_break
from cases.models import Case, Event

CASES_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Break:
    """The first event of a case that is not as it was written."""

    case: str
    sequence: int
    why: str

    def __str__(self) -> str:
        return f"Event {self.sequence} of case {self.case} {self.why}."


def verify_history(cases: QuerySet[Case] | None = None) -> Iterator[Break]:
    """Yield the first broken event of every case (of these cases, or of all).

    Reads some hundred cases at a time, so it may run beside the desk.
    """
    cases = Case.objects.all() if cases is None else cases
    ends = cases.values_list("pk", "number", "last_sequence", "last_hash")
    batch: list[tuple[int, str, int, str]] = []
    for end in ends.iterator(CASES_AT_ONCE):
        batch.append(end)
        if len(batch) == CASES_AT_ONCE:
            yield from verify_batch(batch)
            batch = []
    yield from verify_batch(batch)


def verify_batch(ends: Iterable[tuple[int, str, int, str]]) -> Iterator[Break]:
    """Check these cases: key, number, and what the case knows of its last event."""
    ends = list(ends)
    events = Event.objects.filter(case__in=[end[0] for end in ends]).order_by("case_id", "sequence")
    lines = {
        case_id: [(event.line, event.hash) for event in own]
        for case_id, own in groupby(events, key=attrgetter("case_id"))
    }
    for case_id, number, last_sequence, last_hash in ends:
        found = find_break(lines.get(case_id, ()), last_sequence=last_sequence, last_hash=last_hash)
        if found:
            yield Break(case=number, sequence=found[0], why=found[1])
