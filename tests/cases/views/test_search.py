"""Search: one box for numbers, phones, names, addresses and words of mail."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.queries.search import begin, looks_like_a_number, search
from cases.templatetags._found import mark_words
from notifications.models import Inbound
from tests import factories
from tests.cases.build import Desk
from tests.pages import fold
from tests.rows import each


def look(client: Client, text: str) -> str:
    answer = client.get("/desk/search/", {"q": text})
    assert answer.status_code == 200
    return fold(answer.content.decode())


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("4831", "4831"), ("4831-07", "4831-07"), ("4831 0726", "4831-0726"),
        ("48310", "4831-0"), ("483", ""), ("Fernwood", ""), ("+1 312", ""), ("4831x", ""),
    ],
)  # fmt: skip
def test_the_beginning_of_a_number(text: str, start: str) -> None:
    assert begin(text) == start


def test_a_number_or_its_beginning_finds_the_case(desk: Desk, agent: Client) -> None:
    case = desk.open()
    answer = agent.get("/desk/search/", {"q": case.number.replace("-", " ")})
    assert answer["Location"] == f"/desk/case/{case.number}/"
    found = search(text=case.number[:7], user=desk.agent)
    assert [c.number for c in found.cases] == [case.number]
    wrong = case.number[:-1] + str((int(case.number[-1]) + 1) % 10)
    assert looks_like_a_number(wrong)
    assert "A digit was misheard" in look(agent, wrong)


def test_words_of_a_mail_are_found_marked_in_their_sentence(desk: Desk, agent: Client) -> None:
    case = desk.ask(desk.open())
    desk.reply(case, f"{'Dear all. ' * 40}The <b>marmalade</b> factory in Leeds keeps its lines.")
    page = look(agent, "marmalade leeds")
    assert "&lt;b&gt;<mark>marmalade</mark>&lt;/b&gt; factory in <mark>Leeds</mark>" in page
    assert case.number in page
    assert "<mark>marm</mark>alade" in look(agent, "marm")  # no whole word: beginnings
    assert "Nothing found" in look(agent, "marmalade dundee")


def test_open_cases_of_the_best_customer_stand_first(desk: Desk) -> None:
    first = desk.open()
    desk.customer.name = "Quillon"
    desk.customer.save()
    other = factories.make_customer(brand=desk.brand, items=1, name="Quillon Harbour")
    desk.customer, desk.contact = other, factories.make_contact(customer=other)
    second = desk.open()
    found = search(text="quillon", user=desk.agent)
    assert [c.number for c in found.cases] == [first.number, second.number]
    type(first).objects.filter(pk=first.pk).update(turn="done")
    found = search(text="quillon", user=desk.agent)
    assert [c.number for c in found.cases] == [second.number, first.number]


@pytest.mark.threat(50)
def test_another_brands_mail_cases_and_customers_are_not_found(desk: Desk) -> None:
    case = desk.ask(desk.open())
    desk.reply(case, "The marmalade factory.")
    stranger = factories.make_user(brands=[factories.make_brand()])
    for text in ("marmalade", case.number, case.number[:7], desk.customer.name):
        assert search(text=text, user=stranger).nothing
        assert not search(text=text, user=desk.agent).nothing


@pytest.mark.usefixtures("steady_health")
@each(
    "text",
    ["'", "%", "\\", "a & !b", "\x00", "()", "😀", "x" * 5000, "1" * 400, ":*", "0000-0000-0"],
)
def test_nothing_that_is_typed_breaks_it(desk: Desk, agent: Client, text: str) -> None:
    look(agent, text)


def test_highlighting_escapes_everything() -> None:
    said = mark_words("<i>Rosa & rosalind</i>", ["rosa"])
    assert said == "&lt;i&gt;<mark>Rosa</mark> &amp; <mark>rosa</mark>lind&lt;/i&gt;"


def test_the_number_of_queries_does_not_grow(desk: Desk, agent: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            look(agent, "marmalade")
        return len(queries)

    case = desk.ask(desk.open())
    mail = desk.reply(case, "The marmalade factory.")
    count()
    one = count()
    for number in range(99):
        mail.pk, mail.sha256 = None, f"{number:064x}"
        mail.save(force_insert=True)
    assert Inbound.objects.count() == 100
    assert count() == one
    assert "More mails hold these words" in look(agent, "marmalade")
