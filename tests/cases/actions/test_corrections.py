"""“That was wrong”: each automatic decision is reversed by a real action, with its reason."""

from __future__ import annotations

import pytest

from cases.actions.base import NotAllowed, NotPossible
from cases.actions.corrections import look_again, mark_automatic, mark_human, retract_answer
from cases.actions.information import answer_question
from tests import factories
from tests.cases.build import Desk

AWAY = {"Auto_Submitted": "auto-replied"}


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=2)


def correct(desk: Desk, action, mail, **given):
    return action(inbound_id=mail.pk, reason="Look at it.", actor=desk.actor, now=desk.now, **given)


@pytest.mark.rule("R11")
def test_an_automatic_reply_that_a_person_wrote_is_filed_as_theirs(desk: Desk) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Jim used them.", **AWAY)
    assert (desk.read(case).state, mail.disposition) == ("awaiting_customer", "automatic")
    correct(desk, mark_human, mail)
    mail.refresh_from_db()
    assert (desk.read(case).state, mail.kind, mail.disposition) == ("in_review", "human", "answer")
    event = case.events.get(kind="marked_human")
    assert (event.actor, event.inbound) == (desk.agent, mail)
    assert event.summary.endswith("Look at it.")
    with pytest.raises(NotPossible, match="corrected this already"):
        correct(desk, mark_human, mail)


@pytest.mark.rule("R14")
def test_it_counts_from_its_own_receipt_not_from_the_correction(desk: Desk) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Jim used them.", **AWAY)
    desk.pass_days(30)
    assert desk.read(case).state == "dropped"
    correct(desk, mark_human, mail)
    assert desk.read(case).todos.get(resolved_at=None).kind == "answer_after_drop"


def test_from_nobody_we_know_a_person_is_asked_who_wrote(desk: Desk) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "I am back", authentic=False, **AWAY)
    correct(desk, mark_human, mail)
    assert case.todos.get().kind == "unverified_sender"
    assert desk.read(case).state == "awaiting_customer"


@pytest.mark.rule("R11")
def test_a_reply_that_nobody_wrote_lets_the_desk_wait_again(desk: Desk) -> None:
    case = desk.ask(desk.open())
    desk.pass_days(10)
    mail = desk.reply(case, "Ich bin im Urlaub, und das merkt man diesem Text nicht an.")
    assert desk.read(case).state == "in_review"
    desk.pass_days(10)
    correct(desk, mark_automatic, mail)
    case = desk.read(case)
    assert (case.state, case.asked_at) == ("awaiting_customer", desk.now)
    assert not case.questions.exclude(suggested_from=None).exists()
    desk.pass_days(13)
    assert desk.read(case).state == "awaiting_customer"
    assert len(desk.mails(case, "reminder")) == 4  # two of the first round, two of this one
    desk.pass_days(2)
    assert desk.read(case).state == "dropped"


def test_beside_another_answer_the_case_stays_with_us(desk: Desk) -> None:
    case = desk.ask(desk.open())
    first = desk.reply(case, "A machine that sounds like a person.")
    desk.reply(case, "Jim used them.")
    correct(desk, mark_automatic, first)
    assert desk.read(case).state == "in_review"


def make_grace(desk: Desk):
    case = desk.confirm(desk.open())
    desk.pass_days(35)
    assert desk.read(case).state == "in_grace"
    return case


@pytest.mark.rule("R23")
def test_a_wish_to_come_back_that_nobody_had_ends_and_grace_goes_on(db: None) -> None:
    desk = Desk(items=2, policy={"restore_by_reply": False})
    case = make_grace(desk)
    mail = desk.reply(case, "Please restore our lines.")
    assert desk.read(case).state == "restore_requested"
    correct(desk, mark_automatic, mail)
    case = desk.read(case)
    assert (case.state, case.restore_asked_at) == ("in_grace", None)
    assert not case.todos.filter(resolved_at=None).exists()


@pytest.mark.rule("R23")
def test_a_thank_you_that_was_more_is_decided_by_a_person(desk: Desk) -> None:
    case = make_grace(desk)
    mail = desk.reply(case, "Thank you very much!")
    assert not case.todos.exists()
    correct(desk, look_again, mail)
    todo = case.todos.get()
    assert (todo.kind, todo.holds, todo.inbound) == ("restore_unclear", True, mail)


@pytest.mark.rule("R12")
def test_a_bounce_that_was_a_person_sets_the_clock_going(desk: Desk) -> None:
    case = desk.ask(desk.open())
    [asked] = desk.mails(case, "questions")
    mail = desk.reply(
        case,
        "Delivery has failed to these recipients: rosa",
        sender="mailer-daemon@example.com",
        Return_Path="<>",
        In_Reply_To=asked.message_id,
        References=asked.message_id,
        Subject="Undelivered Mail Returned to Sender",
    )
    assert mail.kind == "bounce"
    assert desk.read(case).ask_paused_because
    correct(desk, mark_human, mail)
    assert not desk.read(case).ask_paused_because
    assert not case.todos.filter(kind="mail_undeliverable", resolved_at=None).exists()


@pytest.mark.rule("R13")
def test_an_accepted_answer_is_taken_back(desk: Desk) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Jim used them.")
    question = case.questions.get()
    desk.do(answer_question, case, question_id=question.pk, answer="Jim", source=mail)
    desk.do(retract_answer, case, question_id=question.pk, reason="It was Kim.")
    question.refresh_from_db()
    assert (question.is_open, question.answer, question.source) == (True, "", None)
    event = case.events.get(kind="answer_retracted")
    assert event.inbound == mail
    assert "“Jim” was wrong. It was Kim." in event.summary
    with pytest.raises(NotPossible, match="open already"):
        desk.do(retract_answer, case, question_id=question.pk, reason="again")
    desk.do(answer_question, case, question_id=question.pk, answer="Kim")
    desk.confirm(case)
    with pytest.raises(NotPossible, match="confirmed with these answers"):
        desk.do(retract_answer, case, question_id=question.pk, reason="late")


def test_no_correction_without_a_reason_a_role_or_a_case(desk: Desk) -> None:
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Jim used them.", **AWAY)
    with pytest.raises(NotPossible, match="Say in a few words"):
        mark_human(inbound_id=mail.pk, reason=" ", actor=desk.actor, now=desk.now)
    auditor = desk.actor.staff(factories.make_user(role="auditor"))
    with pytest.raises(NotAllowed):
        mark_human(inbound_id=mail.pk, reason="x", actor=auditor, now=desk.now)
    mail.refresh_from_db()
    assert mail.kind == "auto_reply"
