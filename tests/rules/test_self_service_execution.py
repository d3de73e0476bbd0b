"""R39, R40: down within a minute of the confirmation, and for good."""

from datetime import timedelta

import pytest

from cases.actions import confirmation, execution, orders, repair, restoration
from cases.actions.base import Actor, NotPossible, change_case
from cases.domain.trust import Level
from cases.models import Case
from cases.models.preview import read_preview
from tests.cases.build import CALL, Desk
from tests.rules.helpers import item_states, open_todos, outcomes, purposes

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def desk(db, time_machine) -> Desk:
    """Three trunks, and a provider whose clock stands where the desk's does."""
    time_machine.move_to(CALL, tick=False)
    desk = Desk(items=[{"kind": "trunk"}, {"kind": "trunk"}, {"kind": "trunk"}], file="sipstation")
    desk.travel = time_machine.move_to
    return desk


def provide(desk: Desk, **config) -> None:
    desk.brand.provisioning = {"adapter": "sandbox", **config}
    desk.brand.save()


def confirm(desk: Desk) -> Case:
    """The customer confirms on their page; nothing has been asked of the provider yet."""
    case = desk.open()
    preview = read_preview(case, now=desk.now)
    confirmation.confirm_by_customer(
        case_id=case.pk,
        actor=Actor.customer(desk.contact, Level.L3),
        now=desk.now,
        seen=preview.digest,
        typed=preview.phrase,
    )
    return desk.read(case)


def wait(desk: Desk, seconds: int) -> None:
    """Let so many seconds pass, for the desk and for the provider, and do what is due."""
    desk.now += seconds * SECOND
    desk.travel(desk.now, tick=False)
    desk.run()


# -- R39: within sixty seconds ------------------------------------------------------------------
@pytest.mark.rule("R39")
def test_it_starts_when_the_confirmation_is_committed(desk, monkeypatch, settings):
    """Not at the next tick: the wake-up comes with the commit, and no timer is waited for."""
    woken = []
    monkeypatch.setattr(execution, "wake_provisioning", lambda change: woken.append(change.case.pk))
    case = confirm(desk)
    assert woken == [case.pk]
    assert case.state == "executing"
    assert outcomes(case) == ["deactivating"] * 3
    assert not case.timers.exists()
    assert case.execution_due_at == case.confirmed_at + 60 * SECOND


@pytest.mark.rule("R39")
def test_what_was_promised_in_seconds_goes_before_all_others(desk, monkeypatch):
    """Others have been due for an hour, and the wake-up was lost: one claim, and it is down."""
    monkeypatch.setattr(orders, "BATCH", 4)
    others = Desk(items=8)
    waiting = others.confirm(others.open())
    waiting.items.update(outcome="deactivating", next_attempt_at=desk.now - 3600 * SECOND)
    case = confirm(desk)
    assert orders.provision_due(now=desk.now, limit=3) == 3
    assert outcomes(case) == ["ended"] * 3
    assert outcomes(waiting) == ["deactivating"] * 8
    orders.provision_due(now=desk.now, limit=4)
    assert outcomes(waiting).count("deactivated") == 4, "then the others have their turn"


@pytest.mark.rule("R39")
def test_the_calendar_wakes_the_sweep_and_a_person_a_worker_for_the_case(desk, monkeypatch):
    """Ten thousand dates at midnight fill no queue in which a customer's confirmation waits."""
    woken = []
    monkeypatch.setattr(orders, "wake", lambda task, *ids: woken.append((task.name, *ids)))
    case = confirm(desk)
    assert woken == [("cases.tasks.provision", case.pk)]
    others = Desk()
    scheduled = others.confirm(others.open())
    others.go_to(others.now + 70 * 86400 * SECOND)
    assert others.read(scheduled).state == "closed"
    assert set(woken[1:]) == {("cases.tasks.sweep_provisioning",)}


@pytest.mark.rule("R39")
def test_in_time_nobody_is_alarmed(desk):
    provide(desk, delay_s=40)
    case = confirm(desk)
    desk.run()
    wait(desk, 40)
    case = desk.read(case)
    assert (case.state, case.execution_late_at) == ("closed", None)
    assert open_todos(case) == []
    [said] = case.events.filter(kind="executed")
    assert said.data["seconds"] == 40, "from the confirmation to the last acknowledgement"
    wait(desk, 60)
    assert not case.events.filter(kind="execution_late").exists()


