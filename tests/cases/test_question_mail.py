"""The question email is a form from which its replies can be read, in every language we write."""

import pytest

from cases.domain.answers import Asked, read_answers
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db

QUESTIONS = [
    {"key": "users", "text": "Who used these services?"},
    {"key": "keep", "text": "Do you keep your numbers elsewhere?", "kind": "yes_no"},
    {"key": "end", "text": "On which date should the services end?", "kind": "date"},
    {"key": "box", "text": "The router?", "kind": "choice", "choices": ["None", "We send it"]},
]
LABELS = {"en": "Answer", "de": "Antwort"}


def fill_in(text: str, label: str) -> str:
    for number, words in ((1, "Mara"), (2, "no"), (3, "31.3.2027")):
        slot = f"{label} {number}: "
        assert f"{slot}________________" in text
        text = text.replace(f"{slot}________________", slot + words)
    return text.replace("[ ] We send it", "[x] We send it")


@pytest.mark.rule("R8")
@pytest.mark.parametrize("purpose", ["questions", "reminder"])
@pytest.mark.parametrize("locale", sorted(LABELS))
def test_the_form_comes_back_readable(sink, locale, purpose):
    desk = Desk(locale=locale)
    case = desk.ask(desk.open(), *QUESTIONS)
    if purpose == "reminder":
        desk.pass_days(3.1)
    mail = case.thread.emails.filter(purpose=purpose).latest("id")
    filled = fill_in(mail.text, LABELS[locale])
    desk.reply(case, "\n".join(f"> {line}" for line in filled.splitlines()))
    found = {q.key: q.suggested_answer for q in case.questions.all() if q.suggested_sure}
    assert found == {"users": "Mara", "keep": "No", "end": "2027-03-31", "box": "We send it"}


@pytest.mark.parametrize("locale", sorted(LABELS))
def test_the_html_holds_the_same_form(sink, locale):
    """Answered in HTML, where a program adds no plain text: the slots are the same."""
    desk = Desk(locale=locale)
    case = desk.ask(desk.open(), *QUESTIONS)
    html = case.thread.emails.get(purpose="questions").html
    for number, words in ((1, "Mara"), (2, "no"), (3, "31.3.2027")):
        slot = f"{LABELS[locale]} {number}:&nbsp;"
        assert slot in html
        html = html.replace(slot, slot + words)
    body = f"<p>S.u.</p><blockquote type=cite>{html}</blockquote>".replace("\n", " ")
    desk.reply(case, body.replace("> <", ">\n<"), Content_Type="text/html; charset=utf-8")
    found = {q.key: q.suggested_answer for q in case.questions.all() if q.suggested_sure}
    assert found == {"users": "Mara", "keep": "No", "end": "2027-03-31"}


@pytest.mark.threat(24)
@pytest.mark.threat(34)
def test_a_question_with_marks_of_its_own_stays_what_it_is(sink):
    text = "Is {{ this }} <b>yours</b>? 1) a 2) b"
    desk = Desk()
    case = desk.ask(desk.open(), {"key": "odd", "text": text})
    mail = case.thread.emails.get(purpose="questions")
    assert text in mail.text
    assert "&lt;b&gt;yours&lt;/b&gt;" in mail.html
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    asked = [Asked(number=1, text=text)]
    assert read_answers(quoted, asked, sent=[mail.text], today=desk.now.date()) == ()
