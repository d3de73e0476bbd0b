"""News of one's own cases, and the daily mail: at one's hour, once, in one's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.actions.cleaning import forget
from cases.actions.digest import send_digests
from cases.actions.notices import choose_notices, mark_read, tell_of_due
from cases.domain.notices import How
from cases.domain.notices import Notice as Kind
from cases.models import Case, Notice
from notifications import outbox
from notifications.models import Email
from notifications.outbox.message import build_message
from tests import factories
from tests.cases.build import Desk

ALL_BY_MAIL = dict.fromkeys(Kind, How.EMAIL)


@pytest.fixture
def desk(db: None) -> Desk:
    desk = Desk(items=2)
    choose_notices(user=desk.agent, kinds=ALL_BY_MAIL, digest_hour=8)
    return desk


def chicago(day: int, hour: int) -> datetime:
    return datetime(2026, 9, day, hour, 30, tzinfo=ZoneInfo("America/Chicago"))


def kinds(desk: Desk) -> list[str]:
    return list(
        Notice.objects.filter(user=desk.agent).order_by("pk").values_list("kind", flat=True)
    )


def test_the_owner_hears_of_a_reply_and_of_a_question(desk: Desk) -> None:
    case = desk.ask(desk.open())
    assert kinds(desk) == []  # of what they did themselves they need no news
    desk.reply(case, "It was the reception.")
    assert kinds(desk) == ["reply"]
    assert "wrote" in Notice.objects.get().detail
    desk.reply(case, "I am somebody else.", sender="stranger@elsewhere.example.com")
    assert kinds(desk) == ["reply", "reply"]  # one piece of news a mail, its to-do included


def test_what_is_promised_for_tomorrow_is_told_once(desk: Desk) -> None:
    case = desk.ask(desk.open())
    Case.objects.filter(pk=case.pk).update(owner=desk.agent)
    timer = case.timers.filter(cancelled_at=None, fired_at=None).order_by("due_at").last()
    assert timer
    timer.kind = "drop"
    timer.save()
    early, near = timer.due_at - timedelta(days=2), timer.due_at - timedelta(hours=20)
    assert tell_of_due(now=early) == 0
    assert [tell_of_due(now=near), tell_of_due(now=near)] == [1, 0]
    assert Notice.objects.get(kind="due").detail == "drop"


def test_a_service_that_failed_is_told_once_an_execution(desk: Desk) -> None:
    from cases.actions.base import DESK, change_case

    case = desk.open()
    for _ in range(2):
        with change_case(case_id=case.pk, actor=DESK, now=desk.now) as change:
            change.record("item_failed", "Extension 1: attempt failed.")
    assert kinds(desk) == ["failed"]


def test_the_digest_leaves_at_ones_hour_once_a_day_and_says_that_it_is_automatic(
    desk: Desk,
) -> None:
    case = desk.ask(desk.open())
    desk.reply(case, "It was the reception.")
    desk.reply(case, "And the workshop.")
    assert send_digests(now=chicago(22, 7)) == 0
    assert [send_digests(now=chicago(22, 8)), send_digests(now=chicago(22, 9))] == [1, 0]
    mail = Email.objects.get(purpose="digest")
    assert mail.to_email == desk.agent.email
    assert mail.subject == "The desk has 2 pieces of news for you"
    assert f"{desk.customer.name} wrote on case {case.number}." in mail.text
    assert f"/desk/case/{case.number}/" in mail.text
    assert build_message(mail, now=desk.now).extra_headers["Auto-Submitted"] == "auto-generated"
    assert outbox.deliver_due(now=chicago(22, 9)) == 1
    desk.reply(case, "One more.")
    assert [send_digests(now=chicago(22, 20)), send_digests(now=chicago(23, 8))] == [0, 1]


def test_what_was_read_is_not_mailed(desk: Desk) -> None:
    desk.reply(desk.ask(desk.open()), "It was the reception.")
    assert mark_read(user=desk.agent, now=desk.now) == 1
    assert send_digests(now=chicago(22, 8)) == 0
    assert not Email.objects.filter(purpose="digest").exists()


def test_in_german(desk: Desk) -> None:
    desk.agent.locale = "de"
    desk.agent.save()
    case = desk.ask(desk.open())
    desk.reply(case, "It was the reception.")
    assert send_digests(now=chicago(22, 8)) == 1
    mail = Email.objects.get(purpose="digest")
    assert mail.subject == "1 Neuigkeit für Sie"
    assert f"{desk.customer.name} hat zum Vorgang {case.number} geschrieben." in mail.text
    assert "Guten Tag" in mail.text


def test_everybody_has_an_hour_of_their_own(desk: Desk) -> None:
    berlin = factories.make_user(timezone="Europe/Berlin")
    case = desk.open()
    from cases.actions.notices import notify

    notify(users=[berlin], kind=Kind.MENTIONED, case=case, key="event:1", now=desk.now)
    assert send_digests(now=chicago(22, 0)) == 0  # 07:30 in Berlin
    assert send_digests(now=chicago(22, 1)) == 1


def test_old_news_are_forgotten(desk: Desk) -> None:
    desk.reply(desk.ask(desk.open()), "It was the reception.")
    forget(now=desk.now + timedelta(days=89))
    assert Notice.objects.exists()
    forget(now=desk.now + timedelta(days=91))
    assert not Notice.objects.exists()
