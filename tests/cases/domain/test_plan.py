"""The plan by example: what it says before, while and after things happen."""

from dataclasses import replace

import pytest

from cases.domain.plan import plan
from cases.domain.plan.build import NaiveInstant
from cases.domain.states import State
from tests.cases.domain.build import (
    CALL,
    EIGHT,
    SIPSTATION,
    SORACOM,
    at,
    day,
    make_account,
    make_contract,
    make_item,
    make_plan,
    make_request,
)

NOVEMBER = make_contract("2024-04-01", "2027-03-31", monthly="182")
ASKED = {"state": State.AWAITING_CUSTOMER, "questions_open": 1, "asked_at": CALL}
PROMISED = {
    "state": State.SCHEDULED,
    "confirmed_at": at("2026-11-24 15:00"),
    "effective_on": day("2026-12-22"),
}
EXECUTED = {**PROMISED, "state": State.IN_GRACE, "executed_at": at("2026-12-22 06:00")}


def kinds(made):
    return [step.kind for step in made.steps]


def rows(made):
    return [
        (step.kind, str(step.on) if step.on else "", step.rule, step.past) for step in made.steps
    ]


@pytest.mark.rule("R3")
@pytest.mark.rule("R9")
@pytest.mark.rule("R21")
def test_call_with_a_question_shows_its_whole_life():
    made = make_plan(questions_open=1)
    assert rows(made) == [
        ("received", "2026-11-22", "R7", True),
        ("asked", "2026-11-22", "R8", False),
        ("reminder", "2026-11-25", "R9", False),
        ("reminder", "2026-11-29", "R9", False),
        ("drop", "2026-12-06", "R9", False),
        ("confirmed", "", "R16", False),
        ("execute", "2026-12-22", "R3", False),
        ("cancelled", "2026-12-22", "R20", False),
        ("final_notice", "2027-01-21", "R27", False),
        ("grace_ends", "2027-01-21", "R21", False),
        ("close", "2027-01-22", "R27", False),
    ]
    assert [step.email for step in made.steps] == [
        None,
        "questions",
        "reminder",
        "reminder",
        "dropped",
        "confirmation",
        None,
        "cancelled",
        "final_notice",
        None,
        None,
    ]
    assert made.timers == {}
    assert all(step.reason for step in made.steps)


def test_call_without_a_question_asks_reminds_and_drops_nobody():
    assert kinds(make_plan())[:2] == ["received", "confirmed"]


@pytest.mark.rule("R3")
def test_early_wish_is_clamped_and_says_so_with_both_dates():
    made = make_plan(wished_on=day("2026-12-01"))
    assert made.clamped
    assert made.clamp_reason == (
        "Tue 22 Dec 2026 instead of Tue 1 Dec 2026: "
        "30 days of notice from the call on Sun 22 Nov 2026."
    )
    assert made.effective_on == made.earliest_on == day("2026-12-22")


@pytest.mark.rule("R3")
@pytest.mark.parametrize("wished", ["2026-12-22", "2026-12-23", "2027-06-30"])
def test_day_thirty_and_later_are_honoured(wished):
    made = make_plan(wished_on=day(wished))
    assert (str(made.effective_on), made.clamped, made.clamp_reason) == (wished, False, "")


@pytest.mark.rule("R3")
def test_slip_of_the_keyboard_is_no_date():
    made = make_plan(wished_on=day("9999-12-31"))
    assert made.effective_on == day("2046-11-22")
    assert "20 years ahead" in made.clamp_reason


@pytest.mark.rule("R4")
def test_notice_counts_from_the_call_however_slow_the_desk_is():
    made = make_plan(now=at("2026-12-10 12:00"), state=State.IN_REVIEW)
    assert made.effective_on == day("2026-12-22")


@pytest.mark.rule("R4")
def test_policy_may_count_from_the_confirmation():
    late = {"notice_from": "confirmation"}
    before = make_plan(now=at("2026-12-10 12:00"), state=State.IN_REVIEW, change=late)
    assert before.effective_on == day("2027-01-09")
    after = make_plan(confirmed_at=at("2026-12-10 12:00"), now=at("2026-12-20 12:00"), change=late)
    assert after.earliest_on == day("2027-01-09")


