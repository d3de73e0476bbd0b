"""Asking to come back, and being declined."""

from copy import deepcopy
from datetime import timedelta

import pytest

from cases.actions import restoration
from cases.actions.base import NotPossible
from tests.cases.build import Desk
from tests.rules.helpers import chicago, leap, live_timers, open_todos
from tests.scene import play_once

pytestmark = pytest.mark.django_db

END = chicago(2026, 11, 21)


@pytest.fixture(scope="module")
def in_grace(django_db_setup, django_db_blocker):
    with play_once(django_db_blocker):
        desk = Desk()
        case = desk.confirm(desk.open())
        desk.go_to(chicago(2026, 11, 20, 12))  # after the final notice of 09:00
        case.desk = desk
        yield case


@pytest.fixture
def case(in_grace, sink, db):
    return deepcopy(in_grace)


def test_declined_at_once_the_end_and_its_notice_stay(case):
    desk = case.desk
    desk.do(restoration.request_restore, case)
    desk.do(restoration.decline_restore, case, reason="a slip")
    read = desk.read(case)
    assert read.grace_ends_at == END
    assert live_timers(case) == {"close": END}
    desk.go_to(END + timedelta(minutes=1))
    assert desk.read(case).state == "closed"
    assert len(desk.mails(case, "final_notice")) == 1


def test_declined_later_it_is_told_again(case):
    desk = case.desk
    desk.do(restoration.request_restore, case)
    assert live_timers(case) == {}
    leap(desk, days=2)
    desk.do(restoration.decline_restore, case, reason="a slip")
    assert desk.read(case).grace_ends_at == chicago(2026, 11, 23)
    assert live_timers(case) == {"final_notice": chicago(2026, 11, 22, 9)}
    desk.go_to(chicago(2026, 11, 23, 0, 1))
    assert desk.read(case).state == "closed"
    assert len(desk.mails(case, "final_notice")) == 2


def test_there_must_be_a_wish_to_decline(case):
    with pytest.raises(NotPossible, match="Nobody is asking"):
        case.desk.do(restoration.decline_restore, case, reason="-")


def test_declining_answers_the_todo(case):
    desk = case.desk
    mail = desk.mails(case, "cancelled")[0]
    desk.reply(
        case,
        "Please restore our services.",
        To=desk.brand.email_from,
        In_Reply_To=mail.message_id,
    )
    assert open_todos(case) == ["restore_asked"]
    desk.do(restoration.decline_restore, case, reason="not theirs to ask")
    assert open_todos(case) == []


def test_the_window_is_shut_for_agents_too(case):
    desk = case.desk
    desk.now = END + timedelta(microseconds=1)
    with pytest.raises(NotPossible, match="has passed"):
        desk.do(restoration.request_restore, case)


def test_time_before_the_end_is_given_back_whole():
    asked, now = END - timedelta(hours=3), END + timedelta(days=4)
    extended = restoration.extend_grace(
        ends_at=END, asked_at=asked, now=now, zone="America/Chicago"
    )
    assert extended == chicago(2026, 11, 26)
    assert extended >= now + (END - asked)
