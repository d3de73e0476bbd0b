"""To-dos: cut by kind and owner, answered where they stand, at a fixed cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions.assignment import assign_owner
from cases.models import Todo
from tests import factories
from tests.cases.build import CALL, Desk
from tests.rows import each


def make_todo(desk: Desk, case, kind: str, reason: str) -> Todo:
    return Todo.objects.create(
        case=case, kind=kind, reason=reason, answers=["dismiss"], created_at=CALL
    )


@pytest.fixture
def cases(desk: Desk):
    """Three cases: the agent's, a colleague's, nobody's; a to-do of another kind on each."""
    items = list(desk.customer.items.all())
    mine, theirs, nobodys = (desk.open(item_ids=[item.pk]) for item in items[:3])
    desk.do(assign_owner, theirs, owner=factories.make_user())
    desk.do(assign_owner, nobodys, owner=None)
    make_todo(desk, mine, "reply_before_date", "They want to stay.")
    make_todo(desk, theirs, "mail_undeliverable", "It came back.")
    make_todo(desk, nobodys, "item_failed", "It failed three times.")
    return mine, theirs, nobodys


REASONS = {"They want to stay.", "It came back.", "It failed three times."}


@pytest.mark.usefixtures("steady_health")
@each(
    "query, shown",
    [
        ("", REASONS),
        ("?whose=mine", {"They want to stay."}),
        ("?whose=nobody", {"It failed three times."}),
        ("?kind=replies", {"They want to stay."}),
        ("?kind=delivery", {"It came back."}),
        ("?kind=services&whose=all", {"It failed three times."}),
        ("?kind=services&whose=mine", set()),
        ("?kind=approvals", set()),
    ],
)
def test_filters(desk: Desk, agent: Client, cases, query: str, shown: set[str]) -> None:
    page = agent.get(f"/desk/todos/{query}").content.decode()
    assert {reason for reason in REASONS if reason in page} == shown


@pytest.mark.threat(52)
@pytest.mark.parametrize("query", ["?kind=x", "?whose=x", "?kind=__all__&whose=mine"])
def test_an_unknown_filter_is_refused(agent: Client, query: str) -> None:
    assert agent.get(f"/desk/todos/{query}").status_code == 400


def test_an_empty_list_teaches(desk: Desk, agent: Client) -> None:
    assert "Each one says why" in agent.get("/desk/todos/").content.decode()
    mine = agent.get("/desk/todos/?whose=mine").content.decode()
    assert "None of your cases waits for you" in mine
    assert "clock stands still" in agent.get("/desk/todos/?kind=delivery").content.decode()


def test_an_answer_leads_back_to_the_list(desk: Desk, agent: Client, cases) -> None:
    mine = cases[0]
    todo = mine.todos.get()
    done = agent.post(f"/desk/case/{mine.number}/do/dismiss/", {"todo": todo.pk, "back": "todos"})
    assert done["Location"] == "/desk/todos/"
    assert "They want to stay." not in agent.get("/desk/todos/").content.decode()


@pytest.mark.threat(46)
def test_nobody_is_led_elsewhere(desk: Desk, agent: Client, cases) -> None:
    mine = cases[0]
    todo = mine.todos.get()
    done = agent.post(
        f"/desk/case/{mine.number}/do/dismiss/", {"todo": todo.pk, "back": "//evil.example"}
    )
    assert done["Location"] == f"/desk/case/{mine.number}/"


def test_it_costs_the_same_for_one_and_for_a_hundred(desk: Desk, agent: Client) -> None:
    case = desk.open()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            agent.get("/desk/todos/")
        return len(queries)

    make_todo(desk, case, "kind-0", "first")
    count()
    one = count()
    for number in range(1, 100):
        make_todo(desk, case, f"kind-{number}", f"to-do {number}")
    assert count() == one


def test_an_auditor_reads_and_has_no_answers(desk: Desk, cases) -> None:
    client = Client()
    client.force_login(factories.make_user(role="auditor"))
    page = client.get("/desk/todos/").content.decode()
    assert "They want to stay." in page
    assert "Nothing to do" not in page
