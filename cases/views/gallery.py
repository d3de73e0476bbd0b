"""A page with every component and made-up data, to look at them in development; never in production."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.domain.states import State
from config import clock

ROWS = (
    ("4831-0726-5", "Fernwood Dental", "14 services", State.RESTORE_REQUESTED, "", "grace held", "Mara Agent", 12),
    ("4831-0911-2", "Oakline Logistics", "whole account", State.IN_REVIEW, "", "drop paused", "Mara Agent", 38),
    ("4831-0688-9", "Bramble & Co", "South depot", "us", "1 of 6 failed", "retrying in 4 min", "Jonas Olsen", 65),
    ("4831-0902-1", "Pinehurst Hotels", "3 numbers", "us", "Mail bounced", "call them", None, 130),
    ("4831-0930-7", "Juniper Labs", "40 SIMs", "them", "2 questions open", "reminder tomorrow", "Mara Agent", 1500),
    ("4831-0925-8", "Mistral Freight", "whole account", "them", "1 question open", "drops in 4 d", "Kim Sato", 3000),
    ("4831-0850-3", "Harbor Clinic", "whole account", State.SCHEDULED, "", "ends Mon 30 Nov", "Jonas Olsen", 8700),
    ("4831-0790-4", "Linden School", "8 extensions", State.IN_GRACE, "", "restorable until 3 Dec", None, 26000),
    ("4831-0655-1", "Atlas Print", "North branch", State.CLOSED, "", "", "Kim Sato", 60000),
    ("4831-0641-7", "Tamarind Foods", "1 trunk", State.DROPPED, "", "", "Kim Sato", 61000),
)  # fmt: skip


@login_not_required
def show_gallery(request: HttpRequest) -> HttpResponse:
    """Every component on one page."""
    now = clock.now()
    request.user = make_reader()  # type: ignore[assignment]
    return render(request, "desk/gallery.html", {
        "user": request.user, "now": now, "rows": make_rows(now), "states": list(State),
        "waiting": make_plan(now, days=-4, answered=False),
        "scheduled": make_plan(now, days=-20), "grace": make_plan(now, days=-60),
        "over": make_plan(now, days=-90), "blockers": make_blockers(),
        "desk": {"counts": {"queue": 23, "todos": 6, "mailroom": 2},
                 "health": {"ok": "bad" not in request.GET,
                            "text": "Mail and timers running" if "bad" not in request.GET
                            else "No mail sent for 6 min", "url": "#health"}},
        "sandbox": {"ahead": "17 d"} if "sandbox" in request.GET else None,
        "moments": [now - timedelta(minutes=12), now - timedelta(hours=3), now - timedelta(days=1),
                    now - timedelta(days=12), now + timedelta(minutes=40), now + timedelta(days=3)],
        "on": date(2026, 12, 22), "amounts": [Decimal("910"), Decimal("0"), Decimal("12345.6")],
    })  # fmt: skip


def make_reader() -> SimpleNamespace:
    """The agent who looks at the gallery."""
    return SimpleNamespace(
        display_name="Mara Agent", initials="MA", timezone="America/Chicago", role="supervisor",
        is_authenticated=True, is_staff=True, get_role_display="Supervisor",
    )  # fmt: skip


def make_rows(now: datetime) -> list[dict[str, Any]]:
    """The queue of the design sketches."""
    names = ("number", "customer", "what", "state", "text", "next", "owner")
    return [
        dict(zip(names, row[:7], strict=True)) | {"since": now - timedelta(minutes=row[7])}
        for row in ROWS
    ]


def make_plan(now: datetime, *, days: int, answered: bool = True) -> SimpleNamespace:
    """A plan in the shape of cases.domain.plan whose call came `days` from `now`."""
    kinds = (
        ("received", 0, "R3", "the call counts from this day", ""),
        ("asked", 0, "R8", "one question is open", ""),
        *(() if answered else (
            ("reminder", 3, "R13", "no answer after 3 days", "unless answered"),
            ("reminder", 7, "R13", "no answer after 7 days", "unless answered"),
            ("drop", 14, "R14", "no answer in 14 days", "unless answered"))),
        ("confirmed", 3, "R20", "the details are complete", ""),
        ("execute", 40, "R21", "30 days of notice, then the day they wished", ""),
        ("grace_ends", 70, "R24", "30 days in which a reply brings it back", ""),
        ("final_notice", 70, "R26", "a last word before nothing can come back", ""),
        ("close", 71, "R27", "the services are purged", "after the final notice"),
    )  # fmt: skip
    start = now + timedelta(days=days)
    steps = [
        SimpleNamespace(
            kind=kind, at=start + timedelta(days=n), on=(start + timedelta(days=n)).date(),
            rule=rule, reason=reason, condition=condition, past=start + timedelta(days=n) <= now,
        )
        for kind, n, rule, reason, condition in kinds
    ]  # fmt: skip
    charges = [SimpleNamespace(label="Buy-out fee", amount=Decimal("910.00")),
               SimpleNamespace(label="Last bill (whole December)", amount=Decimal("182.00"))]  # fmt: skip
    return SimpleNamespace(steps=steps, charges=charges)


def make_blockers() -> list[SimpleNamespace]:
    """One blocker of each severity."""
    return [
        SimpleNamespace(item_id=None, severity="hard", who="customer", rule="R17",
                        what="12 licences are still assigned",
                        how="Unassign them in the customer’s portal; we look again every hour."),
        SimpleNamespace(item_id=None, severity="advisory", who="carrier", rule="R16",
                        what="+1 312 555 0164 is being ported, due 3 Dec",
                        how="Cancelling before that can lose the number. Wait for the port."),
    ]  # fmt: skip