@pytest.mark.rule("R4")
def test_date_that_passed_while_the_desk_was_slow_becomes_today():
    made = make_plan(now=at("2027-02-01 18:00"), state=State.IN_REVIEW, wished_on=day("2026-12-24"))
    assert made.effective_on == day("2027-02-01")
    assert made.effective_at == at("2027-02-01 18:00")
    assert made.clamp_reason == (
        "Mon 1 Feb 2027 instead of Thu 24 Dec 2026: "
        "the notice is over, and the date cannot lie in the past."
    )


@pytest.mark.rule("R15")
def test_an_end_before_the_notice_is_over_is_explained():
    made = make_plan(agreed_on=day("2026-12-01"), wished_on=day("2026-11-25"))
    assert made.effective_on == day("2026-12-01")
    assert made.find_step("execute").reason == (
        "Services end: Tue 1 Dec 2026 instead of Wed 25 Nov 2026: "
        "the end from Tue 1 Dec 2026 on was agreed for this request."
    )
    assert made.options[0].label == "earliest, as agreed"


# -- asking -----------------------------------------------------------------------------------


@pytest.mark.rule("R12")
def test_nothing_runs_before_the_question_was_accepted():
    assert make_plan(state=State.AWAITING_CUSTOMER, questions_open=1).timers == {}


@pytest.mark.rule("R9")
@pytest.mark.guarantee("G14")
def test_one_timer_of_the_asking_is_live_at_a_time():
    first, second = at("2026-11-25 20:32"), at("2026-11-29 20:32")
    assert make_plan(**ASKED).timers == {"reminder_1": first}
    assert make_plan(**ASKED, reminders_accepted=(first,)).timers == {"reminder_2": second}
    drop = make_plan(**ASKED, reminders_accepted=(first, second)).timers
    assert drop == {"drop": at("2026-12-06 20:32")}


@pytest.mark.guarantee("G14")
def test_late_reminders_push_the_next_and_the_drop():
    made = make_plan(**ASKED, reminders_accepted=(at("2026-12-02 12:00"),))
    assert made.timers == {"reminder_2": at("2026-12-06 12:00")}
    made = make_plan(**ASKED, reminders_accepted=(at("2026-12-02 12:00"), at("2026-12-06 12:05")))
    assert made.timers == {"drop": at("2026-12-13 12:05")}


@pytest.mark.guarantee("G14")
def test_ten_days_of_outage_drop_nobody():
    after = at("2026-12-09 09:00")
    made = make_plan(**ASKED, now=after)
    assert made.timers == {"reminder_1": at("2026-11-25 20:32")}
    assert made.find_step("drop").at == at("2026-12-20 09:00")


@pytest.mark.rule("R12")
def test_bounce_stops_the_clock():
    made = make_plan(**ASKED, ask_paused=True)
    assert made.timers == {}
    drop = made.find_step("drop")
    assert (drop.at, drop.on, drop.rule) == (None, None, "R12")
    assert "reminder" not in kinds(made)


def test_without_reminders_only_the_drop_is_left():
    made = make_plan(**ASKED, change={"reminder_days": ()})
    assert made.timers == {"drop": at("2026-12-06 20:32")}


@pytest.mark.rule("R13")
def test_answered_case_shows_only_the_reminders_that_went_out():
    made = make_plan(
        state=State.IN_REVIEW,
        questions_open=1,
        asked_at=CALL,
        reminders_accepted=(at("2026-11-25 20:33"),),
    )
    assert kinds(made)[:4] == ["received", "asked", "reminder", "confirmed"]
    assert made.timers == {}


@pytest.mark.rule("R10")
def test_dropped_case_has_no_date_and_no_charge():
    made = make_plan(
        state=State.DROPPED,
        questions_open=1,
        asked_at=CALL,
        ended_at=at("2026-12-06 20:33"),
        account=make_account(contracts=(NOVEMBER,)),
    )
    assert kinds(made) == ["received", "asked", "drop"]
    assert made.find_step("drop").at == at("2026-12-06 20:33")
    assert (made.effective_on, made.effective_at, made.closes_at) == (None, None, None)
    assert (made.fee, made.last_bill, made.charges, made.total) == (None, None, (), 0)
    assert (made.timers, made.blockers, made.options) == ({}, (), ())


