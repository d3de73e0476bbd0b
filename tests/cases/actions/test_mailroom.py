"""What people decide about received mail: quarantine asks, setting aside and replaying answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from cases.actions import contact, correspondence, mailroom
from cases.actions.base import NotAllowed, NotPossible
from cases.models import Todo
from notifications.inbound import processing
from notifications.inbound.understanding import TooMuch
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import bounce, leap, live_timers, open_todos

pytestmark = pytest.mark.django_db
TWO_SENDERS = {"From": "robin@customer.example.com, mallory@elsewhere.example.net"}


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def pass_the_drop(desk: Desk) -> None:
    desk.pass_days(13.9)
    leap(desk, days=1)


def quarantine(desk: Desk, case, **headers: str):
    """A mail to the case that could be from either of two people."""
    mail = desk.reply(case, "Mara did.", **{**TWO_SENDERS, **headers})
    assert mail.disposition == "quarantined"
    return mail


@pytest.mark.guarantee("G11")
def test_a_quarantined_mail_to_a_case_asks_a_person_and_holds_the_drop(desk):
    case = desk.ask(desk.open())
    mail = quarantine(desk, case)
    todo = case.todos.get(resolved_at=None)
    assert (todo.kind, todo.inbound_id, todo.answers) == (
        "mail_quarantined",
        mail.pk,
        ["open_mail", "replay_mail", "set_mail_aside"],
    )
    assert "several addresses" in todo.reason
    pass_the_drop(desk)
    assert desk.read(case).state == "awaiting_customer"
    assert "has not been read" in case.timers.get(kind="drop", cancelled_at=None).held_because


@pytest.mark.guarantee("G11")
def test_set_aside_it_holds_no_longer(desk):
    case = desk.ask(desk.open())
    mail = quarantine(desk, case)
    pass_the_drop(desk)
    mailroom.set_mail_aside(
        inbound_id=mail.pk, disposition="handled", actor=desk.actor, now=desk.now, note="a joke"
    )
    mail.refresh_from_db()
    assert (mail.disposition, mail.disposition_note, mail.handled_by) == (
        "handled",
        "a joke",
        desk.agent.pk,
    )
    assert open_todos(case) == []
    desk.run()
    assert desk.read(case).state == "dropped", "what it held is looked at at once"
    assert case.events.filter(kind="mail_set_aside", actor=desk.agent).count() == 1


def test_a_mail_of_a_contact_to_nobody_holds_too_until_it_is_set_aside(desk):
    case = desk.ask(desk.open())
    mail = quarantine(desk, case, To=desk.brand.email_from, Return_Path=f"<{desk.contact.email}>")
    assert mail.thread_id is None
    assert open_todos(case) == []
    pass_the_drop(desk)
    assert desk.read(case).state == "awaiting_customer"
    mailroom.set_mail_aside(
        inbound_id=mail.pk, disposition="not_customer", actor=desk.actor, now=desk.now
    )
    desk.run()
    assert desk.read(case).state == "dropped"


def test_read_again_after_a_fix_it_is_filed(desk, monkeypatch):
    def fail(*_, **__):
        raise TooMuch("It nests too deep.")

    case = desk.ask(desk.open())
    monkeypatch.setattr(processing, "understand", fail)
    mail = desk.reply(case, "Mara did.")
    assert open_todos(case) == ["mail_quarantined"]
    mailroom.replay_mail(inbound_id=mail.pk, actor=desk.actor, now=desk.now)
    desk.run()
    assert open_todos(case) == ["mail_quarantined"], "not fixed yet: it comes back"
    assert Todo.objects.filter(case=case).count() == 2
    monkeypatch.undo()
    mailroom.replay_mail(inbound_id=mail.pk, actor=desk.actor, now=desk.now)
    desk.run()
    mail.refresh_from_db()
    assert mail.disposition == "answer"
    assert desk.read(case).state == "in_review"
    assert open_todos(case) == []


def test_what_belongs_to_a_case_is_neither_set_aside_nor_read_again(desk):
    case = desk.ask(desk.open())
    mail = desk.reply(case, "Mara did.")
    who = {"inbound_id": mail.pk, "actor": desk.actor, "now": desk.now}
    with pytest.raises(NotPossible, match="belongs to a case"):
        mailroom.set_mail_aside(disposition="handled", **who)
    with pytest.raises(NotPossible, match="read again"):
        mailroom.replay_mail(**who)
    with pytest.raises(NotPossible, match="as handled"):
        mailroom.set_mail_aside(disposition="answer", **who)
    with pytest.raises(NotPossible, match="no such mail"):
        mailroom.replay_mail(inbound_id=0, actor=desk.actor, now=desk.now)


def test_only_headers_cannot_be_read_again(desk):
    mail = quarantine(desk, desk.ask(desk.open()))
    mail.size += 1
    mail.save(update_fields=["size"])
    with pytest.raises(NotPossible, match="everything is here"):
        mailroom.replay_mail(inbound_id=mail.pk, actor=desk.actor, now=desk.now)


@pytest.mark.parametrize("of_a_case", [True, False])
def test_who_may_not_file_mail_decides_nothing(desk, of_a_case):
    headers = {} if of_a_case else {"To": desk.brand.email_from}
    mail = quarantine(desk, desk.ask(desk.open()), **headers)
    auditor = factories.make_user(role="auditor")
    with pytest.raises(NotAllowed):
        mailroom.replay_mail(
            inbound_id=mail.pk, actor=type(desk.actor).staff(auditor), now=desk.now
        )


@pytest.mark.parametrize("verb", ["replay_mail", "set_mail_aside"])
def test_one_click_on_the_case_page(desk, client: Client, verb):
    case = desk.ask(desk.open())
    mail = quarantine(desk, case)
    client.force_login(desk.agent)
    page = client.get(f"/desk/case/{case.number}/").content.decode()
    assert f"/desk/mail/{mail.pk}/" in page
    todo = case.todos.get()
    where = f"/desk/case/{case.number}/do/{verb}/"
    assert client.post(where, {"todo": todo.pk}).status_code == 302
    mail.refresh_from_db()
    assert mail.disposition == {"replay_mail": "", "set_mail_aside": "handled"}[verb]
    again = client.post(where, {"todo": todo.pk}, follow=True)
    assert "dealt with this already" in again.content.decode()


def test_it_is_answered_not_dismissed(desk):
    case = desk.ask(desk.open())
    quarantine(desk, case)
    with pytest.raises(NotPossible, match="Choose one of the answers"):
        desk.do(correspondence.resolve_todo, case, todo_id=case.todos.get().pk, resolution="")


# -- the other to-do that must not go away silently --------------------------------------------
@pytest.mark.rule("R12")
def test_a_clock_that_stands_still_stays_on_somebodys_list(desk):
    case = desk.ask(desk.open())
    bounce(desk, desk.mails(case, "questions")[0])
    todo = case.todos.get()
    assert todo.answers == ["send_again", "choose_contact", "note_told"]
    with pytest.raises(NotPossible, match="Choose one of the answers"):
        desk.do(correspondence.resolve_todo, case, todo_id=todo.pk, resolution="")
    assert open_todos(case) == ["mail_undeliverable"]


@pytest.mark.rule("R12")
def test_told_by_phone_the_clock_runs_afresh(desk, sink):
    case = desk.ask(desk.open())
    desk.pass_days(5)
    bounce(desk, desk.mails(case, "questions")[0])
    desk.pass_days(20)
    desk.do(contact.note_told, case)
    assert open_todos(case) == []
    assert live_timers(case)["reminder_1"] == desk.now + timedelta(days=3)
    desk.pass_days(13.9)
    assert desk.read(case).state == "awaiting_customer"
    assert len(desk.mails(case, "reminder")) == 1 + 2, "its reminders go out anew"
    desk.pass_days(0.2)
    assert desk.read(case).state == "dropped"
    with pytest.raises(NotPossible, match="running already"):
        desk.do(contact.note_told, case)


@pytest.mark.rule("R27")
def test_a_lost_final_notice_is_not_dismissed_but_a_lost_thank_you_is(desk):
    case = desk.confirm(desk.open())
    desk.pass_days(30.5)
    bounce(desk, desk.mails(case, "cancelled")[0])
    todo = case.todos.get(resolved_at=None)
    desk.do(correspondence.resolve_todo, case, todo_id=todo.pk, resolution="seen")
    desk.pass_days(29.8)
    bounce(desk, desk.mails(case, "final_notice")[0])
    todo = case.todos.get(resolved_at=None)
    assert todo.answers == ["send_again", "choose_contact"]
    with pytest.raises(NotPossible, match="Choose one of the answers"):
        desk.do(correspondence.resolve_todo, case, todo_id=todo.pk, resolution="")
