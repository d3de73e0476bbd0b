"""By hand: done at the provider, ticked on the checklist, kept after all."""

from datetime import timedelta

import pytest

from accounts.models import ManualTask
from accounts.roles import Role
from cases.actions import confirmation, repair, restoration
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.queries.possible import list_possible
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import chicago, item_states, open_todos, outcomes, purposes

pytestmark = pytest.mark.django_db
DONE = chicago(2026, 10, 21, 0, 1)


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def provide(desk: Desk, **config) -> None:
    desk.brand.provisioning = {"adapter": "sandbox", **config}
    desk.brand.save()


def executing(desk: Desk, **config):
    provide(desk, **config)
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    return desk.read(case)


# -- marked as done -----------------------------------------------------------------------------
@pytest.mark.rule("R56")
def test_what_a_person_did_at_the_provider_counts_as_an_answer(desk):
    first = desk.customer.items.order_by("pk").first()
    case = executing(desk, fail_items=[first.pk])
    [failed] = case.items.filter(outcome="failed")
    desk.do(
        repair.mark_item_done, case, case_item_id=failed.pk, reason="Switched off in the console"
    )
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace"
    assert item_states(case) == ["suspended"] * 3
    assert purposes(case) == ["confirmation", "cancelled"]
    [said] = case.events.filter(kind="item_marked_done")
    assert (said.actor, said.data["reason"]) == (desk.agent, "Switched off in the console")


def test_it_needs_a_reason_and_something_under_way(desk):
    first = desk.customer.items.order_by("pk").first()
    case = executing(desk, fail_items=[first.pk])
    failed, done = case.items.get(outcome="failed"), case.items.filter(outcome="deactivated")[0]
    with pytest.raises(NotPossible, match="Say what was done"):
        desk.do(repair.mark_item_done, case, case_item_id=failed.pk, reason="  ")
    with pytest.raises(NotPossible, match="Nothing is under way"):
        desk.do(repair.mark_item_done, case, case_item_id=done.pk, reason="again")


def test_a_restore_can_be_finished_by_hand_too(desk):
    case = executing(desk)
    provide(desk, fail_verbs=["reactivate"])
    desk.do(restoration.restore, case)
    desk.run()
    for case_item in case.items.all():
        desk.do(repair.mark_item_done, case, case_item_id=case_item.pk, reason="Switched on")
    case = desk.read(case)
    assert case.state == "restored"
    assert item_states(case) == ["active"] * 3


@pytest.mark.rule("R43")
@pytest.mark.parametrize("role", Role.values)
def test_where_only_the_customer_ends_services_no_role_marks_one_as_done(db, role):
    desk = Desk(items=[{"kind": "sim"}], file="soracom")
    case = desk.open()
    case.items.update(outcome="failed")
    with pytest.raises((NotPossible, NotAllowed)):
        repair.mark_item_done(
            case_id=case.pk,
            case_item_id=case.items.get().pk,
            reason="I did it",
            actor=Actor.staff(factories.make_user(role=role)),
            now=desk.now,
        )
    assert item_states(case) == ["active"]


# -- the manual checklist -----------------------------------------------------------------------
def test_a_manual_order_waits_until_a_person_ticks_it(desk):
    case = executing(desk, adapter="manual")
    assert outcomes(case) == ["deactivating"] * 3
    desk.go_to(DONE + timedelta(days=3))
    assert set(case.items.values_list("attempts", "next_attempt_at")) == {(1, None)}
    first, *others = case.items.order_by("pk")
    desk.do(repair.tick_item, case, case_item_id=first.pk, note="in the old console")
    assert outcomes(case) == ["deactivated", "deactivating", "deactivating"]
    task = ManualTask.objects.get(item=first.item)
    assert (task.done_by, task.done_at, task.note) == (desk.agent, desk.now, "in the old console")
    first.refresh_from_db()
    assert first.detail == f"Done by {desk.agent.display_name}: in the old console"
    for case_item in others:
        desk.do(repair.tick_item, case, case_item_id=case_item.pk)
    assert desk.read(case).state == "in_grace"
    assert case.events.filter(kind="item_ticked", actor=desk.agent).count() == 3


