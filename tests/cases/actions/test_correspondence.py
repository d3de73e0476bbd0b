"""Notes, replies that can be taken back, answers to to-dos."""

from datetime import timedelta

import pytest

from cases.actions import correspondence
from cases.actions.base import NotPossible
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
