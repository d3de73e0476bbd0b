from datetime import UTC, date, datetime

import pytest

from cases.actions import information
from notifications import inbound
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_inbound(monkeypatch):
    monkeypatch.setitem(inbound.__dict__, "process_due", lambda **_: 0)


def show(case):
    for e in case.events.order_by("sequence"):
        print(e.sequence, e.at, e.kind, e.summary)
    for t in case.timers.order_by("id"):
        print(t.kind, t.due_at, t.fired_at, t.cancelled_at, t.held_because)


def test_a_case_from_call_to_closed(sink):
    desk = Desk()
    case = desk.open()
    case = desk.confirm(case)
    assert case.state == "scheduled"
    assert case.effective_on == date(2026, 10, 21)
    desk.go_to(datetime(2026, 10, 22, tzinfo=UTC))
    show(case)
    case = desk.read(case)
    assert case.state == "in_grace"
    desk.go_to(datetime(2026, 11, 25, tzinfo=UTC))
    show(case)
    case = desk.read(case)
    assert case.state == "closed"
    for m in desk.mails(case):
        print(m.subject, m.accepted_at)
        print(m.text)


def test_dropped(sink):
    desk = Desk()
    case = desk.ask(desk.open())
    desk.pass_days(20)
    show(case)
    case = desk.read(case)
    assert case.state == "dropped"
    case = desk.do(information.reopen_case, case)
    assert case.state == "in_review"
    print(desk.mails(case)[1].text)