def test_withdrawn_case_ends_there():
    made = make_plan(**{**PROMISED, "state": State.WITHDRAWN, "ended_at": at("2026-11-30 10:00")})
    assert kinds(made) == ["received", "confirmed", "withdrawn"]
    assert made.effective_on is None


# -- the date ---------------------------------------------------------------------------------


@pytest.mark.rule("R16")
def test_promise_is_kept_as_it_is():
    made = make_plan(**PROMISED, wished_on=day("2026-12-01"), now=at("2026-12-01 12:00"))
    assert (made.effective_on, made.clamped) == (day("2026-12-22"), False)
    assert made.timers == {"execute": at("2026-12-22 06:00")}


@pytest.mark.rule("R53")
def test_late_worker_finds_the_timer_where_it_was():
    made = make_plan(**PROMISED, now=at("2027-01-05 12:00"))
    assert made.timers == {"execute": at("2026-12-22 06:00")}
    assert made.grace_last_on == day("2027-02-04")


def test_confirmed_today_for_today_does_not_happen_before_it_was_confirmed():
    made = make_plan(
        received_at=at("2026-10-23 15:00"),
        state=State.SCHEDULED,
        confirmed_at=at("2026-11-22 20:32"),
        effective_on=day("2026-11-22"),
        now=at("2026-11-22 20:32"),
    )
    assert made.timers == {"execute": at("2026-11-22 20:32")}


@pytest.mark.rule("R56")
def test_failing_execution_starts_no_grace():
    made = make_plan(**{**PROMISED, "state": State.EXECUTING}, now=at("2026-12-24 12:00"))
    assert made.timers == {}
    assert made.find_step("execute").past
    assert not made.find_step("cancelled").past
    assert made.grace_last_on == day("2027-01-23")


@pytest.mark.rule("R21")
def test_grace_counts_from_the_actual_execution():
    made = make_plan(**{**EXECUTED, "executed_at": at("2026-12-25 18:00")})
    assert made.grace_last_on == day("2027-01-24")
    assert made.restorable_until == at("2027-01-25 06:00")


@pytest.mark.rule("R27")
def test_closing_waits_for_the_final_notice():
    before = make_plan(**EXECUTED)
    assert before.timers == {"final_notice": at("2027-01-21 15:00")}
    after = make_plan(**EXECUTED, final_notice_accepted_at=at("2027-01-21 15:01"))
    assert after.timers == {"close": at("2027-01-22 06:00")}


@pytest.mark.rule("R27")
def test_late_final_notice_leaves_the_rest_of_its_day():
    made = make_plan(**EXECUTED, final_notice_accepted_at=at("2027-01-25 15:01"))
    assert made.timers == {"close": at("2027-01-26 06:00")}
    assert made.restorable_until == at("2027-01-22 06:00")


@pytest.mark.rule("R23")
@pytest.mark.parametrize("state", [State.RESTORE_REQUESTED, State.RESTORING])
def test_wish_to_come_back_freezes_the_end(state):
    made = make_plan(
        **{**EXECUTED, "state": state},
        restore_asked_at=at("2027-01-20 15:00"),
        final_notice_accepted_at=None,
    )
    assert made.timers == {}
    assert made.find_step("close").condition.startswith("on hold")
    assert kinds(made)[3:5] == ["cancelled", "restore_asked"]


def test_services_that_ended_without_a_promise_ended_when_they_did():
    made = make_plan(state=State.IN_GRACE, executed_at=at("2026-12-25 18:00"))
    assert made.effective_on == day("2026-12-25")


def test_declined_wish_gives_back_the_time_that_was_left():
    made = make_plan(**EXECUTED, grace_ends_at=at("2027-01-27 17:30"))
    assert made.restorable_until == at("2027-01-27 17:30")
    assert made.grace_last_on == day("2027-01-27")
    assert made.timers == {"final_notice": at("2027-01-27 15:00")}
    early = make_plan(**EXECUTED, grace_ends_at=at("2027-01-27 13:00"))
    assert early.timers == {"final_notice": at("2027-01-26 15:00")}


