"""The axis draws the real plan: past filled, today marked, future hollow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cases.domain.plan import Account, Item, Request, plan
from cases.domain.policy import Policy
from cases.domain.states import State
from cases.templatetags._plan import NBSP, axis_points, list_steps

NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
CHICAGO = "America/Chicago"
POLICY = Policy(code="8x8", name="8x8")
ACCOUNT = Account(
    timezone=CHICAGO,
    items=(Item(id="1", kind="number", label="Main", monthly_price=Decimal(20)),),
)
CALLED_AT = NOW - timedelta(days=4)
CALL = Request(
    received_at=CALLED_AT, item_ids=frozenset({"1"}), state=State.AWAITING_CUSTOMER,
    questions_open=1, asked_at=CALLED_AT, reminders_accepted=(NOW - timedelta(days=1), None),
)  # fmt: skip
CONFIRMED = replace(
    CALL, state=State.SCHEDULED, questions_open=0, reminders_accepted=(),
    confirmed_at=NOW - timedelta(days=1), effective_on=(NOW + timedelta(days=40)).date(),
)  # fmt: skip
ENDED_AT = NOW - timedelta(days=21)
RETURNS = replace(
    CONFIRMED, state=State.RESTORE_REQUESTED, received_at=NOW - timedelta(days=60),
    asked_at=None, confirmed_at=NOW - timedelta(days=58), effective_on=ENDED_AT.date(),
    executed_at=ENDED_AT, restore_asked_at=NOW - timedelta(hours=5),
    grace_ends_at=NOW + timedelta(days=9),
)  # fmt: skip


def draw(request: Request) -> list:
    drawn = plan(POLICY, request, ACCOUNT, NOW)
    return axis_points(steps=drawn.steps, state=request.state, now=NOW, zone=CHICAGO)


def phases(points: list) -> list[tuple[str, str]]:
    return [(p.phase, p.label) for p in points]


def test_while_we_wait_the_drop_is_ahead_and_only_a_condition():
    points = draw(CALL)
    assert phases(points) == [
        ("past", "Called"), ("past", "Details asked"), ("past", "Reminded"),
        ("now", "Waiting for answers"), ("future", "Reminder"), ("future", "Drops"),
        ("future", "Services end"), ("future", "Grace ends"), ("future", "Closes"),
    ]  # fmt: skip
    assert [p.label for p in points if p.is_conditional] == ["Reminder", "Drops"]
    assert [p.tone for p in points if p.phase == "now"] == ["them"]


def test_reminders_to_come_share_a_point():
    points = draw(replace(CALL, reminders_accepted=()))
    together = next(p for p in points if p.kind == "reminder")
    assert (together.label, together.when) == ("Reminders", f"20{NBSP}and{NBSP}25{NBSP}Nov")


def test_once_confirmed_nothing_is_asked_any_more():
    assert phases(draw(CONFIRMED)) == [
        ("past", "Called"), ("past", "Details asked"), ("past", "Confirmed"),
        ("now", "Scheduled"), ("future", "Services end"), ("future", "Grace ends"),
        ("future", "Closes"),
    ]  # fmt: skip


def test_a_wish_to_come_back_is_today_and_holds_what_follows():
    points = draw(RETURNS)
    now = next(p for p in points if p.phase == "now")
    assert (now.label, now.when, now.tone) == ("Asks to come back", f"today{NBSP}09:30", "us")
    assert "restore_asked" not in [p.kind for p in points if p.phase == "past"]
    assert [p.when.endswith("· held") for p in points if p.phase == "future"] == [True, True]


@pytest.mark.parametrize(
    ("state", "tone"), [(State.DROPPED, "off"), (State.WITHDRAWN, "off"), (State.CLOSED, "done")]
)
def test_what_is_over_ends_with_how_it_ended(state, tone):
    ended = replace(CALL if state is State.DROPPED else CONFIRMED, state=state, ended_at=NOW)
    if state is State.CLOSED:
        ended = replace(RETURNS, state=state, restore_asked_at=None, ended_at=NOW)
    points = draw(ended)
    assert {p.phase for p in points} == {"past"}
    assert (points[-1].label, points[-1].tone, points[-1].is_end) == (state.label, tone, True)


def test_the_list_says_every_step():
    drawn = plan(POLICY, CALL, ACCOUNT, NOW)
    listed = list_steps(steps=drawn.steps, today=NOW.date())
    assert [p.steps[0] for p in listed] == list(drawn.steps)
    assert all(p.when for p in listed)


IMMEDIATE = Policy(
    code="sip", name="At once", notice_days=0, grace_days=0, closes="at_once", execution_seconds=60
)


@pytest.mark.rule("R39")
def test_what_ends_with_the_confirmation_has_no_day_before_it() -> None:
    """ "Today" would be a promise that nobody made."""
    open_request = replace(CALL, state=State.IN_REVIEW, questions_open=0)
    drawn = plan(IMMEDIATE, open_request, ACCOUNT, NOW)
    points = axis_points(steps=drawn.steps, state=State.IN_REVIEW, now=NOW, zone=CHICAGO)
    ahead = [(p.label, p.when) for p in points if p.phase == "future"]
    assert ahead[0] == ("Services end", f"on{NBSP}confirmation")
    assert all(when == "then" for _, when in ahead[1:])
    listed = list_steps(steps=drawn.steps, today=NOW.date())
    assert {p.when for p in listed if p.phase == "future"} == {"Then"}


@pytest.mark.rule("R32")
def test_the_link_to_their_own_page_is_in_the_plan_before_the_case_is_open() -> None:
    policy = replace(IMMEDIATE, channel="self_service", agent_may_execute=False)
    called = Request(received_at=NOW, item_ids=frozenset({"1"}), by_link=True)
    drawn = plan(policy, called, ACCOUNT, NOW)
    listed = [p.label for p in list_steps(steps=drawn.steps, today=NOW.date())]
    assert listed[:5] == ["Called", "Email with the link", "Reminder", "Reminder", "Dropped"]
    assert any("link to your own page" in str(sentence) for sentence in drawn.say)


@pytest.mark.rule("R15")
def test_a_notice_that_starts_afresh_leaves_the_call_where_it_was() -> None:
    again = replace(
        CALL, state=State.IN_REVIEW, received_at=NOW - timedelta(days=1), called_at=CALLED_AT
    )
    points = draw(again)
    assert phases(points)[:3] == [
        ("past", "Called"), ("past", "Details asked"), ("past", "Reminded"),
    ]  # fmt: skip
    assert points[0].when == points[1].when  # that day, not the one of the new notice
