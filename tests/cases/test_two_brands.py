"""Two brands on one desk: neither is seen from the other, neither writes as the other.

Every address of the desk is walked as somebody of the first brand with the ids of the second. An
address with an argument that is not known here fails: whoever adds one says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from accounts import services
from accounts.models import User
from cases.actions.api_keys import make_key
from cases.actions.base import Actor
from cases.actions.policies import draft_version
from cases.actions.ports import ask_about_ported
from cases.models import Case, SavedView, Todo
from cases.views.data import VERBS as DATA
from cases.views.mailroom import VERBS as MAIL
from cases.views.outbox import SAID
from cases.views.verbs import VERBS
from notifications.models import Inbound
from tests import factories
from tests.cases.build import QUESTION, Desk
from tests.scene import play_once

pytestmark = [pytest.mark.django_db, pytest.mark.threat(50)]
# Signing in, machines' doors, and the sandbox, which is never in production.
NOT_OF_A_BRAND = re.compile(r"^(accounts/|metrics|hooks/|sandbox/|admin/|api/|desk/gallery)")
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
MAIL_VERBS = {"desk/mail/": list(MAIL), "desk/outbox/": list(SAID), "desk/data/": list(DATA)}
HIDDEN = {301, 302, 403, 404, 405, 410}


@dataclass
class Company:
    """A brand with a customer, a case that has mail, a to-do, a draft and a bill to come."""

    desk: Desk
    case: Case
    inbound: Inbound
    todo: Todo
    secrets: tuple[str, ...]


def found_company(name: str) -> Company:
    desk = Desk(items=2, name=f"{name} Customer Ltd", account_number=f"{name}-771")
    desk.brand.name = f"{name} Telecom"
    desk.brand.save()
    desk.customer.notes = f"{name} notes"
    desk.customer.save()
    desk.contact.email, desk.contact.name = f"pat@{name.lower()}.example.org", f"Pat {name}"
    desk.contact.save()
    number = factories.make_item(customer=desk.customer, kind="number", label=f"{name} line")
    services.finish_port(port=factories.make_port(item=number), now=desk.now)
    case = desk.open(item_ids=[i.pk for i in desk.customer.items.exclude(kind="number")])
    case = desk.ask(case, QUESTION)
    inbound = desk.reply(case, f"The {name} people used them.")
    ask_about_ported(now=desk.now)
    draft_version(
        policy=desk.policy,
        rules=desk.policy.current().rules,
        actor=Actor.staff(factories.make_user(role="administrator")),
        note=f"{name} draft",
    )
    secrets = (
        name, case.number, desk.contact.email, case.thread.token, desk.brand.reply_domain,
        number.identifier,
    )  # fmt: skip
    todo = Todo.objects.get(item=number)
    return Company(desk=desk, case=case, inbound=inbound, todo=todo, secrets=secrets)


@pytest.fixture(scope="module")
def companies(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Company, Company]]:
    with play_once(django_db_blocker):
        yield found_company("Larkspur"), found_company("Zebrawood")


@pytest.fixture
def both(companies: tuple[Company, Company], db: None) -> tuple[Company, Company]:
    return deepcopy(companies)


@pytest.fixture
def ours(both: tuple[Company, Company]) -> Company:
    return both[0]


@pytest.fixture
def theirs(both: tuple[Company, Company]) -> Company:
    return both[1]


def sign_in(ours: Company, role: str) -> Client:
    """Somebody who sees the first brand alone."""
    client = Client()
    client.force_login(factories.make_user(role=role, brands=[ours.desk.brand]))
    return client


def walk(patterns: Any, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path


def list_paths() -> list[str]:
    return [path for path in walk(get_resolver().url_patterns) if not NOT_OF_A_BRAND.match(path)]


def fill(path: str, company: Company) -> list[str]:
    """The address with the company's own ids; one for each verb. KeyError: say whose it is."""
    version = company.desk.policy.versions.order_by("-number").first()
    rows = {
        "desk/mail/": company.inbound.pk,
        "desk/todos/": company.todo.pk,
        "desk/policies/": version.pk,
        "desk/case/": 1,
        "desk/outbox/": company.desk.mails(company.case)[0].pk,
        "desk/queue/views/": save_view(company).pk,
        "desk/queue/bulk/": 1,  # nobody's: a run belongs to who began it
        "desk/notices/": 1,
        "desk/data/": company.desk.customer.pk,
    }
    known: dict[str, Any] = {
        "number": company.case.number,
        "customer_id": company.desk.customer.pk,
        "attachment_id": 1,
        "token": "x" * 43,
        "name": "no-such-switch",  # the desk's own, of no brand
    }
    if "<int:pk>" in path:
        known["pk"] = next(pk for start, pk in rows.items() if path.startswith(start))
    verbs = next(
        (named for start, named in MAIL_VERBS.items() if path.startswith(start)), list(VERBS)
    )
    if "verb>" not in path:
        return ["/" + ARGUMENT.sub(lambda m: str(known[m[1]]), path)]
    return ["/" + ARGUMENT.sub(lambda m, v=verb: str({**known, "verb": v}[m[1]]), path)
            for verb in verbs]  # fmt: skip


def save_view(company: Company) -> SavedView:
    given = {"query": "tab=us", "created_at": company.desk.now}
    owner = company.desk.agent
    return SavedView.objects.get_or_create(owner=owner, name="Mine", defaults=given)[0]


