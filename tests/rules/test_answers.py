"""R13 to R15: answers in part, in a race, and after the drop."""

from datetime import UTC, date, timedelta
from email.utils import format_datetime

import pytest

from cases.actions import information, reopening, timers
from cases.actions.approvals import grant
from cases.actions.base import Actor, NotPossible
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import (
    DROP_DUE,
    PORTING,
    SECOND,
    USERS,
    bring_to,
    leap,
    live_timers,
    open_todos,
    purposes,
)

pytestmark = pytest.mark.django_db


# -- R13: a partial answer ----------------------------------------------------------------------
@pytest.mark.rule("R13")
def test_a_partial_answer_settles_what_it_settles_and_the_rest_is_asked_again(desk):
    case = desk.ask(desk.open(), USERS, PORTING)
    desk.pass_days(2)
    desk.reply(case, "Mara and Jo used them.")
    users, porting = case.questions.order_by("pk")
    assert (users.is_open, porting.is_open) == (True, True), "a person settles, not the mail"
    desk.do(information.answer_question, case, question_id=users.pk, answer="Mara and Jo")
    with pytest.raises(NotPossible, match="questions that the customer has not answered"):
        desk.confirm(case)
    asked_again = desk.now
    case = desk.ask(case, PORTING)
    mail = desk.mails(case, "questions")[-1]
    assert PORTING["text"] in mail.text
    assert USERS["text"] not in mail.text
    assert case.asked_at == asked_again
    assert live_timers(case) == {"reminder_1": asked_again + timedelta(days=3)}
    users.refresh_from_db()
    assert users.answer == "Mara and Jo"


@pytest.mark.rule("R13")
def test_the_last_answer_by_phone_ends_the_waiting_a_partial_one_does_not(desk):
    case = desk.ask(desk.open(), USERS, PORTING)
    users, porting = case.questions.order_by("pk")
    desk.do(information.answer_question, case, question_id=users.pk, answer="Mara")
    assert desk.read(case).state == "awaiting_customer"
    assert live_timers(case) != {}
    desk.do(information.answer_question, case, question_id=porting.pk, answer="no")
    assert desk.read(case).state == "in_review"
    assert live_timers(case) == {}


@pytest.mark.rule("R13")
def test_a_question_that_is_not_needed_any_more_drops_nobody(desk):
    case = desk.ask(desk.open(), USERS, PORTING)
    users, porting = case.questions.order_by("pk")
    desk.do(information.answer_question, case, question_id=users.pk, answer="Mara")
    desk.do(information.withdraw_question, case, question_id=porting.pk)
    assert desk.read(case).state == "in_review"
    assert live_timers(case) == {}


# -- R14: the answer that races the drop --------------------------------------------------------
def race(desk: Desk, *, received, processed_first: bool, **headers):
    """An answer received at `received` against the drop, in both orders of processing."""
    case = desk.ask(desk.open())
    desk.go_to(received)
    mail = desk.reply(case, "Mara and Jo did.", process=False, **headers)
    if processed_first:
        desk.run()
    desk.now = max(DROP_DUE, received) + timedelta(minutes=2)
    timers.fire_due(now=desk.now)
    desk.run()
    desk.pass_days(1)
    mail.refresh_from_db()
    return desk.read(case)


@pytest.mark.rule("R14")
@pytest.mark.parametrize("processed_first", [True, False])
@pytest.mark.parametrize("received", [DROP_DUE - SECOND, DROP_DUE])
def test_an_answer_received_in_time_beats_the_drop(desk, received, processed_first):
    """Also at the very instant: a tie favours the customer (R54)."""
    case = race(desk, received=received, processed_first=processed_first)
    assert case.state == "in_review"
    assert not case.events.filter(kind="dropped").exists()
    assert "dropped" not in purposes(case)


@pytest.mark.rule("R14")
@pytest.mark.parametrize("processed_first", [True, False])
def test_an_answer_received_a_second_late_loses_to_the_drop(desk, processed_first):
    case = race(desk, received=DROP_DUE + SECOND, processed_first=processed_first)
    assert case.state == "dropped"
    assert open_todos(case) == ["answer_after_drop"]


@pytest.mark.rule("R14")
@pytest.mark.parametrize("processed_first", [True, False])
def test_the_date_header_decides_nothing(desk, processed_first):
    early = format_datetime(DROP_DUE - timedelta(days=3))
    late = race(desk, received=DROP_DUE + SECOND, processed_first=processed_first, Date=early)
    assert late.state == "dropped"
    desk = Desk()
    after = format_datetime((DROP_DUE + timedelta(days=3)).astimezone(UTC))
    in_time = race(desk, received=DROP_DUE, processed_first=processed_first, Date=after)
    assert in_time.state == "in_review"


@pytest.mark.rule("R14")
def test_a_mail_that_could_not_be_read_holds_the_drop(desk):
    """It came in time and lies in quarantine: a person looks first."""
    case = desk.ask(desk.open())
    desk.go_to(DROP_DUE - SECOND)
    mail = desk.reply(case, "Mara did.", From=f"{desk.contact.email}, other@example.net")
    assert mail.disposition == "quarantined"
    leap(desk, days=5)
    assert desk.read(case).state == "awaiting_customer"
    assert "has not been read" in case.timers.get(kind="drop").held_because


@pytest.mark.rule("R14")
def test_an_answer_to_the_general_address_in_time_holds_the_drop(desk):
    """It came without our token; whose it is a person has still to say."""
    case = desk.ask(desk.open())
    desk.go_to(DROP_DUE - SECOND)
    mail = desk.reply(case, "Mara did.", To=desk.brand.email_from)
    assert mail.disposition == "unmatched"
    leap(desk, days=5)
    assert desk.read(case).state == "awaiting_customer"


# -- R15: after the drop ------------------------------------------------------------------------
@pytest.mark.rule("R15")
def test_an_answer_after_the_drop_goes_to_a_person(desk):
    case = bring_to(desk, "dropped")
    desk.pass_days(1)
    desk.reply(case, "Sorry, I was ill. Mara did.")
    case = desk.read(case)
    assert case.state == "dropped"
    assert open_todos(case) == ["answer_after_drop"]
    assert case.turn == "us"
    assert "reopen" in case.todos.get().answers


@pytest.mark.rule("R15")
def test_reopening_starts_a_new_notice(desk):
    case = bring_to(desk, "dropped")
    desk.reply(case, "Sorry, I was ill. Mara did.")
    case = desk.do(reopening.reopen_case, case)
    assert (case.state, open_todos(case)) == ("in_review", [])
    desk.do(information.answer_question, case, question_id=case.questions.get().pk, answer="Mara")
    case = desk.confirm(case)
    assert case.effective_on == date(2026, 11, 5), "thirty days after the reopening, 6 October"


@pytest.mark.rule("R15")
def test_unless_an_agent_overrides_it_with_a_reason(desk):
    case = bring_to(desk, "dropped")
    reason = "our mail had gone to an old address"
    asked = desk.do(reopening.reopen_case, case, keep_notice_because=reason).approvals.get()
    boss = Actor.staff(factories.make_user(role="supervisor"))
    case = grant(case_id=case.pk, approval_id=asked.pk, actor=boss, now=desk.now)
    desk.do(information.answer_question, case, question_id=case.questions.get().pk, answer="Mara")
    case = desk.confirm(case)
    assert case.effective_on == date(2026, 10, 21)
    assert reason in case.events.get(kind="exception_asked").summary
