"""R3, R4, R5: the notice, in the customer's own days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.actions import confirmation, information
from cases.actions.base import NotPossible
from tests.cases.build import CALL, Desk
from tests.rules.helpers import chicago, live_timers

pytestmark = pytest.mark.django_db

EARLIEST = date(2026, 10, 21)  # thirty days after the call on 21 September


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("wished", "promised"),
    [
        (EARLIEST - timedelta(days=20), EARLIEST),
        (EARLIEST - timedelta(days=1), EARLIEST),  # day 29
        (EARLIEST, EARLIEST),  # day 30 exactly is valid
        (EARLIEST + timedelta(days=1), EARLIEST + timedelta(days=1)),  # day 31
        (date(2027, 3, 31), date(2027, 3, 31)),
    ],
)
def test_an_earlier_wish_moves_to_the_earliest_day_and_a_later_one_is_honoured(
    desk, wished, promised
):
    case = desk.confirm(desk.open(wished_on=wished))
    assert case.effective_on == promised
    assert case.promises.get().effective_on == promised
    why = case.events.get(kind="confirmed").data["clamped"]
    [mail] = desk.mails(case, "confirmation")
    if wished == promised:
        assert why == ""
        assert "instead of" not in mail.text
    else:
        assert "30 days of notice" in why, "the agent sees why"
        assert why in mail.text, "and so does the customer"


@pytest.mark.rule("R3")
def test_a_promised_date_is_not_moved_below_the_notice(desk):
    case = desk.confirm(desk.open())
    with pytest.raises(NotPossible, match=r"30 days of notice.*earliest is Wednesday 21 October"):
        desk.do(
            confirmation.reschedule, case, wished_on=EARLIEST - timedelta(days=1), reason="sooner"
        )
    assert desk.read(case).effective_on == EARLIEST


@pytest.mark.rule("R3")
def test_nothing_is_executed_before_the_date(desk):
    case = desk.confirm(desk.open())
    desk.go_to(chicago(2026, 10, 20, 23, 59, 59))
    assert desk.read(case).state == "scheduled"
    desk.go_to(chicago(2026, 10, 21, 0, 2))
    assert desk.read(case).state == "in_grace"


@pytest.mark.rule("R4")
def test_notice_counts_from_the_call_however_slow_the_desk_is(desk):
    case = desk.ask(desk.open())
    desk.pass_days(2)
    desk.reply(case, "Mara in the front office did.")
    desk.pass_days(20)
    question = case.questions.get()
    desk.do(information.answer_question, case, question_id=question.pk, answer="Mara")
    assert desk.confirm(case).effective_on == EARLIEST


@pytest.mark.rule("R4")
def test_when_the_notice_is_over_the_earliest_day_is_today(desk):
    case = desk.open()
    desk.pass_days(45)
    case = desk.confirm(case)
    assert case.effective_on == date(2026, 11, 5)
    assert case.events.get(kind="confirmed").data["clamped"] == ""


@pytest.mark.rule("R4")
def test_a_call_that_was_entered_late_counts_from_when_it_came(desk):
    case = desk.open(received_at=CALL - timedelta(days=5))
    assert desk.confirm(case).effective_on == EARLIEST - timedelta(days=5)


@pytest.mark.rule("R4")
def test_a_policy_may_count_from_the_confirmation():
    desk = Desk(policy={"notice_from": "confirmation"})
    case = desk.open()
    desk.pass_days(10)
    assert desk.confirm(case).effective_on == EARLIEST + timedelta(days=10)


@pytest.mark.rule("R4")
def test_moving_the_date_does_not_restart_a_notice_that_counts_from_the_confirmation():
    desk = Desk(policy={"notice_from": "confirmation"})
    case = desk.confirm(desk.open(wished_on=date(2026, 12, 24)))
    desk.pass_days(10)
    case = desk.do(confirmation.reschedule, case, wished_on=EARLIEST, reason="sooner after all")
    assert case.effective_on == EARLIEST


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("zone", "call", "earliest"),
    [
        # The same instant is two different days: each customer counts in their own.
        ("Pacific/Auckland", datetime(2026, 9, 21, 15, 0, tzinfo=UTC), date(2026, 10, 22)),
        ("America/Chicago", datetime(2026, 9, 21, 15, 0, tzinfo=UTC), date(2026, 10, 21)),
        # A minute before and after midnight in Chicago: the day of receipt does not count.
        ("America/Chicago", datetime(2026, 9, 22, 4, 59, tzinfo=UTC), date(2026, 10, 21)),
        ("America/Chicago", datetime(2026, 9, 22, 5, 0, tzinfo=UTC), date(2026, 10, 22)),
        # Thirty days are no month, and the clock change of 25 October moves nothing.
        ("Europe/Berlin", datetime(2026, 10, 10, 8, 0, tzinfo=UTC), date(2026, 11, 9)),
        ("Europe/Berlin", datetime(2027, 1, 31, 8, 0, tzinfo=UTC), date(2027, 3, 2)),
    ],
)
def test_days_are_calendar_days_where_the_customer_lives(zone, call, earliest):
    desk = Desk(timezone=zone)
    desk.now = call
    case = desk.confirm(desk.open())
    assert case.effective_on == earliest


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("zone", "call", "midnight"),
    [
        ("Europe/Berlin", datetime(2026, 10, 10, 8, tzinfo=UTC), (2026, 11, 8, 23)),  # winter
        ("Europe/Berlin", datetime(2026, 9, 10, 8, tzinfo=UTC), (2026, 10, 9, 22)),  # summer
        ("Australia/Lord_Howe", datetime(2026, 9, 10, 8, tzinfo=UTC), (2026, 10, 9, 13)),
    ],
)
def test_services_end_at_the_customers_midnight(zone, call, midnight):
    desk = Desk(timezone=zone)
    desk.now = call
    case = desk.confirm(desk.open())
    assert live_timers(case) == {"execute": datetime(*midnight, tzinfo=UTC)}
