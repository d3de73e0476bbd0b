"""Notes, replies that can be taken back, answers to to-dos."""

from datetime import timedelta

import pytest

from cases.actions import correspondence, information, reopening, restoration
from cases.actions.base import NotPossible
from notifications.models import Switch
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def test_a_note_stays_inside(desk, sink):
    case = desk.open()
    desk.do(correspondence.add_note, case, text="  Was angry.  ")
    desk.run()
    assert case.events.get(kind="note").summary == "Was angry."
    assert sink.messages == []


@pytest.mark.parametrize("action", [correspondence.add_note, correspondence.send_reply])
def test_nothing_empty(desk, action):
    with pytest.raises(NotPossible, match="empty"):
        desk.do(action, desk.open(), text="  \n ")


def test_a_reply_leaves_after_fifteen_seconds(desk, sink):
    case = desk.open()
    desk.do(correspondence.send_reply, case, text="We call you back.")
    desk.go_to(desk.now + timedelta(seconds=14))
    assert sink.messages == []
    desk.go_to(desk.now + timedelta(seconds=1))
    [message] = sink.messages
    assert "We call you back." in message.get_body(("plain",)).get_content()
    assert desk.agent.display_name in message.get_body(("plain",)).get_content()
    assert message["Auto-Submitted"] in (None, "no")


def test_until_then_it_can_be_taken_back_and_not_later(desk, sink):
    case = desk.open()
    desk.do(correspondence.send_reply, case, text="One")
    [first] = desk.mails(case, "reply")
    desk.now += timedelta(seconds=10)
    desk.do(correspondence.take_back_reply, case, email_id=first.pk)
    desk.do(correspondence.send_reply, case, text="Two")
    desk.pass_days(1)
    [message] = sink.messages
    assert "Two" in message.get_body(("plain",)).get_content()
    with pytest.raises(NotPossible, match="left already"):
        desk.do(correspondence.take_back_reply, case, email_id=desk.mails(case, "reply")[1].pk)
    with pytest.raises(NotPossible, match="left already"):
        desk.do(correspondence.take_back_reply, case, email_id=first.pk)


def test_no_other_mail_can_be_taken_back(desk):
    case, other = desk.open(), Desk()
    theirs = other.open()
    other.do(correspondence.send_reply, theirs, text="Hello")
    [email] = other.mails(theirs, "reply")
    with pytest.raises(NotPossible):
        desk.do(correspondence.take_back_reply, case, email_id=email.pk)


def test_a_todo_is_resolved_once_by_a_person(desk):
    case = desk.confirm(desk.open())
    desk.reply(case, "Could you call me?")
    todo = case.todos.get()
    desk.do(correspondence.resolve_todo, case, todo_id=todo.pk, resolution="called")
    todo.refresh_from_db()
    assert (todo.resolved_by, todo.resolution) == (desk.agent, "called")
    assert desk.read(case).turn == "calendar"
    with pytest.raises(NotPossible, match="dealt with this"):
        desk.do(correspondence.resolve_todo, case, todo_id=todo.pk, resolution="again")


# -- what has become pointless does not leave ---------------------------------------------------
def pause(paused: bool = True) -> None:
    Switch.objects.update_or_create(name="sending", defaults={"paused": paused})


def let_days_pass(desk: Desk, days: int) -> None:
    for _ in range(days):
        desk.now += timedelta(days=1)
        desk.run()


def test_a_reminder_in_the_queue_is_held_back_when_the_answer_comes(desk, sink):
    case = desk.ask(desk.open())
    pause()
    let_days_pass(desk, 3)
    [reminder] = desk.mails(case, "reminder")
    assert reminder.status == "queued"
    desk.reply(case, "Jim did.")
    pause(False)
    desk.run()
    reminder.refresh_from_db()
    assert (reminder.status, reminder.error) == ("stopped", "the customer has answered")
    assert len(sink.messages) == 1


def test_questions_in_the_queue_are_held_back_when_answered_by_phone(desk, sink):
    pause()
    case = desk.ask(desk.open())
    [question] = case.questions.all()
    desk.do(information.answer_question, case, question_id=question.pk, answer="Jim")
    pause(False)
    desk.pass_days(1)
    assert [m.status for m in desk.mails(case, "questions")] == ["stopped"]
    assert sink.messages == []


def test_the_drop_is_not_announced_once_the_case_is_open_again(desk, sink):
    case = desk.ask(desk.open())
    desk.pass_days(13)
    pause()
    let_days_pass(desk, 2)
    assert desk.read(case).state == "dropped"
    desk.do(reopening.reopen_case, case)
    pause(False)
    desk.run()
    assert [m.status for m in desk.mails(case, "dropped")] == ["stopped"]
    assert not any("not processed" in m["Subject"] for m in sink.messages)


def test_a_refusal_is_held_back_when_the_services_return_after_all(desk, sink):
    case = desk.confirm(desk.open())
    desk.pass_days(32)
    desk.do(restoration.request_restore, case)
    pause()
    desk.do(restoration.decline_restore, case, reason="Nobody asked.")
    desk.do(restoration.restore, case)
    pause(False)
    desk.run()
    assert [m.status for m in desk.mails(case, "restore_declined")] == ["stopped"]
    assert [m.status for m in desk.mails(case, "restored")] == ["sent"]


def test_only_what_the_desk_writes_by_itself_says_so(desk, sink):
    """A person's reply carries no Auto-Submitted: it may be answered by an out-of-office note."""
    case = desk.ask(desk.open())
    desk.do(correspondence.send_reply, case, text="We call you back.")
    desk.pass_days(0.1)
    marks = [(m["Auto-Submitted"], m["X-Auto-Response-Suppress"]) for m in sink.messages]
    assert marks == [("auto-generated", "OOF, AutoReply"), (None, None)]