@pytest.mark.rule("R39")
def test_a_breach_alarms_once_and_is_told_on_the_case(desk):
    provide(desk, fail_verbs=["terminate"])
    case = confirm(desk)
    desk.run()
    wait(desk, 60)
    assert "execution_late" not in open_todos(case), "the last second still counts"
    wait(desk, 1)
    case = desk.read(case)
    assert case.execution_late_at == desk.now
    assert "execution_late" in open_todos(case)
    assert case.turn == "us"
    wait(desk, 30)
    assert case.events.filter(kind="execution_late").count() == 1
    provide(desk)
    desk.do(repair.retry_item, case)
    desk.run()
    assert desk.read(case).state == "closed"


@pytest.mark.rule("R39")
def test_a_last_answer_that_comes_too_late_is_a_breach_too(desk):
    """No sweep ran between the end of the minute and the answer."""
    case = confirm(desk)
    orders.provision_due(now=desk.now, limit=2)
    desk.now += 90 * SECOND
    orders.provision_due(now=desk.now)
    case = desk.read(case)
    assert case.state == "closed"
    assert case.execution_late_at == desk.now
    assert open_todos(case) == ["execution_late"]


@pytest.mark.rule("R39")
def test_while_there_is_time_it_is_tried_again_every_few_seconds(desk):
    first = desk.customer.items.order_by("pk").first()
    provide(desk, fail_items=[first.pk])
    case = confirm(desk)
    desk.run()
    assert outcomes(case) == ["failed", "ended", "ended"], "partial failure is visible"
    provide(desk)
    wait(desk, 5)
    assert desk.read(case).state == "closed"


# -- R40: for good ------------------------------------------------------------------------------
@pytest.mark.rule("R40")
def test_services_end_and_are_never_only_suspended(desk):
    case = confirm(desk)
    desk.run()
    case = desk.read(case)
    assert item_states(case) == ["ended"] * 3
    assert outcomes(case) == ["ended"] * 3
    assert case.grace_ends_at is None
    assert case.state == "closed"
    assert "cancelled" in purposes(case)


@pytest.mark.rule("R40")
def test_there_is_no_way_back(desk):
    case = confirm(desk)
    for _ in range(2):  # while it goes down, and afterwards
        for act in (restoration.restore, restoration.request_restore):
            with pytest.raises(NotPossible):
                desk.do(act, case)
        desk.run()
    case = desk.read(case)
    with change_case(case_id=case.pk, actor=desk.actor, now=desk.now) as change:
        for move in (change.case.request_restore, change.case.restore):
            with pytest.raises(NotPossible):
                change.move(move, **({"asked_at": desk.now} if "request" in move.__name__ else {}))
    assert item_states(case) == ["ended"] * 3


@pytest.mark.rule("R40")
@pytest.mark.parametrize("minutes", [0, 600])
def test_a_reply_that_asks_for_it_is_refused_and_seen_by_an_agent(desk, sink, minutes):
    """While it goes down, and after."""
    if not minutes:
        provide(desk, fail_verbs=["terminate"])
    case = confirm(desk)
    desk.run()
    desk.now += timedelta(minutes=minutes)
    before = desk.read(case).state
    desk.reply(case, "Please restore our services, we need them back.")
    desk.run()
    case = desk.read(case)
    assert case.state == before
    assert not set(item_states(case)) - {"ended", "active"}
    assert "cannot_undo" in open_todos(case)
    assert purposes(case)[-1] == "cannot_undo"
    text = sink.messages[-1].get_body(("plain",)).get_content()
    assert "cannot be undone" in text
    desk.reply(case, "Please restore our services!")
    desk.run()
    assert purposes(case).count("cannot_undo") == 1, "one automatic answer a day (G22)"


@pytest.mark.rule("R40")
def test_thanks_gets_no_such_answer(desk):
    case = confirm(desk)
    desk.run()
    desk.reply(case, "Thank you!")
    assert "cannot_undo" not in purposes(case)
