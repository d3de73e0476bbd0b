"""R20, R28, R29, R56: the date itself, service by service."""

from datetime import timedelta

import pytest

from cases.actions import repair
from cases.actions.base import NotPossible
from cases.models import CaseItem
from cases.models.planning import plan_case
from config import clock
from tests.cases.build import Desk
from tests.rules.helpers import (
    chicago,
    item_states,
    leap,
    live_timers,
    open_todos,
    outcomes,
    purposes,
)

pytestmark = pytest.mark.django_db

DATE = chicago(2026, 10, 21)
DONE = DATE + timedelta(minutes=1)  # mail that is on its way gets a minute


def provide(desk: Desk, **config) -> None:
    """Tell the imaginary provider how to behave."""
    desk.brand.provisioning = {"adapter": "sandbox", **config}
    desk.brand.save()


# -- R20: "cancelled" ---------------------------------------------------------------------------
@pytest.mark.rule("R20")
def test_on_the_date_services_end_and_an_email_says_so_once(desk, sink):
    case = desk.confirm(desk.open())
    desk.go_to(DATE - timedelta(seconds=1))
    assert item_states(case) == ["active"] * 3
    assert purposes(case) == ["confirmation"]
    desk.go_to(DONE)
    case = desk.read(case)
    assert case.state == "in_grace"
    assert item_states(case) == ["suspended"] * 3
    assert case.executed_at == DONE
    assert "your services are cancelled" in sink.messages[-1]["Subject"]
    assert "busy" in sink.messages[-1].get_body(("plain",)).get_content()
    for _ in range(3):
        leap(desk, days=1)
    assert purposes(case) == ["confirmation", "cancelled"]
    assert case.events.filter(kind="executed").count() == 1


@pytest.mark.rule("R20")
def test_it_is_said_only_after_the_last_service_went_down(desk):
    """The provider takes two hours for each: nothing is said while one is still up."""
    provide(desk, delay_s=7200)
    case = desk.confirm(desk.open())
    clock.move_to(DONE)
    desk.go_to(DONE)
    assert desk.read(case).state == "executing"
    assert item_states(case) == ["active"] * 3
    assert purposes(case) == ["confirmation"]
    clock.move_to(DONE + timedelta(hours=3))
    desk.go_to(DONE + timedelta(hours=3))
    assert desk.read(case).state == "in_grace"
    assert purposes(case) == ["confirmation", "cancelled"]


# -- R28: licences that are still assigned ------------------------------------------------------
def licensed() -> Desk:
    return Desk(items=[{"kind": "licence", "assigned_to": "Jo Fern"}, {"kind": "licence"}, {}])


def partial(desk: Desk):
    first, second, _ = desk.customer.items.order_by("pk")
    return desk.open(item_ids=[first.pk, second.pk])


@pytest.mark.rule("R28")
def test_until_the_confirmation_it_is_advice():
    desk = licensed()
    case = partial(desk)
    [blocker] = plan_case(case, now=desk.now).blockers
    assert blocker.severity == "advisory"
    assert "Jo Fern" in blocker.what + blocker.how
    assert desk.confirm(case).state == "scheduled"


@pytest.mark.rule("R28")
def test_at_execution_it_stops_that_service_alone():
    desk = licensed()
    case = desk.confirm(partial(desk))
    desk.go_to(DONE)
    case = desk.read(case)
    assert case.state == "executing"
    assert outcomes(case) == ["stopped", "deactivated"]
    assert item_states(case) == ["active", "suspended"]
    assert open_todos(case) == ["item_stopped"]
    assert "cancelled" not in purposes(case)
    with pytest.raises(NotPossible, match="clear it first"):
        desk.do(repair.retry_item, case)
    desk.customer.items.filter(assigned_to="Jo Fern").update(assigned_to="")
    desk.do(repair.retry_item, case)
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace"
    assert outcomes(case) == ["deactivated", "deactivated"]
    assert open_todos(case) == []
    assert purposes(case) == ["confirmation", "cancelled"]


@pytest.mark.rule("R28")
def test_unassigned_in_time_nothing_stops():
    desk = licensed()
    case = desk.confirm(partial(desk))
    desk.customer.items.filter(assigned_to="Jo Fern").update(assigned_to="")
    desk.go_to(DONE)
    assert desk.read(case).state == "in_grace"


