"""Asking for a link, opening it, and the page of an account."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.actions import entry
from cases.actions.base import NotPossible
from cases.models import Case, Link, LinkRequest
from notifications.models import Email
from tests import factories
from tests.cases.build import CALL, Desk
from tests.cases.portal.conftest import find_token, read_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    desk = Desk(file="sipstation")
    for name in ("North", "South"):
        place = factories.make_location(customer=desk.customer, name=name)
        factories.make_item(customer=desk.customer, location=place, kind="trunk")
        factories.make_item(customer=desk.customer, location=place, kind="number")
    desk.customer.items.filter(location=None).delete()
    return desk


def ask(email: str, *, number: str = "", client: Client | None = None) -> Any:
    data = {"email": email, "account_number": number}
    return (client or Client()).post("/my/", data)


def answer_all() -> list[Email]:
    entry.answer_link_requests(now=CALL)
    return list(Email.objects.filter(purpose="link").order_by("pk"))


def come_in(email: Email) -> Client:
    client = Client()
    assert client.get(f"/my/l/{find_token(email)}/").status_code == 302
    assert client.post("/my/continue/enter/").status_code == 302
    return client


@pytest.mark.rule("R32")
@pytest.mark.threat(48)
def test_nobody_learns_whether_we_know_an_address(desk: Desk) -> None:
    seen = {}
    for email in (desk.contact.email, "stranger@example.com"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(email)
        body = answer.content.decode().replace(email, "X")
        seen[email] = (answer.status_code, body, len(queries))
    known, unknown = seen.values()
    assert known[0] == unknown[0] == 200
    assert re.sub(r'"csrf[^"]*"', "", known[1]) == re.sub(r'"csrf[^"]*"', "", unknown[1])
    assert known[2] == unknown[2]  # the same work, so the same time
    assert [m.to_email for m in answer_all()] == [desk.contact.email]
    assert not LinkRequest.objects.exists()  # nor is it kept who asked


@pytest.mark.parametrize("number", ["", "{n}", " {n} ", "{plain}"])
def test_the_account_number_may_be_given_in_any_spacing(desk: Desk, number: str) -> None:
    own = desk.customer.account_number
    ask(desk.contact.email.upper(), number=number.format(n=own, plain=own.replace("-", "")))
    assert len(answer_all()) == 1


def test_a_wrong_account_number_gets_no_link(desk: Desk) -> None:
    ask(desk.contact.email, number="99-99999")
    assert answer_all() == []


def test_who_has_no_say_or_was_removed_gets_no_link(desk: Desk) -> None:
    silent = factories.make_contact(customer=desk.customer, owner=False)
    gone = factories.make_contact(customer=desk.customer, removed_at=CALL)
    ask(silent.email)
    ask(gone.email)
    assert answer_all() == []


@pytest.mark.threat(47)
def test_asking_is_limited_by_client_and_by_address(desk: Desk, settings) -> None:
    for _ in range(6):
        assert ask(desk.contact.email).status_code == 200
    assert len(answer_all()) == 4  # beyond that in silence
    statuses = [ask(f"a{n}@example.com").status_code for n in range(20)]
    assert statuses.count(429) == 6
    # A made-up header is no other client; behind our own proxy its last entry is.
    forged = Client(headers={"x-forwarded-for": "198.51.100.7"})
    assert ask("b@example.com", client=forged).status_code == 429
    settings.BEHIND_PROXY = True
    assert ask("b@example.com", client=forged).status_code == 200
    twice = Client(headers={"x-forwarded-for": "203.0.113.9, 127.0.0.1"})
    assert ask("b@example.com", client=twice).status_code == 429


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x@y.z\r\nBcc: q@example.com"])
def test_what_is_no_address_is_said_in_words(desk: Desk, email: str) -> None:
    answer = ask(email)
    assert answer.status_code in (200, 422)
    assert not LinkRequest.objects.filter(email__contains="\n").exists()


# -- opening -------------------------------------------------------------------------------------
@pytest.mark.threat(44)
def test_a_scanner_that_opens_everything_uses_nothing_up(desk: Desk) -> None:
    ask(desk.contact.email)
    (email,) = answer_all()
    scanner = Client()
    for _ in range(3):
        for method in (scanner.get, scanner.head):
            assert method(f"/my/l/{find_token(email)}/", follow=True).status_code == 200
    link = Link.objects.get()
    assert (link.used_at, link.opened_at) == (None, None)
    assert Case.objects.count() == 0
    assert "Your services" in come_in(email).get("/my/account/").content.decode()


@pytest.mark.threat(45)
def test_the_link_to_an_account_works_once(desk: Desk) -> None:
    ask(desk.contact.email)
    (email,) = answer_all()
    early = Client()
    early.get(f"/my/l/{find_token(email)}/")
    come_in(email)
    assert early.post("/my/continue/enter/").status_code == 410
    late = Client().get(f"/my/l/{find_token(email)}/")
    assert late.status_code == 410
    assert 'href="/my/"' in late.content.decode()
    assert late["Referrer-Policy"] == "no-referrer"


@pytest.mark.threat(45)
@pytest.mark.parametrize("token", ["x" * 43, "short", "%2e%2e", "A" * 5000])
def test_a_made_up_link_is_gone(db: None, token: str) -> None:
    assert Client().get(f"/my/l/{token}/").status_code == 410


@pytest.mark.threat(46)
def test_no_host_header_steers_a_link(desk: Desk) -> None:
    poisoned = Client(headers={"host": "evil.example"})
    assert ask("a@example.com", client=poisoned).status_code == 400
    ask(desk.contact.email)
    assert "evil" not in read_mail(answer_all()[0])


# -- the account ----------------------------------------------------------------------------------
@pytest.mark.rule("R33")
def test_a_location_is_cancelled_and_no_other(desk: Desk) -> None:
    ask(desk.contact.email)
    client = come_in(answer_all()[0])
    north = desk.customer.locations.get(name="North")
    account = client.cookies["lastcall_my"].value  # a browser keeps one cookie per path
    answer = client.post("/my/account/open/", {"location": north.pk})
    case = Case.objects.get()
    assert answer["Location"] == f"/my/case/{case.number}/"
    assert {i.item.location.name for i in case.items.all()} == {"North"}
    assert (case.channel, case.opened_by, case.contact) == ("page", None, desk.contact)
    assert (case.state, case.turn) == ("awaiting_customer", "customer")
    assert client.get(answer["Location"]).status_code == 200
    assert set(desk.customer.items.values_list("status", flat=True)) == {"active"}
    # Asked again, the same request opens; nothing is opened twice (R55).
    client.cookies["lastcall_my"] = account
    assert client.post("/my/account/open/", {"location": north.pk})["Location"].endswith(
        f"{case.number}/"
    )
    assert Case.objects.count() == 1


@pytest.mark.rule("R34")
def test_single_numbers_are_another_flow_that_keeps_the_account(desk: Desk) -> None:
    ask(desk.contact.email)
    client = come_in(answer_all()[0])
    page = html.unescape(client.get("/my/account/").content.decode())
    assert "Removing single numbers or trunks keeps your account" in page
    assert desk.brand.email_from in page
    item = desk.customer.items.first()
    for location in ("", "0", str(10**9), f"{item.pk}x"):
        assert client.post("/my/account/open/", {"location": location}).status_code == 422
    assert Case.objects.count() == 0


@pytest.mark.threat(51)
def test_another_customers_location_is_none_of_ours(desk: Desk) -> None:
    other = factories.make_customer(brand=desk.brand)
    place = factories.make_location(customer=other)
    factories.make_item(customer=other, location=place)
    ask(desk.contact.email)
    client = come_in(answer_all()[0])
    assert client.post("/my/account/open/", {"location": place.pk}).status_code == 422
    assert Case.objects.count() == 0


def test_where_a_call_is_needed_the_page_says_so() -> None:
    desk = Desk(items=2)
    desk.brand.phone = "+13125550100"
    desk.brand.save()
    ask(desk.contact.email)
    client = come_in(answer_all()[0])
    page = html.unescape(client.get("/my/account/").content.decode())
    assert "begins with a call" in page
    assert "+13125550100" in page
    assert client.post("/my/account/open/", {"location": "all"}).status_code == 422
    with pytest.raises(NotPossible):
        entry.open_by_customer(
            customer=desk.customer, contact=desk.contact, item_ids=[1], actor=desk.actor, now=CALL
        )


@pytest.mark.rule("R32")
def test_a_caller_is_sent_the_link_and_the_case_waits_for_them(desk: Desk) -> None:
    case = desk.open()
    desk.do(entry.send_link, case)
    desk.run()
    case = desk.read(case)
    assert case.state == "awaiting_customer"
    (email,) = desk.mails(case, "page")
    assert case.asked_at == email.accepted_at
    client = Client()
    client.get(f"/my/l/{find_token(email)}/", follow=True)
    assert case.portal_links.get(purpose="page").opened_at == CALL
    # It is reminded and lapses as an unanswered question does (R9).
    desk.pass_days(15)
    assert desk.read(case).state == "dropped"
    assert len(desk.mails(case, "page_reminder")) == 2
    assert set(desk.customer.items.values_list("status", flat=True)) == {"active"}


def test_a_case_of_the_page_has_no_clock_that_drops_it(desk: Desk) -> None:
    ask(desk.contact.email)
    client = come_in(answer_all()[0])
    client.post("/my/account/open/", {"location": desk.customer.locations.first().pk})
    case = Case.objects.get()
    assert not case.timers.exists()
    desk.pass_days(60)
    assert desk.read(case).state == "awaiting_customer"


def test_the_account_page_takes_the_same_queries_at_any_size(desk: Desk) -> None:
    ask(desk.contact.email)
    client = come_in(answer_all()[0])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/my/account/").status_code == 200
        return len(queries)

    before = count()
    for _ in range(30):
        place = factories.make_location(customer=desk.customer)
        factories.make_item(customer=desk.customer, location=place)
    assert count() == before


@pytest.mark.rule("R32")
def test_the_agent_sends_the_link_and_sees_what_became_of_it(desk: Desk) -> None:
    agent = Client()
    agent.force_login(desk.agent)
    case = desk.open()
    page = agent.get(f"/desk/case/{case.number}/").content.decode()
    assert "Send the link" in page
    answer = agent.post(f"/desk/case/{case.number}/do/send_link/", {"version": case.version})
    assert answer.status_code == 302
    desk.run()
    (email,) = desk.mails(case, "page")
    customer = Client()
    customer.get(f"/my/l/{find_token(email)}/", follow=True)
    file = SimpleUploadedFile("list.csv", b"=1+1")
    customer.post(f"/my/case/{case.number}/do/hand_in/", {"file": file})
    page = html.unescape(agent.get(f"/desk/case/{case.number}/?tab=evidence").content.decode())
    assert "The customer’s page" in page
    assert "handed in “list.csv”" in page
    assert "sealed" not in page  # no mark, and so no seed, of what the customer alone knows
    assert find_token(email) not in page
    upload = case.uploads.get()
    download = agent.get(f"/desk/case/{case.number}/file/{upload.pk}/")
    assert download["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert download["Content-Type"] == "application/octet-stream"
    assert "sandbox" in download["Content-Security-Policy"]


@pytest.mark.threat(40)
def test_a_file_of_another_case_is_not_found(desk: Desk) -> None:
    other = Desk(items=1)
    case, theirs = desk.open(), other.open()
    upload = theirs.uploads.create(
        contact=other.contact, name="a", content_type="a/b", size=1, sha256="0" * 64, file="x",
        uploaded_at=CALL,
    )  # fmt: skip
    agent = Client()
    agent.force_login(desk.agent)
    assert agent.get(f"/desk/case/{case.number}/file/{upload.pk}/").status_code == 404
    agent.force_login(factories.make_user(brands=[desk.brand]))
    assert agent.get(f"/desk/case/{theirs.number}/file/{upload.pk}/").status_code == 404


@pytest.mark.rule("R32")
def test_a_call_about_a_self_service_policy_sends_the_link(desk: Desk) -> None:
    agent = Client()
    agent.force_login(desk.agent)
    form = {"scope": "whole", "contact": desk.contact.pk, "checks": ["Account PIN"]}
    answer = agent.post(f"/desk/call/{desk.customer.pk}/open/", form)
    assert answer.status_code == 302
    case = Case.objects.get()
    assert (case.channel, case.state) == ("phone", "awaiting_customer")
    assert [email.purpose for email in desk.mails(case)] == ["page"]
    assert case.confirmed_at is None
