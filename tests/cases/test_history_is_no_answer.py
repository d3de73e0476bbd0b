"""Quoted words never count as the customer's (THREATS 31)."""

import pytest

from tests.cases.build import Desk

pytestmark = pytest.mark.django_db
FORWARD = """\
---------- Forwarded message ---------
From: Somebody <somebody@elsewhere.example.net>
Date: Mon, 2 Nov 2026 at 10:00
Subject: lines
To: Rosa <rosa@example.com>

Please restore our lines.
"""


def in_grace(desk: Desk):
    case = desk.confirm(desk.open())
    desk.pass_days(31)
    case = desk.read(case)
    assert case.state == "in_grace"
    return case


@pytest.mark.threat(31)
def test_a_forwarded_wish_asks_a_person(sink) -> None:
    desk = Desk(items=1)
    case = in_grace(desk)
    desk.reply(case, FORWARD, Subject="Fwd: lines")
    assert desk.read(case).state == "in_grace"
    assert case.todos.get(resolved_at=None).kind == "restore_unclear"


@pytest.mark.threat(31)
def test_a_quoted_wish_under_a_thank_you_restores_nothing(sink) -> None:
    desk = Desk(items=1)
    case = in_grace(desk)
    desk.reply(
        case, "Thank you.\n\nOn Mon, 2 Nov 2026 the desk wrote:\n> Please restore our lines."
    )
    assert desk.read(case).state == "in_grace"