@pytest.mark.rule("R28")
def test_when_the_whole_account_goes_nobody_has_to_unassign():
    desk = licensed()
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    assert desk.read(case).state == "in_grace"


# -- R29: the rest stays ------------------------------------------------------------------------
@pytest.mark.rule("R29")
def test_a_partial_cancellation_touches_nothing_else(desk):
    second = desk.customer.items.order_by("pk")[1]
    case = desk.open(item_ids=[second.pk])
    plan = plan_case(case, now=desk.now)
    assert (plan.whole_account, plan.staying) == (False, 2)
    assert "Your two other services stay active." in plan.say
    case = desk.confirm(case)
    assert "everything else stays active" in desk.mails(case, "confirmation")[0].text
    others = list(desk.customer.items.exclude(pk=second.pk).order_by("pk").values())
    desk.go_to(chicago(2026, 12, 1))
    assert desk.read(case).state == "closed"
    assert list(desk.customer.items.exclude(pk=second.pk).order_by("pk").values()) == others
    second.refresh_from_db()
    assert second.status == "ended"


@pytest.mark.rule("R29")
def test_choosing_everything_offers_the_whole_account(desk):
    case = desk.open()
    assert case.whole_account
    assert plan_case(case, now=desk.now).whole_account_offered
    case = desk.confirm(case)
    assert "your whole account" in desk.mails(case, "confirmation")[0].text


@pytest.mark.rule("R29")
def test_what_a_second_call_adds_may_make_it_the_whole_account(desk):
    from cases.actions import intake

    first, second, third = desk.customer.items.order_by("pk")
    case = desk.open(item_ids=[first.pk, second.pk])
    assert not case.whole_account
    case = desk.do(intake.join_case, case, item_ids=[third.pk], caller_name="Rosa")
    assert desk.read(case).whole_account


@pytest.mark.rule("R29")
def test_state_is_kept_per_service(desk):
    failing = desk.customer.items.order_by("pk")[1]
    provide(desk, fail_items=[failing.pk])
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    assert outcomes(case) == ["deactivated", "failed", "deactivated"]
    assert item_states(case) == ["suspended", "active", "suspended"]


# -- R56: what failed is not announced ----------------------------------------------------------
@pytest.mark.rule("R56")
def test_a_failed_execution_says_nothing_and_starts_no_grace(desk):
    failing = desk.customer.items.order_by("pk")[1]
    provide(desk, fail_items=[failing.pk])
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    for _ in range(5):
        leap(desk, days=0.4)
    case = desk.read(case)
    assert case.state == "executing"
    assert (case.executed_at, case.grace_ends_at) == (None, None)
    assert live_timers(case) == {}
    assert purposes(case) == ["confirmation"]
    assert case.items.get(item=failing).attempts >= 3
    assert open_todos(case) == ["item_failed"]
    assert case.turn == "us"


@pytest.mark.rule("R56")
def test_grace_starts_when_the_repair_succeeded(desk):
    provide(desk, fail_verbs=["deactivate"])
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    leap(desk, days=2)
    assert outcomes(case) == ["failed"] * 3
    provide(desk)
    desk.do(repair.retry_item, case)
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace"
    assert case.executed_at == desk.now
    assert case.grace_ends_at == chicago(2026, 11, 23), "thirty days after 23 October"
    assert purposes(case) == ["confirmation", "cancelled"]
    assert open_todos(case) == []


@pytest.mark.rule("R56")
def test_a_provider_that_raises_is_a_failure_and_no_crash(desk, monkeypatch):
    from accounts import provisioning

    def explode(**_):
        raise TimeoutError("no answer within 30 s")

    monkeypatch.setattr(provisioning, "deactivate", explode)
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    assert desk.read(case).state == "executing"
    assert "TimeoutError" in CaseItem.objects.filter(case=case).first().detail
    monkeypatch.undo()
    leap(desk, days=1)
    assert desk.read(case).state == "in_grace"


@pytest.mark.rule("R56")
def test_one_case_that_fails_keeps_no_other_from_its_date(desk):
    other = Desk()
    provide(desk, fail_verbs=["deactivate"])
    failing, fine = desk.confirm(desk.open()), other.confirm(other.open())
    desk.go_to(DONE)
    assert (desk.read(failing).state, other.read(fine).state) == ("executing", "in_grace")
