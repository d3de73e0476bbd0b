"""What the plan says is what then happens: the same object made both, so a preview cannot lie."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.services import end_item
from cases.actions.base import Actor
from cases.actions.billing import issue_final_bill, pay_final_bill
from cases.actions.confirmation import confirm_by_customer
from cases.actions.timers import SETTLE
from cases.domain.plan import Plan
from cases.domain.policy import Policy
from cases.domain.trust import Level
from cases.models import Case
from cases.models.planning import plan_call, plan_case
from cases.models.preview import read_preview
from tests import factories
from tests.cases.build import CALL, QUESTION, Desk
from tests.cases.domain.build import EIGHT, SIPSTATION, SORACOM
from tests.cases.domain.strategies import any_policies

pytestmark = pytest.mark.django_db
ZONES = ["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia"]
SOME = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
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


# -- all three policies, and any other that can be published ---------------------------------------
@st.composite
def scenes(draw: Any) -> dict[str, Any]:
    """The account and the call that a policy is tried on."""
    return {
        "zone": draw(st.sampled_from(ZONES)),
        "day": draw(st.integers(0, 900)),  # over leap days and every change of clocks
        "hour": draw(st.integers(0, 23)),
        "anchor": draw(st.integers(1, 31)),
        "term_ends_in": draw(st.none() | st.integers(-10, 400)),
        "prices": draw(st.lists(st.decimals(0, 500, places=2), min_size=1, max_size=3)),
    }


def make_any_desk(
    policy: Policy, *, zone: str, day: int, hour: int, prices: list, **given: Any
) -> Desk:
    items = [{"monthly_price": price} for price in prices]
    if policy.terminate_first:
        items = [{"kind": "sim", **item} for item in items]
    data = policy.to_dict()
    desk = Desk(items=items, policy=data, timezone=zone, billing_anchor=given["anchor"])
    desk.now = CALL + timedelta(days=day, hours=hour)
    if given["term_ends_in"] is not None:
        factories.make_contract(
            customer=desk.customer,
            ends_on=desk.now.date() + timedelta(days=given["term_ends_in"]),
            monthly_amount=Decimal("30.00"),
        )
    return desk


def confirm_as_the_policy_wants(desk: Desk, case: Case) -> Plan:
    """By the agent, or by the customer after everything beneath is gone; what was shown before."""
    for item in desk.customer.items.all() if case.rules.terminate_first else ():
        end_item(item=item, now=desk.now)
    preview = read_preview(desk.read(case), now=desk.now)
    if case.rules.channel == "phone":
        desk.confirm(case)
    else:
        confirm_by_customer(
            case_id=case.pk,
            actor=Actor.customer(desk.contact, Level.L3),
            now=desk.now,
            seen=preview.digest,
            typed=preview.phrase,
        )
        desk.run()
    return preview.plan


def settle_bill(desk: Desk, case: Case) -> None:
    """The final bill comes and is paid, as expected."""
    expected = plan_case(desk.read(case), now=desk.now).last_bill
    amount = expected.amount if expected else Decimal(0)
    desk.do(issue_final_bill, case, amount=amount)
    desk.do(pay_final_bill, case)
    desk.run()


STATE_AFTER = {
    "opened": "intake",
    "execution_started": "executing",
    "closed": "closed",
}


def list_states(desk: Desk, case: Case, said: Plan) -> list[str]:
    """The states that the history tells of, in order."""
    after = {"after_grace": "in_grace", "after_final_bill": "awaiting_final_bill"}
    closes = case.rules.closes
    kinds = STATE_AFTER | {"confirmed": "scheduled", "executed": after.get(closes, "closed")}
    told = case.events.filter(kind__in=kinds).order_by("sequence")
    return [kinds[kind] for kind in told.values_list("kind", flat=True)]


SHIPPED = {"8x8": EIGHT, "sipstation": SIPSTATION, "soracom": SORACOM}


@pytest.mark.parametrize("code", [*SHIPPED, "any"])
@SOME
@given(made=scenes(), other=any_policies(), wish=st.none() | st.integers(0, 120))
def test_any_policy_does_what_its_plan_said(
    sink, code: str, made: dict[str, Any], other: Policy, wish: int | None
) -> None:
    desk = make_any_desk(SHIPPED.get(code, other), **made)
    wished_on = desk.now.date() + timedelta(days=wish) if wish is not None else None
    case = desk.open(wished_on=wished_on)
    said = confirm_as_the_policy_wants(desk, case)
    last = max(step.at for step in said.steps if step.at)
    desk.go_to(max(desk.now, last) + timedelta(days=2))
    case = desk.read(case)
    if case.state == "awaiting_final_bill":
        settle_bill(desk, case)
        case = desk.read(case)
    check_money_and_dates(case, said)
    check_timers(case, said)
    check_mail_and_states(desk, case, said)


def check_money_and_dates(case: Case, said: Plan) -> None:
    promise = case.promises.get()
    assert (case.effective_on, promise.effective_on) == (said.effective_on, said.effective_on)
    assert promise.fee == (said.fee.amount if said.fee else None)
    assert promise.last_bill == (said.last_bill.amount if said.last_bill else None)
    assert case.grace_ends_at == said.restorable_until
    if case.final_bill is not None:
        assert case.final_bill.amount == (said.last_bill.amount if said.last_bill else 0)


def check_timers(case: Case, said: Plan) -> None:
    """Each fired at the instant that the plan said, and what could not be undone a minute later."""
    told = {s.timer: s.at for s in said.steps if s.timer}
    if case.rules.channel == "self_service":
        assert case.execution_started_at == case.confirmed_at == told.pop("execute")
    assert dict(case.timers.filter(cancelled_at=None).values_list("kind", "due_at")) == told
    for timer in case.timers.filter(cancelled_at=None):
        late = SETTLE if timer.kind in ("execute", "close") else timedelta(0)
        assert timer.fired_at - timer.due_at == late


def check_mail_and_states(desk: Desk, case: Case, said: Plan) -> None:
    sent = case.thread.emails.exclude(accepted_at=None).order_by("accepted_at", "id")
    purposes = list(sent.values_list("purpose", flat=True))
    promised = [s.email for s in said.steps if s.email]
    if case.rules.closes == "after_final_bill":
        promised.append("account_closed")  # once it is paid, on a day that nobody can say before
    assert purposes == promised
    states = [str(s.state) for s in said.steps if s.state]
    if case.rules.is_immediate:
        states.insert(1, "scheduled")  # passed through within one transaction, or until the sweep
    if case.rules.closes == "at_once":
        states.pop()  # the end of the services and of the case is one event
    assert list_states(desk, case, said) == drop_twins(states)
    assert case.state == "closed"


def drop_twins(states: list[str]) -> list[str]:
    return [s for i, s in enumerate(states) if i == 0 or states[i - 1] != s]
