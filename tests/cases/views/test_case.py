from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions import correspondence, intake
from cases.domain.words import write_date
from cases.models import Case
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold


def post(client: Client, case, verb: str, **data):
    return client.post(f"/desk/case/{case.number}/do/{verb}/", data)


def test_the_next_step_is_the_one_filled_button(desk: Desk, agent: Client) -> None:
    case = desk.open()
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    assert page.count('class="btn btn-primary"') == 1
    assert page.count('data-key-next="Confirm the date"') == 1


def test_what_is_not_possible_says_why(desk: Desk, agent: Client) -> None:
    case = desk.open(checks=[])
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    assert "The caller has not been verified yet." in page


def next_step(client: Client, case: Case) -> str:
    page = client.get(f"/desk/case/{case.number}/").content.decode()
    found = re.findall(r'data-key-next="([^"]+)"', page)
    return str(found[0]) if found else ""


def test_who_called_is_verified_before_anything_is_confirmed(desk: Desk, agent: Client) -> None:
    case = desk.open(checks=[])
    assert next_step(agent, case) == "Verify the caller"
    answer = agent.post(
        f"/desk/case/{case.number}/do/verify/", {"contact": case.contact_id}, follow=True
    )
    assert "A check of the caller is missing." in answer.content.decode()
    desk.do(intake.verify_caller, case, contact=desk.contact, checks=["Account PIN"])
    assert next_step(agent, case) == "Confirm the date"


def test_an_answer_is_looked_at_before_anything_is_asked_again(desk: Desk, agent: Client) -> None:
    case = desk.ask(desk.open(), *FORM)
    assert next_step(agent, case) == ""  # it is the customer's turn
    desk.reply(case, "I do not quite know what you mean. I will call you.")
    assert next_step(agent, case) == "Note the answers"
    desk.reply(case, "1) Mara & Jo\n2) 31 March 2027\n3) no")
    assert next_step(agent, case) == "Accept 3 answers"


def test_a_promised_date_is_nothing_to_do(desk: Desk, agent: Client) -> None:
    assert next_step(agent, desk.confirm(desk.open())) == ""


def test_another_day_than_the_wished_one_is_said_at_once(desk: Desk, agent: Client) -> None:
    case = desk.open()
    tomorrow = desk.now.date() + timedelta(days=1)
    answer = agent.post(
        f"/desk/case/{case.number}/do/confirm/", {"other_on": tomorrow.isoformat()}, follow=True
    )
    assert f"{write_date(tomorrow)} was not possible." in answer.content.decode()


def test_confirm_with_a_later_date(desk: Desk, agent: Client) -> None:
    case = desk.open()
    answer = post(agent, case, "confirm", other_on="2026-12-24", version=case.version)
    assert answer.status_code == 302
    case = desk.read(case)
    assert (case.state, str(case.effective_on)) == ("scheduled", "2026-12-24")


@pytest.mark.threat(54)
@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ("2026-09-01", "This day has passed"),
        ("9999-01-01", "very far off"),
        ("2026-02-30", "There is no such day"),
        ("tomorrow", "There is no such day"),
    ],
)
def test_an_impossible_date_says_what_is_right(
    desk: Desk, agent: Client, wish: str, says: str
) -> None:
    case = desk.open()
    answer = post(agent, case, "confirm", other_on=wish, version=case.version)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert desk.read(case).state == "intake"


@pytest.mark.threat(53)
def test_a_stale_page_changes_nothing(desk: Desk, agent: Client) -> None:
    case = desk.open()
    desk.do(correspondence.add_note, case, text="A colleague was here.")
    answer = post(agent, case, "confirm", version=case.version)
    assert answer.status_code == 409
    assert "Someone changed this case" in answer.content.decode()
    assert desk.read(case).state == "intake"


