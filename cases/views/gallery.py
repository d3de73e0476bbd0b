"""A page with every component and made-up data, to look at in development alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render

from cases.domain.plan import Account, Contract, Item, Plan, Request, plan
from cases.domain.policy import FeeRule, Policy
from cases.domain.states import State
from cases.queries.standing import Standing
from cases.views.shared import DeskRequest
from config import clock

MARA, JONAS, KIM = "Mara Agent", "Jonas Olsen", "Kim Sato"
ROWS = (
    ("4831-0726-5", "Fernwood Dental", "14 services", "restore_requested", "", "held", MARA, 12),
    ("4831-0911-2", "Oakline Logistics", "whole account", "in_review", "", "paused", MARA, 38),
    ("4831-0688-9", "Bramble & Co", "South depot", "us", "1 of 6 failed", "retrying", JONAS, 65),
    ("4831-0902-1", "Pinehurst Hotels", "3 numbers", "us", "Mail bounced", "call", None, 130),
    ("4831-0930-7", "Juniper Labs", "40 SIMs", "them", "2 questions open", "in 1 d", MARA, 1500),
    ("4831-0925-8", "Mistral Freight", "account", "them", "1 question open", "in 4 d", KIM, 3000),
    ("4831-0850-3", "Harbor Clinic", "account", "scheduled", "", "Mon 30 Nov", JONAS, 8700),
    ("4831-0790-4", "Linden School", "8 extensions", "in_grace", "", "Thu 3 Dec", None, 26000),
    ("4831-0655-1", "Atlas Print", "North branch", "closed", "", "", KIM, 60000),
    ("4831-0641-7", "Tamarind Foods", "1 trunk", "dropped", "", "", KIM, 61000),
)  # fmt: skip

POLICY = Policy(code="8x8", name="8x8 Work", fee=FeeRule(kind="remaining_months"))
ACCOUNT = Account(
    timezone="America/Chicago",
    items=(
        Item(id="1", kind="trunk", label="North branch", monthly_price=Decimal(182)),
        Item(id="2", kind="number", identifier="+1 312 555 0123", parent_id="1"),
        Item(id="3", kind="trunk", label="Head office", monthly_price=Decimal(96)),
    ),
    contracts=(Contract(id="c", starts_on=date(2025, 4, 1), ends_on=date(2027, 4, 1),
                        monthly_amount=Decimal(182), item_ids=frozenset({"1"})),),
)  # fmt: skip


@login_not_required
def show_gallery(request: DeskRequest) -> HttpResponse:
    """Every component on one page."""
    now = clock.now()
    request.user = make_reader()  # type: ignore[assignment]
    return render(request, "desk/gallery.html", {
        "user": request.user, "now": now, "rows": make_rows(now), "states": list(State),
        "waiting": make_plan(now, state=State.AWAITING_CUSTOMER, days=4),
        "scheduled": make_plan(now, state=State.SCHEDULED, days=20),
        "grace": make_plan(now, state=State.RESTORE_REQUESTED, days=61),
        "over": make_plan(now, state=State.CLOSED, days=90), "blockers": make_blockers(),
        "desk": {"standing": Standing(queue=23, todos=6, mailroom=2, unread=0, away=False),
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
        is_authenticated=True, is_staff=True, get_role_display=lambda: "Supervisor",
    )  # fmt: skip


def make_rows(now: datetime) -> list[dict[str, Any]]:
    """The queue of the design sketches."""
    names = ("number", "customer", "what", "state", "text", "next", "owner")
    return [
        dict(zip(names, row[:7], strict=True)) | {"since": now - timedelta(minutes=row[7])}
        for row in ROWS
    ]


def make_plan(now: datetime, *, state: State, days: int) -> Plan:
    """The real plan of a made-up case in `state` whose call came `days` before `now`."""
    called_at = now - timedelta(days=days)
    request = Request(
        received_at=called_at, item_ids=frozenset({"1", "2"}), state=state, questions_open=1,
        asked_at=called_at, wished_on=(called_at + timedelta(days=40)).date(),
    )  # fmt: skip
    waiting = state is State.AWAITING_CUSTOMER
    if waiting:
        request = replace(request, reminders_accepted=(called_at + timedelta(days=3), None))
    else:
        request = replace(request, questions_open=0, confirmed_at=called_at + timedelta(days=3),
                          effective_on=request.wished_on)  # fmt: skip
    if state in (State.IN_GRACE, State.RESTORE_REQUESTED, State.CLOSED):
        ended_at = called_at + timedelta(days=40)
        request = replace(
            request, executed_at=ended_at, grace_ends_at=ended_at + timedelta(days=30)
        )
    if state is State.RESTORE_REQUESTED:
        request = replace(request, restore_asked_at=now - timedelta(minutes=12))
    if state is State.CLOSED:
        request = replace(request, ended_at=now - timedelta(days=2))
    return plan(POLICY, request, ACCOUNT, now)


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
