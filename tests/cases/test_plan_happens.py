"""What the plan says is what then happens: the same object made both, so a preview cannot lie."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.actions.timers import SETTLE
from cases.models.planning import plan_call
from tests import factories
from tests.cases.build import CALL, QUESTION, Desk

pytestmark = pytest.mark.django_db
ZONES = ["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia"]
FEW = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def make_desk(*, zone: str, hour: int, anchor: int, term_ends_in: int | None) -> Desk:
    desk = Desk(items=2, timezone=zone, billing_anchor=anchor)
    desk.now = CALL + timedelta(hours=hour)
    if term_ends_in is not None:
        factories.make_contract(
            customer=desk.customer,
            ends_on=date(2026, 9, 21) + timedelta(days=term_ends_in),
            monthly_amount=Decimal("30.00"),
        )
    return desk


def preview(desk: Desk, *, wished_on: date | None, questions: int):
    return plan_call(
        policy=desk.policy.current().rules,
        customer=desk.customer,
        item_ids=desk.customer.items.values_list("pk", flat=True),
        received_at=desk.now,
        wished_on=wished_on,
        questions=questions,
        now=desk.now,
    )


@FEW
@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    anchor=st.integers(1, 31),
    term_ends_in=st.none() | st.integers(-10, 400),
    wish=st.none() | st.integers(0, 120),
)
def test_a_confirmed_case_goes_as_the_preview_said(
    sink, zone: str, hour: int, anchor: int, term_ends_in: int | None, wish: int | None
) -> None:
    desk = make_desk(zone=zone, hour=hour, anchor=anchor, term_ends_in=term_ends_in)
    wished_on = date(2026, 9, 21) + timedelta(days=wish) if wish is not None else None
    said = preview(desk, wished_on=wished_on, questions=0)
    case = desk.confirm(desk.open(wished_on=wished_on))
    assert case.effective_on == said.effective_on
    promise = case.promises.get()
    assert promise.fee == (said.fee.amount if said.fee else None)
    assert promise.last_bill == (said.last_bill.amount if said.last_bill else None)
    desk.go_to(said.closes_at + timedelta(days=2))
    case = desk.read(case)
    assert case.state == "closed"
    assert case.grace_ends_at == said.restorable_until
    fired = dict(case.timers.filter(cancelled_at=None).values_list("kind", "due_at"))
    assert fired == {s.timer: s.at for s in said.steps if s.timer}
    happened = dict(case.events.values_list("kind", "at"))
    for kind, event in (("execute", "executed"), ("close", "closed")):
        assert happened[event] - said.find_step(kind).at == SETTLE


@FEW
@given(zone=st.sampled_from(ZONES), hour=st.integers(0, 23))
def test_an_unanswered_case_is_dropped_as_the_preview_said(sink, zone: str, hour: int) -> None:
    desk = make_desk(zone=zone, hour=hour, anchor=1, term_ends_in=None)
    said = preview(desk, wished_on=None, questions=1)
    case = desk.ask(desk.open(), QUESTION)
    drop: datetime = said.find_step("drop").at
    desk.go_to(drop + timedelta(days=1))
    case = desk.read(case)
    assert case.state == "dropped"
    asked = [s for s in said.steps if s.kind in ("reminder", "drop")]
    fired = dict(case.timers.filter(cancelled_at=None).values_list("kind", "due_at"))
    assert fired == {s.timer: s.at for s in asked}
    sent = [e.accepted_at for e in desk.mails(case, "reminder")]
    assert sent == [s.at for s in asked if s.kind == "reminder"]