def test_restored_case_has_nothing_ahead():
    made = make_plan(
        **{**EXECUTED, "state": State.RESTORED},
        restore_asked_at=at("2027-01-20 15:00"),
        ended_at=at("2027-01-20 15:02"),
    )
    assert kinds(made)[-2:] == ["restore_asked", "restored"]
    assert all(step.past for step in made.steps)
    assert (made.closes_at, made.timers) == (None, {})


def test_closed_case_is_past_throughout():
    made = make_plan(
        **{**EXECUTED, "state": State.CLOSED},
        final_notice_accepted_at=at("2027-01-21 15:01"),
        ended_at=at("2027-01-22 06:01"),
        now=at("2027-03-01 12:00"),
    )
    assert all(step.past for step in made.steps)
    assert made.find_step("close").at == at("2027-01-22 06:01")


# -- policies without notice ------------------------------------------------------------------


@pytest.mark.rule("R39")
@pytest.mark.rule("R40")
def test_at_once_and_for_good():
    made = make_plan(policy=SIPSTATION, wished_on=day("2026-12-24"))
    assert kinds(made) == ["received", "confirmed", "execute", "cancelled", "close"]
    assert (made.effective_on, made.effective_at) == (day("2026-11-22"), CALL)
    assert (made.grace_last_on, made.restorable_until) == (None, None)
    assert made.clamped
    assert "Thu 24 Dec 2026" in made.clamp_reason
    assert made.find_step("confirmed").state is State.EXECUTING


@pytest.mark.rule("R50")
def test_terminated_is_not_closed():
    made = make_plan(policy=SORACOM)
    assert kinds(made) == ["received", "confirmed", "execute", "cancelled", "final_bill", "close"]
    assert made.find_step("cancelled").state is State.AWAITING_FINAL_BILL
    close = made.find_step("close")
    assert (close.at, close.on, close.timer) == (None, None, None)
    assert "balance is cleared" in close.condition
    assert made.closes_at is None
    assert made.find_step("final_bill").on == day("2026-12-01")
    assert made.find_step("final_bill").charge == made.last_bill


# -- money, scope, options --------------------------------------------------------------------


@pytest.mark.rule("R18")
@pytest.mark.rule("R30")
def test_options_show_what_each_date_costs():
    made = make_plan(account=make_account(contracts=(NOVEMBER,)))
    assert [
        (o.key, str(o.on), str(o.fee.amount) if o.fee else None, str(o.total), o.chosen)
        for o in made.options
    ] == [
        ("earliest", "2026-12-22", "728.00", "1092.00", True),
        ("before_next_bill", "2026-12-31", "546.00", "910.00", False),
        ("end_of_term", "2027-03-31", None, "910.00", False),
    ]
    assert made.options[2].why == (
        "From this day on there is no buy-out fee. $910.00 until then, no fee."
    )


def test_wished_date_is_an_option_when_it_is_another():
    made = make_plan(wished_on=day("2027-01-15"))
    assert [o.key for o in made.options] == ["earliest", "before_next_bill", "wished"]
    assert [o.key for o in make_plan(wished_on=day("2026-12-31")).options] == [
        "earliest",
        "before_next_bill",
    ]


def test_scheduled_case_offers_the_dates_that_can_still_be_had():
    made = make_plan(**PROMISED, now=at("2026-12-28 12:00"))
    assert [(o.key, str(o.on)) for o in made.options] == [
        ("earliest", "2026-12-28"),
        ("before_next_bill", "2026-12-31"),
    ]
    assert make_plan(**EXECUTED).options == ()


@pytest.mark.rule("R18")
def test_partial_cancellation_pays_its_share_of_the_contract():
    made = make_plan(item_ids=frozenset({"a"}), account=make_account(contracts=(NOVEMBER,)))
    assert str(made.fee.amount) == "400.00"
    assert "× the share that ends, $100.00 of $182.00 a month" in made.fee.reason


