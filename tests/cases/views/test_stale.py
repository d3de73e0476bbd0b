"""A page that is out of date overwrites nothing, and loses nothing that was written on it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.actions.correspondence import add_note
from cases.models import Case
from tests.cases.build import Desk

pytestmark = pytest.mark.threat(53)
FORM = re.compile(r'<form[^>]*action="/desk/case/[\d-]+/do/(\w+)/"[^>]*>(.*?)</form>', re.DOTALL)


def post(client: Client, case: Case, verb: str, *, htmx: bool = False, **data):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/desk/case/{case.number}/do/{verb}/", data, headers=headers)


def stamp(case: Case) -> dict[str, int]:
    return {"version": case.version, "seen": case.last_sequence}


def test_every_form_of_a_case_carries_its_version(desk: Desk, agent: Client) -> None:
    case = desk.ask(desk.open(), {"key": "a", "text": "A?"}, {"key": "b", "text": "B?"})
    desk.reply(case, "1) yes\n2) no")
    desk.reply(case, "x", sender="stranger@example.org", authentic=False)
    case = desk.read(case)
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    asked = re.findall(r'hx-get="([^"]*/form/[^"]*)"', page)
    asked = [agent.get(unescape(url)).content.decode() for url in sorted(set(asked))]
    forms = FORM.findall("".join([page, *asked]))
    assert {"reply", "note", "ask", "withdraw", "answer", "verify", "dismiss"} <= {
        v for v, _ in forms
    }
    for verb, inside in forms:
        assert f'name="version" value="{case.version}"' in inside, verb
        assert f'name="seen" value="{case.last_sequence}"' in inside, verb


def test_without_scripts_the_page_offers_the_merge(desk: Desk, agent: Client) -> None:
    case = desk.open()
    old = stamp(case)
    desk.do(add_note, case, text="They <b>stay</b>.")
    file = SimpleUploadedFile("terms.txt", b"Terms")
    answer = post(agent, case, "reply", text="See you & soon", files=file, **old)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone changed this case" in page
    assert "They &lt;b&gt;stay&lt;/b&gt;." in page
    assert ">See you &amp; soon</textarea>" in page
    assert "Choose the files again" in page
    merge = page[page.index("data-refusal") :]
    assert 'enctype="multipart/form-data"' in merge[: merge.index("</form>")]
    assert desk.mails(case, "reply") == []
    now = desk.read(case)
    done = post(agent, case, "reply", text="See you & soon", again=now.version, **stamp(now))
    assert done.status_code == 302
    [mail] = desk.mails(case, "reply")
    assert "See you & soon" in mail.text


def test_with_scripts_the_answer_is_a_fragment(desk: Desk, agent: Client) -> None:
    case = desk.open()
    old = stamp(case)
    desk.do(add_note, case, text="They stay.")
    answer = post(agent, case, "withdraw", htmx=True, text="no", **old)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in page
    assert "They stay." in page
    assert f'name="again" value="{desk.read(case).version}"' in page
    assert desk.read(case).state == "intake"
    done = post(agent, case, "withdraw", htmx=True, text="no", again=desk.read(case).version, **old)
    assert (done.status_code, "HX-Redirect" in done or "HX-Refresh" in done) == (200, True)
    assert desk.read(case).state == "withdrawn"


def test_the_state_that_was_merged_may_have_changed_again(desk: Desk, agent: Client) -> None:
    case = desk.open()
    old = stamp(case)
    desk.do(add_note, case, text="One.")
    shown = desk.read(case).version
    desk.do(add_note, case, text="Two.")
    answer = post(agent, case, "withdraw", htmx=True, text="no", again=shown, **old)
    assert answer.status_code == 409
    assert "Two." in answer.content.decode()


def test_the_same_form_twice_acts_once(desk: Desk, agent: Client) -> None:
    case = desk.open()
    old = stamp(case)
    for _ in range(2):
        post(agent, case, "note", htmx=True, text="They called.", **old)
    case = desk.read(case)
    assert case.events.filter(kind="note").count() == 1
    first = post(agent, case, "reply", htmx=True, text="Hello", **stamp(case))
    second = post(agent, case, "reply", htmx=True, text="Hello", **stamp(case))
    assert (first.status_code, second.status_code) == (200, 409)
    assert "queued for" in second.content.decode()
    assert len(desk.mails(case, "reply")) == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 20])
def test_a_form_that_does_not_say_what_it_has_seen(desk: Desk, agent: Client, seen: str) -> None:
    case = desk.open()
    desk.do(add_note, case, text="They stay.")
    answer = post(agent, case, "withdraw", htmx=True, version=case.version, seen=seen)
    assert answer.status_code == 409
    assert "They stay." in answer.content.decode()


def test_a_long_absence_is_summed_up(desk: Desk, agent: Client) -> None:
    case = desk.open()
    for number in range(20):
        desk.do(add_note, case, text=f"note {number}")
    page = post(agent, case, "withdraw", htmx=True, **stamp(case)).content.decode()
    assert "note 19" in page
    assert "and 14 more" in page