def leaks(answer: Any, company: Company) -> list[str]:
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return [s for s in company.secrets if s in text.decode(errors="replace")]


@pytest.mark.usefixtures("steady_health")
def test_no_address_with_their_ids_shows_or_does_anything(ours: Company, theirs: Company) -> None:
    """As an administrator, whose deeds are all that anybody has."""
    client = sign_in(ours, "administrator")
    before = Case.objects.filter(pk=theirs.case.pk).values().get()
    walked = 0
    for path in list_paths():
        if not ARGUMENT.search(path):
            continue
        for address in fill(path, theirs):
            for answer in (client.get(address), client.post(address, {"text": "x"})):
                assert answer.status_code in HIDDEN, address
                assert leaks(answer, theirs) == [] or theirs.case.number in address, address
                walked += 1
    assert walked > 60
    assert Case.objects.filter(pk=theirs.case.pk).values().get() == before
    theirs.todo.refresh_from_db()
    assert theirs.todo.resolved_at is None


@pytest.mark.usefixtures("steady_health")
@pytest.mark.parametrize("role", ["supervisor"])
def test_no_list_and_no_search_shows_them(ours: Company, theirs: Company, role: str) -> None:
    client = sign_in(ours, role)
    version = theirs.desk.policy.current().pk
    wanted = ({}, {"q": "Zebrawood", "text": "Zebrawood", "version": version},
              {"q": theirs.case.number}, {"customer": theirs.desk.customer.pk},
              {"tab": "us", "whose": "all"})  # fmt: skip
    shown = 0
    for path in list_paths():
        if ARGUMENT.search(path):
            continue
        for query in wanted:
            answer = client.get(f"/{path}", query)
            typed = {str(value) for value in query.values()}
            assert [s for s in leaks(answer, theirs) if s not in typed] == [], (path, query)
            shown += ours.case.number in answer.content.decode(errors="replace")
    assert shown or role == "nobody", "the walk must see its own brand, or it proves nothing"


@pytest.mark.usefixtures("steady_health")
@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_the_admin_shows_and_offers_nothing_of_theirs(
    ours: Company, theirs: Company, role: str
) -> None:
    client = sign_in(ours, role)
    seen = 0
    for model, page in admin.site._registry.items():
        place = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        search = [f"{place}?q=Zebrawood"] if page.search_fields else []
        for address in (place, *search, f"{place}add/"):
            answer = client.get(address)
            assert [s for s in leaks(answer, theirs) if s != "Zebrawood"] == [], address
            seen += b"Larkspur" in answer.content
        rows = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        for pk in {*rows[:1], *rows[-1:]}:  # of ours and of theirs
            answer = client.get(f"{place}{pk}/change/")
            assert leaks(answer, theirs) == [], (place, pk)
    assert seen


def test_their_key_opens_nothing_of_ours(ours: Company, theirs: Company) -> None:
    maker = Actor.staff(factories.make_user(role="administrator"))
    _, token = make_key(brand=theirs.desk.brand, name="billing", actor=maker, now=ours.desk.now)
    client = Client(headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"})
    assert leaks(client.get("/api/v1/cases/"), ours) == []
    assert leaks(client.get("/api/v1/cases/"), theirs) != []
    for path in walk(get_resolver().url_patterns):
        if not path.startswith("api/v1/") or not ARGUMENT.search(path):
            continue
        given = {"number": ours.case.number, "account_number": ours.desk.customer.account_number}
        address = "/" + ARGUMENT.sub(lambda m, g=given: g[m[1]], path)
        for answer in (
            client.get(address),
            client.post(address, {"amount": "1", "balance": "1"}, content_type="application/json"),
        ):
            assert answer.status_code in (404, 405, 422), address
            assert leaks(answer, ours) == []


def test_each_writes_as_itself_and_to_its_own_customer(ours: Company, theirs: Company) -> None:
    from cases.actions.confirmation import confirm
    from cases.actions.information import answer_question

    for company in (ours, theirs):
        desk, case = company.desk, company.desk.read(company.case)
        for question in case.questions.all():
            desk.do(answer_question, case, question_id=question.pk, answer="we did")
        desk.do(confirm, case)
        desk.go_to(desk.now + timedelta(days=70))
    for company, other in ((ours, theirs), (theirs, ours)):
        mails = company.desk.mails(company.case)
        assert {m.purpose for m in mails} >= {
            "questions",
            "confirmation",
            "cancelled",
            "final_notice",
        }
        for mail in mails:
            brand = company.desk.brand
            assert (mail.from_email, mail.from_name) == (brand.email_from, brand.email_name)
            assert mail.to_email == company.desk.contact.email
            assert mail.reply_to.endswith(f"@{brand.reply_domain}")
            whole = f"{mail.subject}{mail.text}{mail.html}{mail.headers}{mail.message_id}"
            assert [s for s in other.secrets if s in whole] == []


def test_nobody_without_a_brand_is_limited_by_accident(ours: Company, theirs: Company) -> None:
    everybody: User = factories.make_user()
    client = Client()
    client.force_login(everybody)
    page = client.get("/desk/queue/", {"tab": "us", "whose": "all"}).content.decode()
    assert ours.case.number in page
    assert theirs.case.number in page