@pytest.mark.threat(43)
def test_getting_never_acts(desk: Desk, agent: Client) -> None:
    case = desk.open()
    assert agent.get(f"/desk/case/{case.number}/do/withdraw/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.agent)
    assert post(strict, case, "withdraw").status_code == 403
    assert desk.read(case).state == "intake"


def test_an_auditor_reads_and_changes_nothing(desk: Desk, client: Client) -> None:
    case = desk.open()
    client.force_login(factories.make_user(role="auditor"))
    assert client.get(f"/desk/case/{case.number}/").status_code == 200
    for verb in ("confirm", "withdraw", "note", "reply", "ask", "assign"):
        refused = post(client, case, verb, text="x", own_question="Why?", owner="me")
        assert refused.status_code == 403, verb
    assert desk.read(case).version == case.version


def test_an_unknown_verb_is_not_found(desk: Desk, agent: Client) -> None:
    assert post(agent, desk.open(), "explode").status_code == 404


def test_ask_note_and_answer(desk: Desk, agent: Client) -> None:
    case = desk.open()
    post(agent, case, "ask", own_question="Who used the lines?", version=case.version)
    case = desk.read(case)
    assert case.state == "awaiting_customer"
    question = case.questions.get()
    post(agent, case, "answer", question=question.pk, text="Jim", version=case.version)
    assert desk.read(case).state == "in_review"
    post(agent, case, "note", text="Jim <b>called</b> back")
    page = agent.get(f"/desk/case/{case.number}/?tab=notes").content.decode()
    assert "Jim &lt;b&gt;called&lt;/b&gt; back" in page


def test_the_page_takes_the_same_queries_with_a_long_story(desk: Desk, agent: Client) -> None:
    case = desk.open()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(f"/desk/case/{case.number}/").status_code == 200
        return len(queries)

    count()
    short = count()
    for number in range(30):
        desk.do(correspondence.add_note, case, text=f"note {number}")
    assert count() == short


@pytest.mark.parametrize("spelling", ["{}", "{0}", " {} "])
def test_a_number_in_any_spacing_is_found(desk: Desk, agent: Client, spelling: str) -> None:
    case = desk.open()
    plain = case.number.replace("-", "")
    assert agent.get(f"/desk/case/{plain}/").status_code == 200
    found = agent.get("/desk/search/", {"q": spelling.format(case.number)})
    assert found.status_code == 302
    assert found["Location"] == f"/desk/case/{case.number}/"


FORM = [
    {"key": "users", "text": "Who used these services?"},
    {"key": "end", "text": "On which date should they end?", "kind": "date"},
    {"key": "keep", "text": "Do you keep your numbers?", "kind": "yes_no"},
]


@pytest.mark.rule("R13")
def test_what_a_reply_answers_is_shown_with_its_source_and_accepted_by_one_click(
    desk: Desk, agent: Client
) -> None:
    case = desk.ask(desk.open(), *FORM)
    mail = desk.reply(case, "Hello,\n\n1) Mara & Jo\n2) end of March 2027\n3) yes, but one")
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    assert "<q>end of March 2027</q>" in page
    assert f'href="/desk/mail/{mail.pk}/">line 4 of their email</a>' in fold(page)
    assert "Accept “31 March 2027”" in page
    assert "Mara &amp; Jo" in page
    assert "Accept 2 answers" in page
    question = case.questions.get(key="end")
    case = desk.read(case)
    done = post(agent, case, "accept_answer", question=question.pk, version=case.version)
    assert done.status_code == 302
    question.refresh_from_db()
    assert (question.answer, question.source) == ("2027-03-31", mail)
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    assert "<b>31 March 2027</b>" in page
    assert post(agent, case, "accept_answer", question=question.pk).status_code != 302


def test_the_page_costs_the_same_for_one_answer_and_for_thirty(desk: Desk, agent: Client) -> None:
    costs = []
    for number, item in zip((1, 30), desk.customer.items.all()[:2], strict=True):
        case = desk.ask(
            desk.open(item_ids=[item.pk]),
            *({"key": f"q{n}", "text": f"Question {n}, please?"} for n in range(number)),
        )
        desk.reply(case, "\n".join(f"{n}) answer {n}" for n in range(1, number + 1)))
        assert case.questions.exclude(suggested_from=None).count() == number
        agent.get(f"/desk/case/{case.number}/")
        with CaptureQueriesContext(connection) as queries:
            agent.get(f"/desk/case/{case.number}/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
