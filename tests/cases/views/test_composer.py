"""Writing on a case without scripts: macros, drafts, the preview that is the real email."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Draft, Macro
from cases.queries.case_page import read_case_page
from config import clock
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold


@pytest.mark.threat(34)
def test_the_preview_is_the_email_that_leaves(desk: Desk, agent: Client) -> None:
    case = desk.open()
    base = f"/desk/case/{case.number}/"
    text = "Hello <b>Rosa</b> {{ case }} {% now %}"
    moved = agent.post(f"{base}preview/", {"text": text})
    assert moved["Location"] == f"{base}preview/"
    page = agent.get(moved["Location"]).content.decode()
    assert case.contact.email in page
    frame = agent.get(f"{base}preview/html/")
    assert "Hello &lt;b&gt;Rosa&lt;/b&gt; {{ case }} {% now %}" in frame.content.decode()
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    agent.post(f"{base}do/reply/", {"text": text, "version": case.version})
    [mail] = desk.mails(case, "reply")
    same = frame.content.decode().split("<h1")[1].split("See your case")[0].split("<p style=")[0]
    assert same in mail.html
    assert agent.get(f"{base}preview/")["Location"] == base


def test_a_draft_is_the_writers_alone(desk: Desk, agent: Client) -> None:
    case = desk.open()
    url = f"/desk/case/{case.number}/draft/"
    kept = agent.post(url, {"kind": "note", "text": "half a thou"})
    assert "Draft saved" in fold(kept.content.decode())
    assert agent.post(url, {"kind": "poem", "text": "x"}).status_code == 422
    assert "half a thou" in agent.get(f"/desk/case/{case.number}/").content.decode()
    other = Client()
    other.force_login(factories.make_user())
    assert "half a thou" not in other.get(f"/desk/case/{case.number}/").content.decode()
    other.force_login(factories.make_user(role="auditor"))
    assert other.post(url, {"kind": "note", "text": "x"}).status_code == 403
    other.force_login(factories.make_user(brands=[factories.make_brand()]))
    assert other.post(url, {"kind": "note", "text": "x"}).status_code == 404
    agent.post(url, {"kind": "note", "text": " "})
    assert not Draft.objects.exists()


def test_each_tab_offers_what_fits_it(desk: Desk, agent: Client) -> None:
    case = desk.open()
    pages = {
        tab: agent.get(f"/desk/case/{case.number}/", {"tab": tab}).text
        for tab in ("story", "notes", "evidence")
    }
    assert 'value="reply" checked' in pages["story"]
    assert 'value="note" checked' in pages["notes"]
    assert 'id="composer"' not in pages["evidence"]


def test_what_is_asked_on_the_case_is_its_next_step(desk: Desk, agent: Client) -> None:
    case = desk.confirm(desk.open())
    desk.pass_days(35)
    page = agent.get(f"/desk/case/{case.number}/").text
    assert "Nothing for you to do now" in page
    desk.reply(case, "What about my fax?")
    page = agent.get(f"/desk/case/{case.number}/").text
    assert "answer what is asked below" in page
    assert "Nothing for you to do now" not in page


def test_a_draft_is_discarded_and_taken_back(desk: Desk, agent: Client) -> None:
    case = desk.open()
    base = f"/desk/case/{case.number}/"
    agent.post(f"{base}draft/", {"kind": "reply", "text": "Dear “Rosa”"})
    page = agent.post(f"{base}do/discard_draft/", {"kind": "reply"}, follow=True).content.decode()
    assert not Draft.objects.exists()
    assert f'action="{base}do/keep_draft/"' in page
    assert 'name="text" value="Dear “Rosa”"' in page
    agent.post(f"{base}do/keep_draft/", {"kind": "reply", "text": "Dear “Rosa”"})
    assert Draft.objects.get().text == "Dear “Rosa”"


@pytest.mark.threat(34)
def test_macros_are_words_and_of_the_right_brand(desk: Desk, agent: Client) -> None:
    case = desk.open()
    mine = Macro.objects.create(title="Mine", body="<i>{company}</i> {{ 7 }}")
    theirs = Macro.objects.create(title="Theirs", brand=factories.make_brand(), body="secret")
    base = f"/desk/case/{case.number}/"
    page = agent.get(f"{base}macros/").content.decode()
    words = f"&lt;i&gt;{desk.customer.name}&lt;/i&gt; {{{{ 7 }}}}"
    assert words in page
    assert "Theirs" not in page
    assert words in agent.get(f"{base}?macro={mine.pk}").content.decode()
    assert "secret" not in agent.get(f"{base}?macro={theirs.pk}").content.decode()


def test_colleagues_are_those_who_may_see_the_case(desk: Desk, agent: Client) -> None:
    case = desk.open()
    factories.make_user(username="jonas", brands=[desk.brand])
    factories.make_user(username="far", brands=[factories.make_brand()])
    factories.make_user(username="gone", is_active=False)
    people = agent.get(f"/desk/case/{case.number}/colleagues/").json()["people"]
    assert [person["username"] for person in people] == ["jonas"]


def test_supervisors_edit_the_macros_of_their_brands(desk: Desk) -> None:
    client = Client()
    client.force_login(factories.make_user(role="supervisor", brands=[desk.brand]))
    shared = Macro.objects.create(title="Shared", body="x")
    theirs = Macro.objects.create(title="Theirs", brand=factories.make_brand(), body="x")
    add = "/admin/cases/macro/add/"
    form = {"title": "New", "brand": desk.brand.pk, "locale": "", "body": "Hi {first_name}"}
    assert "cannot be filled in" in client.post(add, {**form, "body": "{x}"}).content.decode()
    assert client.post(add, {**form, "brand": ""}).status_code == 200
    assert client.post(add, form).status_code == 302
    assert client.post(f"/admin/cases/macro/{shared.pk}/change/", form).status_code == 403
    assert client.get(f"/admin/cases/macro/{theirs.pk}/change/").status_code == 302
    assert set(Macro.objects.values_list("title", flat=True)) == {"Shared", "Theirs", "New"}


def test_fifty_mails_cost_as_many_queries_as_one(desk: Desk, agent: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = desk.ask(desk.open())

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert agent.get(f"/desk/case/{case.number}/").status_code == 200
        return len(queries)

    desk.reply(case, "The first.")
    count()
    one = count()
    for number in range(50):
        desk.reply(
            case, f"Mail {number}", **({"Auto_Submitted": "auto-replied"} if number % 2 else {})
        )
    assert count() <= one
    page = read_case_page(case=desk.read(case), user=desk.agent, now=clock.now())
    assert page.counts["mail"] >= 51
    assert one == 22
