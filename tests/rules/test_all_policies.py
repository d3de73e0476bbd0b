"""R52 to R55: frozen policies, effects that happen once, events that meet."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models.sandbox import SandboxOrder
from cases.actions import confirmation, intake, orders, replies, restoration, timers
from cases.actions.base import CaseChanged, NotPossible
from cases.models import Case, CaseItem
from cases.models.planning import plan_case
from notifications import inbound, outbox
from tests import factories
from tests.cases.build import CALL, Desk, publish
from tests.rules.helpers import (
    at_once,
    chicago,
    item_states,
    leap,
    live_timers,
    open_todos,
    purposes,
)

pytestmark = pytest.mark.django_db

EARLIEST = date(2026, 10, 21)
DONE = chicago(2026, 10, 21, 0, 1)
END = chicago(2026, 11, 21)
on_real_connections = pytest.mark.django_db(transaction=True)


# -- R52: the policy is frozen ------------------------------------------------------------------
STRICTER = {
    "notice_days": 60,
    "grace_days": 5,
    "billing": "no_refund",
    "fee": {"kind": "flat", "amount": "999.00"},
    "final_notice_time": "18:00",
}


def edit_policy(desk: Desk, **given: Any) -> None:
    publish(desk.policy, {**desk.policy.current().data, **STRICTER}, number=2, **given)


@pytest.mark.rule("R52")
def test_a_policy_edited_after_the_confirmation_changes_no_promise():
    desk = Desk()
    factories.make_contract(customer=desk.customer, monthly_amount=Decimal("100.00"))
    case = desk.confirm(desk.open())
    promise = case.promises.values().get()
    before = plan_case(case, now=desk.now)
    edit_policy(desk)
    case = desk.read(case)
    assert case.policy_version.number == 1
    assert plan_case(case, now=desk.now) == before
    assert live_timers(case) == {"execute": chicago(2026, 10, 21)}
    desk.go_to(DONE)
    case = desk.read(case)
    assert case.grace_ends_at == END, "thirty days, as promised, not five"
    desk.go_to(END - timedelta(seconds=1))
    assert desk.mails(case, "final_notice")[0].accepted_at == chicago(2026, 11, 20, 9)
    assert case.promises.values().get() == promise


@pytest.mark.rule("R52")
def test_another_date_is_counted_by_the_frozen_policy_too():
    desk = Desk()
    factories.make_contract(customer=desk.customer, monthly_amount=Decimal("100.00"))
    case = desk.confirm(desk.open())
    edit_policy(desk)
    desk.do(confirmation.reschedule, case, wished_on=date(2026, 10, 28), reason="a week more")
    assert case.promises.get(superseded_at=None).fee == Decimal("600.00"), "and not 999.00"


@pytest.mark.rule("R52")
def test_until_the_confirmation_the_newest_policy_counts(desk):
    case = desk.open()
    edit_policy(desk)
    case = desk.confirm(case)
    assert case.policy_version.number == 2
    assert case.effective_on == date(2026, 11, 20), "sixty days after the call"


@pytest.mark.rule("R52")
def test_a_draft_counts_for_nobody(desk):
    case = desk.open()
    edit_policy(desk, at=None)
    assert desk.confirm(case).effective_on == EARLIEST


# -- R53: once ----------------------------------------------------------------------------------
def many_due(number: int = 3) -> list[tuple[Desk, Case]]:
    """Confirmed cases whose date has come."""
    desks = [Desk() for _ in range(number)]
    return [(desk, desk.confirm(desk.open())) for desk in desks]


@pytest.mark.rule("R53")
@on_real_connections
def test_many_sweepers_at_once_do_everything_once(sink):
    cases = many_due()
    sent_before = len(sink.accepted)
    for instant in (DONE, chicago(2026, 11, 20, 9), END + timedelta(minutes=1)):
        sweepers = [
            partial(timers.fire_due, now=instant),
            partial(orders.provision_due, now=instant),
            partial(outbox.deliver_due, now=instant),
        ]
        for _ in range(2):
            results = at_once(*sweepers * 2)
            assert all(isinstance(result, int) for result in results), results
        cases[0][0].now = instant
        cases[0][0].run()
    kinds = ["execution_started", "executed", "final_notice_delivered", "closed"]
    for desk, case in cases:
        case = desk.read(case)
        assert case.state == "closed"
        assert purposes(case) == ["confirmation", "cancelled", "final_notice"]
        for kind in kinds:
            assert case.events.filter(kind=kind).count() == 1, kind
        sequences = list(case.events.order_by("sequence").values_list("sequence", flat=True))
        assert sequences == list(range(1, case.last_sequence + 1))
        assert set(case.items.values_list("attempts", flat=True)) == {1}
    assert len(sink.accepted) - sent_before == 2 * len(cases), "no mail left twice"
    items = sum(case.items.count() for _, case in cases)
    assert SandboxOrder.objects.count() == 2 * items, "one order to suspend, one to terminate"


@pytest.mark.rule("R53")
def test_each_effect_has_a_key_of_its_own(desk):
    case = desk.confirm(desk.open())
    desk.go_to(END + timedelta(minutes=1))
    keys = [mail.key for mail in desk.mails(case)]
    assert len(keys) == len(set(keys)) == 3
    assert all(key.startswith(f"case:{case.pk}:") for key in keys)
    orders = set(SandboxOrder.objects.values_list("key", flat=True))
    items = case.items.values_list("item_id", flat=True)
    verbs = ("deactivate", "terminate")  # on the promised date, and for good when grace is over
    assert orders == {f"{case.number}:{pk}:{verb}" for pk in items for verb in verbs}


@pytest.mark.rule("R53")
def test_a_worker_that_died_after_the_provider_acted_asks_again_with_the_same_key(desk):
    case = desk.confirm(desk.open())
    desk.now = DONE
    timers.fire_due(now=desk.now)
    [claimed] = orders.claim_items(now=desk.now, limit=1, case_id=case.pk)
    assert orders.ask_provider(claimed).status == "done"  # and here it died
    desk.run()
    assert desk.read(case).state == "executing"
    leap(desk, days=0.1)
    assert desk.read(case).state == "in_grace"
    assert SandboxOrder.objects.count() == 3


@pytest.mark.rule("R53")
def test_a_timer_that_fired_fires_no_more(desk):
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    [timer] = case.timers.filter(kind="execute")
    assert not timers.fire_timer(timer_id=timer.pk, case_id=case.pk, now=desk.now)
    assert case.events.filter(kind="execution_started").count() == 1


@pytest.mark.rule("R53")
def test_late_workers_catch_up_in_order_and_skip_no_notice(desk):
    """Everything stood still for a hundred days."""
    case = desk.confirm(desk.open())
    desk.now = CALL + timedelta(days=100)
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace", "grace is counted from the execution that really was"
    assert case.executed_at == desk.now
    assert purposes(case) == ["confirmation", "cancelled"]
    desk.now += timedelta(days=100)
    desk.run()
    case = desk.read(case)
    assert case.state == "in_grace", "the last notice first, and then its day"
    assert purposes(case) == ["confirmation", "cancelled", "final_notice"]
    leap(desk, days=1)
    assert desk.read(case).state == "closed"


@pytest.mark.rule("R53")
def test_after_an_outage_a_reminder_and_its_drop_never_go_together(desk):
    case = desk.ask(desk.open())
    desk.now = CALL + timedelta(days=20)
    desk.run()
    assert purposes(case) == ["questions", "reminder"]
    assert desk.read(case).state == "awaiting_customer"
    desk.pass_days(4.1)
    assert purposes(case) == ["questions", "reminder", "reminder"]
    assert desk.read(case).state == "awaiting_customer"
    desk.pass_days(6.5)
    assert desk.read(case).state == "awaiting_customer", "seven days after the last reminder"
    desk.pass_days(0.6)
    assert desk.read(case).state == "dropped"


# -- R54: events that meet ----------------------------------------------------------------------
def the_one(results, kind):
    return [result for result in results if isinstance(result, kind)]


@pytest.mark.rule("R54")
@on_real_connections
def test_a_confirmation_against_a_withdrawal():
    for _ in range(2):
        desk = Desk()
        case = desk.open()
        version = case.version
        results = at_once(
            partial(desk.do, confirmation.confirm, case, version=version),
            partial(desk.do, confirmation.withdraw, case, version=version),
        )
        [loser] = the_one(results, CaseChanged)
        [winner] = the_one(results, Case)
        assert "Someone changed this case" in str(loser)
        case = desk.read(case)
        assert case.state == winner.state
        assert case.promises.count() == (case.state == "scheduled")
        assert CaseItem.objects.filter(case=case, holds_item=True).exists() is case.is_open


@pytest.mark.rule("R54")
@on_real_connections
def test_a_restore_against_the_purge():
    """In time, unread, while two sweepers purge: whatever the order, the customer is back."""
    for _ in range(2):
        desk = Desk()
        case = desk.confirm(desk.open())
        desk.go_to(END)
        desk.reply(case, "Please restore our services.", process=False)
        desk.now = END + timedelta(minutes=1)
        results = at_once(
            partial(timers.fire_due, now=desk.now),
            partial(inbound.process_due, now=desk.now),
            partial(timers.fire_due, now=desk.now),
        )
        assert all(isinstance(result, int) for result in results), results
        leap(desk, days=0.1)
        case = desk.read(case)
        assert case.state == "restored"
        assert item_states(case) == ["active"] * 3


@pytest.mark.rule("R54")
@on_real_connections
def test_an_agents_restore_against_the_purge_has_one_winner():
    desk = Desk()
    case = desk.confirm(desk.open())
    desk.go_to(END)
    later = END + timedelta(minutes=1)
    results = at_once(
        partial(timers.fire_due, now=later),
        partial(restoration.restore, case_id=case.pk, actor=desk.actor, now=END),
    )
    desk.now = later
    desk.run()
    case = desk.read(case)
    refused = the_one(results, NotPossible)
    assert case.state == ("closed" if refused else "restored")
    expected = {"closed": "ended", "restored": "active"}[case.state]
    assert item_states(case) == [expected] * 3


@pytest.mark.rule("R54")
def test_the_loser_is_told_and_nothing_is_lost(desk):
    case = desk.open()
    seen = case.version
    desk.do(confirmation.confirm, case, version=seen)
    with pytest.raises(CaseChanged, match="Someone changed this case"):
        desk.do(confirmation.withdraw, case, version=seen)
    assert desk.read(case).state == "scheduled"


@pytest.mark.rule("R54")
def test_a_tie_at_the_end_of_grace_favours_the_customer(desk):
    case = desk.confirm(desk.open())
    desk.go_to(END)
    assert desk.do(restoration.restore, case).state == "restoring"


@pytest.mark.rule("R54")
def test_a_tie_at_the_date_favours_the_customer(desk):
    """The wish to stay came at the very instant of the date: nothing ends."""
    case = desk.confirm(desk.open())
    desk.go_to(chicago(2026, 10, 21))
    desk.reply(case, "Please stop the cancellation, we want to stay.", process=False)
    desk.now = DONE
    timers.fire_due(now=desk.now)
    desk.run()
    case = desk.read(case)
    assert case.state == "scheduled"
    assert open_todos(case) == ["reply_before_date"]
    assert item_states(case) == ["active"] * 3


# -- R55: one open case per service -------------------------------------------------------------
@pytest.mark.rule("R55")
def test_a_second_call_finds_the_open_case_and_joins_it(desk):
    first, second, third = desk.customer.items.order_by("pk")
    case = desk.open(item_ids=[first.pk, second.pk])
    desk.pass_days(2)
    with pytest.raises(intake.AlreadyOpen) as refusal:
        desk.open(item_ids=[second.pk, third.pk])
    assert refusal.value.case == case
    assert case.number in str(refusal.value)
    assert Case.objects.count() == 1
    case = desk.do(intake.join_case, case, item_ids=[second.pk, third.pk], caller_name="Jo Fern")
    assert case.items.count() == 3
    assert case.received_at == CALL, "the first call's date stays"
    assert desk.confirm(case).effective_on == EARLIEST
    assert "Jo Fern" in case.events.get(kind="joined").summary


@pytest.mark.rule("R55")
def test_an_earlier_call_that_is_entered_later_wins(desk):
    case = desk.open()
    earlier = CALL - timedelta(days=4)
    desk.do(intake.join_case, case, item_ids=[], caller_name="Jo", received_at=earlier)
    case = desk.read(case)
    assert case.received_at == earlier
    assert desk.confirm(case).effective_on == EARLIEST - timedelta(days=4)


@pytest.mark.rule("R55")
def test_a_confirmed_case_takes_no_more_services(desk):
    first, second, _ = desk.customer.items.order_by("pk")
    case = desk.confirm(desk.open(item_ids=[first.pk]))
    with pytest.raises(NotPossible, match="a case of their own"):
        desk.do(intake.join_case, case, item_ids=[second.pk], caller_name="Jo")
    assert desk.open(item_ids=[second.pk]).pk != case.pk


@pytest.mark.rule("R55")
def test_a_case_that_ended_holds_nothing(desk):
    case = desk.open()
    desk.do(confirmation.withdraw, case)
    assert desk.open().pk != case.pk


@pytest.mark.rule("R55")
def test_the_database_itself_allows_one(desk):
    case = desk.open()
    other = Desk().open()
    item = case.items.first().item
    with pytest.raises(IntegrityError, match="item_in_one_open_case"), transaction.atomic():
        CaseItem.objects.create(case=other, item=item)


@pytest.mark.rule("R55")
@on_real_connections
def test_two_calls_at_the_same_moment_open_one_case():
    for _ in range(2):
        desk = Desk()
        results = at_once(*[desk.open] * 4)
        [opened] = the_one(results, Case)
        refused = the_one(results, intake.AlreadyOpen)
        assert len(refused) == 3, results
        assert {refusal.case.pk for refusal in refused} == {opened.pk}
        assert desk.customer.cases.count() == 1


@pytest.mark.rule("R55")
@on_real_connections
def test_two_calls_that_join_at_the_same_moment_both_count():
    desk = Desk(items=5)
    items = list(desk.customer.items.order_by("pk").values_list("pk", flat=True))
    case = desk.open(item_ids=items[:1])
    results = at_once(
        *[
            partial(desk.do, intake.join_case, case, item_ids=[pk], caller_name="Jo")
            for pk in items[1:]
        ]
    )
    assert len(the_one(results, Case)) == 4, results
    assert desk.read(case).items.count() == 5
    assert case.events.filter(kind="joined").count() == 4


@pytest.mark.rule("R55")
def test_a_reply_is_filed_to_the_one_case(desk):
    """Reading a mail twice changes nothing: it is one answer."""
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Mara did.")
    assert not inbound.process(inbound_id=mail.pk, now=desk.now)
    assert case.events.filter(kind="mail_received").count() == 1
    assert replies.find_sender(case, mail) == desk.contact