@pytest.mark.rule("R18")
def test_contract_over_other_items_costs_nothing():
    contract = make_contract("2024-04-01", "2027-03-31", items=("b",))
    account = make_account(contracts=(contract,))
    assert make_plan(item_ids=frozenset({"a"}), account=account).fee is None
    assert str(make_plan(item_ids=frozenset({"b"}), account=account).fee.amount) == "728.00"


@pytest.mark.rule("R18")
def test_two_contracts_add_up_and_the_last_one_is_the_end_of_term():
    contracts = (
        make_contract("2024-04-01", "2027-03-31", items=("a",), monthly="100", id="c1"),
        make_contract("2024-04-01", "2027-06-30", items=("b",), monthly="82", id="c2"),
    )
    made = make_plan(account=make_account(contracts=contracts))
    assert str(made.fee.amount) == "974.00"
    assert made.fee.reason.count("the contract runs until") == 2
    assert [str(o.on) for o in made.options if o.key == "end_of_term"] == ["2027-06-30"]
    only_a = make_plan(item_ids=frozenset({"a"}), account=make_account(contracts=contracts))
    assert [str(o.on) for o in only_a.options if o.key == "end_of_term"] == ["2027-03-31"]
    assert only_a.fee.ends_on == day("2027-03-31")


@pytest.mark.rule("R17")
def test_no_fee_is_absent_and_not_zero():
    made = make_plan()
    assert made.fee is None
    assert [charge.kind for charge in made.charges] == ["month", "last_bill"]
    assert "fee" not in " ".join(made.say)


@pytest.mark.rule("R19")
def test_another_date_computes_notice_fee_and_bill_again():
    account = make_account(contracts=(NOVEMBER,))
    moved = {**PROMISED, "effective_on": None, "wished_on": day("2027-02-10")}
    made = make_plan(**moved, account=account, now=at("2026-12-10 12:00"))
    assert (made.effective_on, str(made.fee.amount)) == (day("2027-02-10"), "364.00")
    assert made.last_bill.starts_on == day("2027-02-01")


@pytest.mark.rule("R2")
def test_port_reduces_no_bill():
    before = make_plan()
    ported = make_account(items=(make_item("a", "100", status="ported"), make_item("b", "82")))
    assert make_plan(account=ported).charges == before.charges


def test_what_had_ended_before_costs_nothing_and_what_the_case_ended_still_does():
    gone = make_account(items=(make_item("a", "100", status="ended"), make_item("b", "82")))
    assert str(make_plan(account=gone).last_bill.amount) == "82.00"
    assert str(make_plan(account=gone, **EXECUTED).last_bill.amount) == "182.00"


@pytest.mark.rule("R29")
def test_everything_chosen_offers_the_whole_account():
    assert make_plan().whole_account_offered
    part = make_plan(item_ids=frozenset({"a"}))
    assert (part.whole_account_offered, part.staying) == (False, 1)
    nothing = make_plan(item_ids=frozenset())
    assert (nothing.whole_account_offered, nothing.charges, nothing.say) == (False, (), ())


def test_each_charge_stands_on_one_step_and_explains_itself():
    made = make_plan(account=make_account(contracts=(NOVEMBER,)))
    on_steps = [step.charge.kind for step in made.steps if step.charge]
    assert on_steps == ["fee", "last_bill"]
    assert [(c.kind, c.display, c.rule, c.reason) for c in made.charges] == [
        ("month", "$182.00", "R30", "1 whole month (November 2026) × $182.00"),
        (
            "last_bill",
            "$182.00",
            "R30",
            "$182.00 for December 2026: a month that is begun is billed in full",
        ),
        (
            "fee",
            "$728.00",
            "R18",
            "4 months left × $182.00; the contract runs until Wed 31 Mar 2027",
        ),
    ]
    assert str(made.total) == "1092.00"


@pytest.mark.rule("R52")
def test_promise_outlives_a_change_of_policy():
    changed = replace(EIGHT, notice_days=60)
    request = make_request(**PROMISED)
    assert plan(changed, request, make_account(), CALL).effective_on == day("2026-12-22")


def test_naive_instants_are_refused():
    with pytest.raises(NaiveInstant):
        plan(EIGHT, make_request(), make_account(), CALL.replace(tzinfo=None))