def test_ticking_twice_counts_once(desk):
    case = executing(desk, adapter="manual")
    first = case.items.order_by("pk").first()
    desk.do(repair.tick_item, case, case_item_id=first.pk, note="first")
    with pytest.raises(NotPossible, match="Nothing is under way"):
        desk.do(repair.tick_item, case, case_item_id=first.pk, note="second")
    assert ManualTask.objects.get(item=first.item).note == "first"


def test_what_is_not_on_the_checklist_cannot_be_ticked(desk):
    first = desk.customer.items.order_by("pk").first()
    case = executing(desk, fail_items=[first.pk])
    with pytest.raises(NotPossible, match="not on the checklist"):
        desk.do(repair.tick_item, case, case_item_id=case.items.get(outcome="failed").pk)


# -- kept ---------------------------------------------------------------------------------------
def stopped() -> tuple[Desk, object]:
    """Two of three licences are to go, one of them still assigned."""
    desk = Desk(items=[{"kind": "licence", "assigned_to": "Jo Fern"}, {"kind": "licence"}, {}])
    first, second, _ = desk.customer.items.order_by("pk")
    case = desk.confirm(desk.open(item_ids=[first.pk, second.pk]))
    desk.go_to(DONE)
    return desk, desk.read(case)


@pytest.mark.rule("R28")
def test_a_stopped_licence_can_be_released_as_kept(sink):
    desk, case = stopped()
    assert open_todos(case) == ["item_stopped"]
    kept = case.items.get(outcome="stopped")
    desk.do(repair.keep_item, case, case_item_id=kept.pk, reason="Jo stays")
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace"
    assert outcomes(case) == ["kept", "deactivated"]
    assert item_states(case) == ["active", "suspended"]
    assert open_todos(case) == []
    assert not case.items.get(outcome="kept").holds_item
    [said] = case.events.filter(kind="executed")
    assert said.summary.startswith("1 of 2 services deactivated")
    assert "1 kept" in said.summary


@pytest.mark.rule("R29")
def test_what_was_kept_is_neither_restored_nor_purged(sink):
    desk, case = stopped()
    desk.do(repair.keep_item, case)
    desk.do(restoration.restore, case)
    desk.run()
    case = desk.read(case)
    assert case.state == "restored"
    assert outcomes(case) == ["kept", "restored"]


def test_not_everything_can_be_kept(sink):
    desk = Desk(items=[{"kind": "licence", "assigned_to": "Jo Fern"}, {}])
    licence = desk.customer.items.get(kind="licence")
    case = desk.confirm(desk.open(item_ids=[licence.pk]))
    desk.go_to(DONE)
    with pytest.raises(NotPossible, match="nothing would be cancelled"):
        desk.do(repair.keep_item, case)
    assert outcomes(case) == ["stopped"]
    assert [p.name for p in list_possible(case=desk.read(case), user=desk.agent)] == [
        "retry", "withdraw",
    ]  # fmt: skip
    desk.do(confirmation.withdraw, case, reason="they keep the licence")
    desk.run()
    case = desk.read(case)
    assert (case.state, outcomes(case), item_states(case)) == ("withdrawn", ["kept"], ["active"])
    assert open_todos(case) == []
    assert purposes(case) == ["confirmation", "withdrawn"]
    desk.open(item_ids=[licence.pk])  # the service is free for another case (R55)


def test_what_went_down_cannot_be_stayed_with(sink):
    desk, case = stopped()
    assert "withdraw" not in [p.name for p in list_possible(case=case, user=desk.agent)]
    with pytest.raises(NotPossible, match="Withdraw is not possible"):
        desk.do(confirmation.withdraw, case)
    assert desk.read(case).state == "executing"


def test_only_what_is_stopped_is_kept(desk):
    case = executing(desk, fail_verbs=["deactivate"])
    with pytest.raises(NotPossible, match="no stopped service"):
        desk.do(repair.keep_item, case, case_item_id=case.items.first().pk)
