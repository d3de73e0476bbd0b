"""What a reply may do by who wrote it, beyond the rules' own tests."""

from datetime import date, timedelta

import pytest

from cases.actions import replies, restoration
from cases.actions.base import NotPossible
from cases.queries.case_page import read_case_page
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import bring_to, chicago, leap, open_todos

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def test_a_stranger_answers_nothing_and_holds_the_drop_for_three_days(desk):
    case = desk.ask(desk.open())
    desk.pass_days(13)
    desk.reply(case, "Mara did.", sender="stranger@example.net")
    case = desk.read(case)
    assert (case.state, open_todos(case)) == ("awaiting_customer", ["unverified_sender"])
    deadline = chicago(2026, 10, 5, 10)
    assert case.todos.get().hold_until == deadline + replies.HOLD_UNVERIFIED
    desk.now = deadline + timedelta(days=2, hours=23)
    desk.run()
    assert desk.read(case).state == "awaiting_customer"
    leap(desk, days=0.1)
    assert desk.read(case).state == "dropped"


def test_once_a_person_verified_the_sender_the_mail_answers(desk):
    case = desk.ask(desk.open())
    desk.reply(case, "Mara did.", sender="rosa.private@example.net")
    desk.do(replies.accept_reply, case, todo_id=case.todos.get().pk)
    case = desk.read(case)
    assert (case.state, open_todos(case)) == ("in_review", [])
    assert case.events.get(kind="sender_verified").actor == desk.agent


def test_a_mail_that_came_in_time_and_was_verified_late_still_restores(desk):
    case = desk.confirm(desk.open())
    desk.go_to(chicago(2026, 11, 20, 23, 59, 59))
    desk.reply(case, "Please restore our services.", authentic=False)
    leap(desk, days=2)
    desk.do(replies.accept_reply, case, todo_id=case.todos.get().pk)
    desk.do(restoration.restore, case)
    desk.run()
    assert desk.read(case).state == "restored"


def test_a_todo_is_accepted_once(desk):
    case = desk.ask(desk.open())
    desk.reply(case, "Mara did.", sender="stranger@example.net")
    todo = case.todos.get()
    desk.do(replies.accept_reply, case, todo_id=todo.pk)
    with pytest.raises(NotPossible, match="dealt with this"):
        desk.do(replies.accept_reply, case, todo_id=todo.pk)


def test_any_contact_on_file_answers_questions(desk):
    clerk = factories.make_contact(customer=desk.customer, owner=False)
    case = desk.ask(desk.open())
    desk.reply(case, "Mara did.", sender=clerk.email)
    assert desk.read(case).state == "in_review"


@pytest.mark.rule("R22")
@pytest.mark.parametrize(
    "text",
    [
        "Please stop the cancellation.",
        "We changed our minds, keep our service.",
        "Wir haben es uns anders überlegt.",
    ],
)
def test_an_answer_that_also_wants_to_stay_raises_a_todo(desk, text):
    case = desk.ask(desk.open())
    desk.reply(case, text)
    case = desk.read(case)
    assert case.state == "in_review"
    assert open_todos(case) == ["reply_before_date"]


@pytest.mark.rule("R13")
@pytest.mark.parametrize(
    ("text", "besides"),
    [
        ("No. But could you make it the 8th?", ["could you make it the 8th?"]),
        ("Mara did. What does it cost us?", ["What does it cost us?"]),
        ("Mara did. Please also cancel the fax.", ["Please also cancel the fax."]),
        ("Mara. Bitte kündigen Sie auch das Fax.", ["Bitte kündigen Sie auch das Fax."]),
        ("Yes, but can we move it to May?", ["Yes, but can we move it to May?"]),
        ("Who used these services?\nMara did.", []),
        ("Mara did, please cancel all of them.", []),
    ],
)
def test_an_answer_is_taken_and_what_it_asks_for_besides_goes_to_a_person(desk, text, besides):
    case = desk.ask(desk.open())
    desk.reply(case, text)
    case = desk.read(case)
    assert case.state == "in_review"
    assert open_todos(case) == ["reply_before_date"] * bool(besides)
    shown = [found["quote"] for todo in case.todos.all() for found in todo.evidence["evidence"]]
    assert shown == besides


def test_an_answer_after_the_answer_asks_a_person(desk):
    case = desk.ask(desk.open())
    desk.reply(case, "Mara did.")
    desk.reply(case, "No, Jo did.")
    assert open_todos(case) == ["reply_before_date"]


def test_a_reply_while_the_services_come_back_changes_nothing(desk):
    case = desk.confirm(desk.open())
    desk.pass_days(33)
    desk.brand.provisioning = {"adapter": "sandbox", "fail_verbs": ["reactivate"]}
    desk.brand.save()
    desk.reply(case, "Please restore our services.")
    assert desk.read(case).state == "restoring"
    desk.reply(case, "When will it be done?")
    assert desk.read(case).state == "restoring"
    assert open_todos(case) == []


@pytest.mark.rule("R23")
@pytest.mark.parametrize(("elsewhere", "todos"), [(0, []), (1, ["restore_unclear"])])
def test_a_wish_may_name_the_place_that_is_all_of_the_case(desk, elsewhere, todos):
    place = factories.make_location(customer=desk.customer, name="South House")
    apart = desk.customer.items.order_by("pk").values("pk")[:elsewhere]
    desk.customer.items.exclude(pk__in=apart).update(location=place)
    case = desk.confirm(desk.open())
    desk.pass_days(33)
    desk.reply(case, f"Please restore the South House of {desk.customer.name}.")
    case = desk.read(case)
    assert (case.state == "in_grace", open_todos(case)) == (bool(todos), todos)


def test_html_and_quotes_are_not_what_was_said(desk):
    """The quoted offer of our own mail to restore is no wish."""
    case = desk.confirm(desk.open())
    desk.pass_days(33)
    quoted = "\r\n".join("> " + line for line in desk.mails(case, "cancelled")[0].text.split("\n"))
    desk.reply(case, f"Thanks!\r\n\r\nOn Wed, Oct 21, 2026 the desk wrote:\r\n{quoted}")
    assert desk.read(case).state == "in_grace"
    assert open_todos(case) == []


@pytest.mark.rule("R22")
def test_the_day_they_wish_for_is_shown_and_offered(desk, client):
    case = desk.confirm(desk.open())
    desk.reply(case, "Please move the date to 31 March 2027.")
    [todo] = case.todos.filter(resolved_at=None)
    assert todo.evidence["wished_on"] == "2027-03-31"
    page = read_case_page(case=desk.read(case), user=desk.agent, now=desk.now)
    assert page.wished_by_mail == date(2027, 3, 31)
    client.force_login(desk.agent)
    shown = client.get(f"/desk/case/{case.number}/").content.decode()
    assert "They name <b>31 March 2027</b>." in shown


@pytest.mark.rule("R23")
def test_praise_is_thanks_and_holds_no_purge(desk):
    case = bring_to(desk, "in_grace")
    desk.reply(case, "Thank you, that went smoothly.")
    assert not case.todos.filter(resolved_at=None).exists()
    assert case.events.filter(kind="thanks").exists()
