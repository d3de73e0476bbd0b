"""What a customer sees and does on the page of a case."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions import confirmation
from cases.models import Case
from tests import factories
from tests.cases.build import Desk
from tests.cases.portal.conftest import Customer
from tests.scene import play_once

pytestmark = pytest.mark.django_db
Visit = Callable[..., Customer]


@pytest.fixture(scope="module")
def played(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, tuple[Desk, Case]]]:
    """A case that is asked about, and one that is confirmed."""
    with play_once(django_db_blocker):
        asked, confirmed = Desk(items=3), Desk(items=3)
        yield {
            "asked": (asked, asked.ask(asked.open())),
            "confirmed": (confirmed, confirmed.confirm(confirmed.open())),
        }


@pytest.fixture
def asked(played: dict[str, tuple[Desk, Case]], db: None) -> tuple[Desk, Case]:
    return deepcopy(played["asked"])


@pytest.fixture
def confirmed(played: dict[str, tuple[Desk, Case]], db: None) -> tuple[Desk, Case]:
    return deepcopy(played["confirmed"])


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=3)


def test_the_page_says_where_it_stands_and_asks(asked: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = asked
    page = html.unescape(visit(desk, case).show())
    assert case.number in page
    assert "We need something from you" in page
    assert "Who used these services?" in page
    assert "America" not in page
    assert "Chicago" in page


def test_answers_on_the_page_settle_the_questions(desk: Desk, visit: Visit) -> None:
    case = desk.ask(desk.open(), {"key": "a", "text": "Who?"}, {"key": "b", "text": "When?"})
    customer = visit(desk, case)
    first, second = case.questions.all()
    customer.do("answer", **{f"q{first.pk}": "Jim", "version": case.version})
    case = desk.read(case)
    assert case.state == "awaiting_customer"  # the other one is still asked (R13)
    assert [q.text for q in case.questions.filter(answered_at=None)] == ["When?"]
    customer.do("answer", **{f"q{second.pk}": "Soon"})
    case = desk.read(case)
    assert case.state == "in_review"
    event = case.events.filter(kind="answered").last()
    assert (event.contact, event.level) == (desk.contact, 1)


@pytest.mark.threat(53)
def test_a_stale_page_changes_nothing(asked: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = asked
    question = case.questions.get()
    answer = visit(desk, case).do("answer", **{f"q{question.pk}": "Jim", "version": 1})
    assert answer.status_code == 409
    assert "Something changed meanwhile" in answer.content.decode()
    assert desk.read(case).questions.get().answer == ""


@pytest.mark.threat(37)
def test_a_file_is_kept_under_a_random_name(asked: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = asked
    customer = visit(desk, case)
    file = SimpleUploadedFile("../../evil<b>.svg", b"<svg/>", content_type="image/svg+xml")
    assert customer.do("hand_in", file=file).status_code == 302
    upload = desk.read(case).uploads.get()
    assert upload.name == "evilb.svg"
    assert "evil" not in upload.file.name
    assert upload.contact == desk.contact
    assert "evilb.svg" in customer.show()


@pytest.mark.parametrize(("content", "says"), [(b"", "empty"), (b"x" * (10 * 2**20 + 1), "10 MB")])
def test_a_file_that_cannot_be_kept_says_why(
    asked: tuple[Desk, Case], visit: Visit, content: bytes, says: str
) -> None:
    desk, case = asked
    answer = visit(desk, case).do("hand_in", file=SimpleUploadedFile("a.txt", content))
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert says in answer.content.decode() or "Nothing was filled in" in answer.content.decode()
    assert desk.read(case).uploads.count() == 0


# -- what needs a code -----------------------------------------------------------------------
@pytest.mark.guarantee("G15")
def test_without_a_code_a_withdrawal_is_a_wish(confirmed: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = confirmed
    assert visit(desk, case).do("withdraw", text="We stay!").status_code == 302
    case = desk.read(case)
    assert case.state == "scheduled"
    todo = case.todos.get(resolved_at=None)
    assert (todo.kind, todo.holds) == ("asked_to_stay", True)


def test_with_a_code_it_is_done(confirmed: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = confirmed
    customer = visit(desk, case).prove()
    assert customer.do("withdraw").status_code == 302
    case = desk.read(case)
    assert case.state == "withdrawn"
    assert desk.mails(case, "withdrawn")
    assert "Your services stay" in customer.show()


@pytest.mark.rule("R19")
def test_a_date_is_wished_or_moved(confirmed: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = confirmed
    customer = visit(desk, case)
    customer.do("move", other_on="2026-12-01")
    assert desk.read(case).todos.get().evidence == {"wished_on": "2026-12-01"}
    customer.prove()
    assert customer.do("move", other_on="2026-12-24").status_code == 302
    case = desk.read(case)
    assert str(case.effective_on) == "2026-12-24"
    assert len(desk.mails(case, "confirmation")) == 2
    assert customer.do("move", other_on="2026-09-30").status_code == 422  # too early (R3)
    assert str(desk.read(case).effective_on) == "2026-12-24"


@pytest.mark.threat(54)
def test_an_impossible_day_is_refused_in_words(confirmed: tuple[Desk, Case], visit: Visit) -> None:
    customer = visit(*confirmed).prove()
    for day in ("2026-02-30", "9999-01-01", "2020-01-01", "tomorrow", ""):
        answer = customer.do("move", other_on=day)
        assert answer.status_code == 422, day
        assert "no day that can be chosen" in answer.content.decode(), day


@pytest.mark.rule("R21")
@pytest.mark.rule("R24")
def test_coming_back_counts_from_the_wish(
    confirmed: tuple[Desk, Case], visit: Visit, time_machine
) -> None:
    desk, case = confirmed
    desk.pass_days(32)
    time_machine.move_to(desk.now, tick=False)
    case = desk.read(case)
    assert case.state == "in_grace"
    customer = visit(desk, case)
    page = html.unescape(customer.show())
    assert "You can come back until" in page
    assert "23:59 (Chicago time)" in page
    customer.do("come_back")
    assert desk.read(case).state == "restore_requested"  # nothing is deleted any more
    customer.prove()
    customer.do("come_back")
    desk.run()
    assert desk.read(case).state == "restored"
    assert set(case.items.values_list("outcome", flat=True)) == {"restored"}


@pytest.mark.rule("R24")
def test_who_may_not_restore_is_looked_at_by_a_person(
    confirmed: tuple[Desk, Case], visit: Visit, time_machine
) -> None:
    desk, case = confirmed
    desk.contact.may_restore = False
    desk.contact.save()
    desk.pass_days(32)
    time_machine.move_to(desk.now, tick=False)
    visit(desk, case).prove().do("come_back")
    case = desk.read(case)
    assert case.state == "in_grace"
    assert case.todos.get(resolved_at=None).kind == "restore_unauthorised"


# -- who gets in ---------------------------------------------------------------------------------
@pytest.mark.threat(48)
def test_without_a_link_every_case_looks_the_same(desk: Desk) -> None:
    case = desk.open()
    with CaptureQueriesContext(connection) as queries:
        known = Client().get(f"/my/case/{case.number}/")
        unknown = Client().get("/my/case/0000-0000-0/")
    assert len(queries) == 0  # nothing is looked up, so the time says nothing either
    assert (known.status_code, unknown.status_code) == (403, 403)
    assert known.content == unknown.content


@pytest.mark.threat(45)
def test_a_visit_is_of_one_case(desk: Desk, visit: Visit) -> None:
    items = list(desk.customer.items.values_list("pk", flat=True))
    one, two = desk.ask(desk.open(item_ids=items[:1])), desk.ask(desk.open(item_ids=items[1:]))
    customer = visit(desk, one)
    cookie = customer.client.cookies["lastcall_my"]
    assert cookie["path"] == f"/my/case/{one.number}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    # Django's client sends every cookie everywhere: the server does not take it elsewhere either.
    assert customer.client.get(f"/my/case/{two.number}/").status_code == 403
    customer.client.cookies["lastcall_my"] = cookie.value[:-2] + "xx"
    assert customer.client.get(customer.path).status_code == 403


@pytest.mark.threat(45)
def test_a_visit_ends_with_the_right_to_the_mailbox(asked: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = asked
    customer = visit(desk, case)
    desk.contact.email = "new.owner@example.com"
    desk.contact.save()
    assert customer.client.get(customer.path).status_code == 403


def test_another_contact_of_the_account_gets_no_code(
    asked: tuple[Desk, Case], visit: Visit
) -> None:
    desk, case = asked
    customer = visit(desk, case)
    other = factories.make_contact(customer=desk.customer)
    case.contact = other
    case.save()
    assert customer.do("ask_code").status_code == 422
    assert not desk.mails(case, "code")


# -- how it is served ---------------------------------------------------------------------------
@pytest.mark.threat(55)
def test_nobody_keeps_frames_or_learns_of_a_page(asked: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = asked
    customer = Customer(desk, case)
    opened = customer.open(case.thread.emails.get())
    assert opened["Referrer-Policy"] == "no-referrer"
    page = customer.client.get(customer.path)
    for answer in (opened, page):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "'unsafe" not in answer["Content-Security-Policy"]
    assert page["Referrer-Policy"] == "same-origin"
    body = page.content.decode()
    assert " style=" not in body
    assert "<style" not in body
    assert "https://" not in body


@pytest.mark.threat(43)
def test_getting_never_acts_and_forging_neither(confirmed: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = confirmed
    customer = visit(desk, case).prove()
    assert customer.client.get(f"{customer.path}do/withdraw/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = customer.client.cookies
    assert strict.post(f"{customer.path}do/withdraw/").status_code == 403
    assert desk.read(case).state == "scheduled"


def test_german_customers_read_german(visit: Visit) -> None:
    desk = Desk(items=2, locale="de", timezone="Europe/Berlin")
    case = desk.confirm(desk.open())
    page = html.unescape(visit(desk, case).prove().show())
    assert '<html lang="de">' in page
    assert "Ihre Dienste enden am" in page
    for english in ("Your services", "Withdraw", "Another date", "What ends", "Last bill"):
        assert english not in page


def test_the_page_takes_the_same_queries_with_many_services(visit: Visit) -> None:
    counts = []
    for items in (1, 30):
        desk = Desk(items=items)
        customer = visit(desk, desk.ask(desk.open()))
        customer.show()
        with CaptureQueriesContext(connection) as queries:
            customer.show()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] < 30


def test_the_agent_confirms_and_the_page_follows(asked: tuple[Desk, Case], visit: Visit) -> None:
    desk, case = asked
    customer = visit(desk, case)
    customer.do("answer", **{f"q{case.questions.get().pk}": "Jim"})
    desk.do(confirmation.confirm, desk.read(case))
    assert "Your services end on" in html.unescape(customer.show())
