"""A form that is sent twice acts once (G17)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.actions.api_calls import forget_answers
from cases.models import ApiCall, Case
from tests import factories
from tests.cases.build import Desk
from tests.rules.helpers import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G17")]
PAGE = {"csrfmiddlewaretoken": "a" * 64}  # masked anew each time a page is made
NEXT_PAGE = {"csrfmiddlewaretoken": "b" * 64}


def write(client: Client, case: Case, text: str = "Called back", **given: Any) -> Any:
    given = given or PAGE
    return client.post(f"/desk/case/{case.number}/do/note/", {"text": text, **given})


def count_notes(case: Case) -> int:
    return case.events.filter(kind="note").count()


def test_a_double_click_writes_one_note(desk: Desk, agent: Client) -> None:
    """Seen to fail without `@once` at the view."""
    case = desk.open()
    first, again = write(agent, case), write(agent, case)
    assert (first.status_code, first.url) == (again.status_code, again.url)
    assert count_notes(case) == 1
    page = agent.get(again.url).content.decode()
    assert "sent twice, and done once" in page


def test_the_same_words_on_a_later_page_are_meant(desk: Desk, agent: Client) -> None:
    case = desk.open()
    write(agent, case)
    write(agent, case, **NEXT_PAGE)
    write(agent, case, "Something else")
    assert count_notes(case) == 3


def test_a_refused_form_may_be_sent_again(desk: Desk, agent: Client) -> None:
    """Seen to fail while every answer was kept."""
    case = desk.open()
    assert write(agent, case, "").status_code == 422
    assert not ApiCall.objects.exists()
    assert write(agent, case).status_code == 302


def test_two_people_are_two(desk: Desk, agent: Client) -> None:
    """Seen to fail while the key was not the user's."""
    case = desk.open()
    other = Client()
    other.force_login(factories.make_user())
    for client in (agent, other):
        assert write(client, case).status_code == 302
    assert count_notes(case) == 2


def test_a_script_names_its_request(desk: Desk, agent: Client) -> None:
    """Seen to fail without the comparison of fingerprints."""
    case, key = desk.open(), {"HTTP_IDEMPOTENCY_KEY": "k1"}
    path = f"/desk/case/{case.number}/do/note/"
    assert agent.post(path, {"text": "one", **PAGE}, **key).status_code == 302
    assert agent.post(path, {"text": "one", **PAGE}, **key).status_code == 302
    other = agent.post(path, {"text": "two", **PAGE}, **key)
    assert (other.status_code, "another call" in other.content.decode()) == (422, True)
    assert agent.post(path, {"text": "x"}, HTTP_IDEMPOTENCY_KEY="k" * 101).status_code == 400
    assert count_notes(case) == 1


def test_a_stale_page_is_refused(desk: Desk, agent: Client) -> None:
    case = desk.open()
    version = desk.read(case).version
    desk.confirm(case)
    answer = agent.post(f"/desk/case/{case.number}/do/withdraw/", {"version": version, **PAGE})
    assert answer.status_code == 409
    assert desk.read(case).state == "scheduled"


def test_another_file_is_another_form(desk: Desk, agent: Client) -> None:
    """Seen to fail while files were left out of the fingerprint."""
    case = desk.open()
    path = f"/desk/case/{case.number}/do/reply/"
    for content in (b"one", b"one", b"two"):
        file = SimpleUploadedFile("list.txt", content, "text/plain")
        answer = agent.post(path, {"text": "Here it is", "files": file, **PAGE})
        assert answer.status_code == 302
    assert len(desk.mails(case, "reply")) == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_posts_open_one_case_and_write_one_note(desk: Desk) -> None:
    """Seen to fail without `@once` at the view."""
    case = desk.open()
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(desk.agent)
    answers = at_once(*[lambda client=client: write(client, case) for client in clients])
    assert {getattr(answer, "status_code", answer) for answer in answers} == {302}
    assert count_notes(case) == 1


def test_answers_are_forgotten_after_a_month(desk: Desk, agent: Client) -> None:
    write(agent, desk.open())
    assert forget_answers(now=desk.now + timedelta(days=29), most=10) == 0
    assert forget_answers(now=desk.now + timedelta(days=31), most=10) == 1
