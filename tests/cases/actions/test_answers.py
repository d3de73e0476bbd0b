"""Replies read into questions: suggestions with a source, settled by a click (R13)."""

from datetime import date

import pytest

from cases.actions import answers, information
from cases.actions.base import NotPossible
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db

USERS = {"key": "users", "text": "Who used these services?"}
PORTING = {"key": "porting", "text": "Do you keep your numbers elsewhere?", "kind": "yes_no"}
END = {"key": "end", "text": "On which date should the services end?", "kind": "date"}
BOX = {
    "key": "box",
    "text": "What becomes of rented equipment?",
    "kind": "choice",
    "choices": ["We have none", "We send it back"],
    "required": False,
}


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def case(desk):
    return desk.ask(desk.open(), USERS, PORTING, END, BOX)


def fill_in(case, **slots):
    """The question email as it comes back, quoted, with words written into its slots."""
    text = case.thread.emails.get(purpose="questions").text
    for number, words in slots.items():
        text = text.replace(
            f"Answer {number[1:]}: ________________", f"Answer {number[1:]}: {words}"
        )
    return "\n".join(f"> {line}" for line in text.splitlines())


def read(case):
    """What was read, by the questions' keys."""
    return {
        q.key: (q.suggested_answer, q.suggested_sure)
        for q in case.questions.all()
        if q.is_suggested
    }


@pytest.mark.rule("R13")
def test_a_filled_in_form_is_suggested_and_settles_nothing(desk, case):
    desk.reply(case, fill_in(case, _1="Mara and Jo", _2="no", _3="end of March 2027"))
    case = desk.read(case)
    assert case.state == "in_review"
    assert read(case) == {
        "users": ("Mara and Jo", True),
        "porting": ("No", True),
        "end": ("2027-03-31", True),
    }
    assert [q.is_open for q in case.questions.all()] == [True] * 4
    assert not case.questions.exclude(answered_at=None).exists()


def test_a_suggestion_says_where_it_stands(desk, case):
    mail = desk.reply(case, "Hello,\n\n3) 31.3.2027\n\nRegards\nRosa")
    [question] = [q for q in case.questions.all() if q.is_suggested]
    assert question.suggested_from == mail
    assert (question.suggested_line, question.suggested_quote) == (3, "31.3.2027")
    assert case.events.filter(kind="answers_read", inbound=mail).count() == 1


@pytest.mark.rule("R13")
def test_one_click_settles_what_it_settles(desk, case):
    desk.reply(case, fill_in(case, _1="Mara", _3="31 March 2027"))
    question = case.questions.get(key="end")
    desk.do(answers.accept_suggestions, case, question_id=question.pk)
    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("2027-03-31", desk.agent)
    assert question.source == question.suggested_from
    event = case.events.get(kind="answered")
    assert event.inbound == question.source
    assert event.data["quote"] == "31 March 2027"
    assert [q.key for q in case.questions.all() if q.is_open] == ["users", "porting", "box"]


@pytest.mark.rule("R13")
def test_accepting_all_takes_what_is_sure_and_leaves_what_is_not(desk, case):
    desk.reply(case, fill_in(case, _1="Mara", _2="yes, but only the fax", _3="next Friday"))
    desk.do(answers.accept_suggestions, case)
    settled = {q.key: q.answer for q in case.questions.exclude(answered_at=None)}
    assert settled == {"users": "Mara"}
    assert read(desk.read(case)) == {
        "porting": ("yes, but only the fax", False),
        "end": ("2026-09-25", False),
    }


def test_words_without_a_value_are_shown_and_cannot_be_accepted(desk, case):
    desk.reply(case, fill_in(case, _3="as soon as possible"))
    question = case.questions.get(key="end")
    assert (question.suggested_answer, question.suggested_quote) == ("", "as soon as possible")
    with pytest.raises(NotPossible, match="no answer to accept"):
        desk.do(answers.accept_suggestions, case, question_id=question.pk)


def test_a_corrected_answer_keeps_its_source(desk, case):
    mail = desk.reply(case, fill_in(case, _1="Mara"))
    question = case.questions.get(key="users")
    desk.do(information.answer_question, case, question_id=question.pk, answer="Mara Lind")
    question.refresh_from_db()
    assert (question.answer, question.source) == ("Mara Lind", mail)


def test_what_was_settled_is_not_suggested_again(desk, case):
    question = case.questions.get(key="users")
    desk.do(information.answer_question, case, question_id=question.pk, answer="Jo")
    desk.reply(case, fill_in(case, _1="Mara"))
    assert read(case) == {}
    with pytest.raises(NotPossible):
        desk.do(answers.accept_suggestions, case, question_id=question.pk)


def test_a_later_reply_replaces_what_an_earlier_one_suggested(desk, case):
    desk.reply(case, "2) yes")
    desk.reply(case, "Sorry:\n\n2) no")
    assert read(case) == {"porting": ("No", True)}


@pytest.mark.threat(14)
@pytest.mark.parametrize("given", [{"authentic": False}, {"sender": "eve@elsewhere.example.com"}])
def test_who_is_not_verified_suggests_nothing(desk, case, given):
    desk.reply(case, "2) no", **given)
    assert read(case) == {}
    assert desk.read(case).state == "awaiting_customer"


@pytest.mark.threat(31)
def test_the_quoted_form_alone_answers_nothing(desk, case):
    desk.reply(case, "See you.\n\n" + fill_in(case))
    assert read(case) == {}


@pytest.mark.rule("R11")
def test_a_machine_answers_nothing(desk, case):
    desk.reply(case, "2) no\n3) 31.3.2027", Auto_Submitted="auto-replied")
    assert read(case) == {}


def test_numbers_stay_when_others_are_settled(desk, case):
    question = case.questions.get(key="users")
    desk.do(information.answer_question, case, question_id=question.pk, answer="Jo")
    desk.pass_days(3.1)
    reminder = desk.mails(case, "reminder")[0].text
    assert "2. Do you keep your numbers elsewhere?" in reminder
    assert "1. " not in reminder
    desk.reply(case, "2) no")
    assert read(case) == {"porting": ("No", True)}


def test_dates_are_read_in_the_customers_order_and_from_the_day_of_receipt():
    american = Desk(locale="en-US", timezone="America/Chicago")
    case = american.ask(american.open(), END)
    american.reply(case, "3/31")
    assert read(case) == {"end": (date(2027, 3, 31).isoformat(), True)}
    british = Desk(locale="en-GB", timezone="Europe/London")
    case = british.ask(british.open(), END)
    british.reply(case, "3/12/2026")
    assert read(case) == {"end": (date(2026, 12, 3).isoformat(), False)}
