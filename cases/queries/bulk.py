"""What a bulk deed would do to each chosen case, and which ones it leaves out, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from cases.actions.contact import explain_no_reminder
from cases.domain.bulk import BulkDeed
from cases.domain.numbers import normalise_number
from cases.domain.states import Turn
from cases.models import Case
from cases.queries.queue import visible_cases

MOST = 50  # a page of the queue


@dataclass(frozen=True, kw_only=True)
class Line:
    """One chosen case: what will happen, or why nothing will."""

    case: Case
    what: str = ""
    why_not: str = ""


def find_chosen(*, numbers: Iterable[str], user: User) -> list[Case]:
    """The chosen cases as far as this user sees them (THREATS 50), by number."""
    clean = {found for n in list(numbers)[:MOST] if (found := normalise_number(n))}
    cases = visible_cases(user).select_related("customer", "owner", "contact", "brand")
    return list(cases.filter(number__in=clean).order_by("number"))


def preview(*, cases: Iterable[Case], deed: BulkDeed, owner: User, now: datetime) -> list[Line]:
    """A line for each case. Nothing is written."""
    return [preview_case(case, deed, owner, now) for case in cases]


def preview_case(case: Case, deed: BulkDeed, owner: User, now: datetime) -> Line:
    if deed is BulkDeed.REMIND:
        why_not = explain_no_reminder(case, now=now)
        to = case.contact.email if case.contact else ""
        if not why_not and not to:
            why_not = "it has nobody to write to"
        return Line(case=case, what=f"a reminder goes to {to}", why_not=why_not)
    if deed is BulkDeed.NOTE:
        return Line(case=case, what="your note is added")
    if case.turn == Turn.DONE:
        return Line(case=case, why_not="it is done")
    before = case.owner.display_name if case.owner else "nobody"
    if deed is BulkDeed.RELEASE:
        why_not = "" if case.owner else "nobody owns it"
        return Line(case=case, what=f"from {before} to nobody", why_not=why_not)
    if case.owner_id == owner.pk:
        return Line(case=case, why_not=f"{owner.display_name} owns it already")
    return Line(case=case, what=f"from {before} to {owner.display_name}")
