"""A long story: the newest lines are drawn, the others a link away, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from cases.actions import correspondence
from cases.models import Case
from cases.queries.story import SHOWN
from tests.cases.build import Desk

LINES = 30  # of each long story


@pytest.fixture
def case(desk: Desk) -> Case:
    """A stranger wrote, whom nobody has looked at yet; then came many notes."""
    case = desk.ask(desk.open())
    desk.reply(case, "It was me.", sender="stranger@example.org", authentic=False)
    for number in range(LINES):
        desk.do(correspondence.add_note, case, text=f"note {number}")
    return desk.read(case)


def show(agent: Client, case: Case, query: str = "") -> str:
    return agent.get(f"/desk/case/{case.number}/{query}").content.decode()


def list_drawn(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li id="e(\d+)"', page)]


def test_only_the_newest_lines_are_drawn_and_the_others_are_a_link_away(
    agent: Client, case: Case
) -> None:
    page = show(agent, case, "?tab=notes")
    last = case.last_sequence
    assert list_drawn(page) == list(range(last, last - SHOWN, -1))
    assert f"Show {LINES - SHOWN} earlier lines" in page
    [address] = re.findall(r'href="(\?tab=notes&amp;whole=\d+)#e\d+" hx-get', page)
    whole = show(agent, case, address.replace("&amp;", "&"))
    assert list_drawn(whole) == list(range(last, last - LINES, -1))
    assert "earlier line" not in whole
    assert f'<li id="e{last - SHOWN}" tabindex="-1" autofocus>' in whole  # one reads on here


def test_what_waits_for_a_person_is_never_left_out(agent: Client, case: Case) -> None:
    page = show(agent, case)
    mail = case.events.get(kind="mail_received")
    assert mail.sequence in list_drawn(page)
    assert "earlier line" in page


def test_the_address_of_a_line_leads_to_it_however_old_it_is(agent: Client, case: Case) -> None:
    opened = case.events.get(kind="opened").sequence
    assert opened not in list_drawn(show(agent, case))
    assert opened in list_drawn(show(agent, case, f"?event={opened}"))
    newest = show(agent, case, f"?event={case.last_sequence}")
    assert f'href="?tab=story&amp;event={case.last_sequence}#e{case.last_sequence}"' in newest
    assert opened not in list_drawn(newest)  # what is drawn anyway brings no more


def test_a_few_lines_more_are_drawn_at_once(desk: Desk, agent: Client) -> None:
    case = desk.open()
    for number in range(SHOWN):
        desk.do(correspondence.add_note, case, text=f"note {number}")
    assert "earlier line" not in show(agent, case)


def test_most_settled_questions_and_the_form_of_one_are_drawn_where_they_are_asked_for(
    desk: Desk, agent: Client
) -> None:
    asked = [{"key": f"q{n}", "text": f"Question {n}, please?"} for n in range(8)]
    case = desk.ask(desk.open(), *asked)
    first = case.questions.order_by("pk")[0]
    case.questions.update(answer="Jim", answered_at=desk.now)
    page = show(agent, case)
    assert "4 more settled" in page
    assert f'id="answered-{first.pk}"' not in page
    assert "Open the question again" not in page
    whole = show(agent, case, "?settled=all")
    assert whole.count('id="answered-') == 8
    assert "more settled" not in whole
    page = show(agent, case, f"?retract={first.pk}")
    assert page.count('id="answered-') == 8
    assert page.count("Open the question again") == 1
    assert f'name="question" value="{first.pk}"' in page
