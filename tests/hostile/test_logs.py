"""What a whole story leaves in the log: no secret, and nothing that is a person's (THREATS 56)."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from cases.actions.api_keys import make_key
from cases.actions.base import Actor
from config.logs import make_logging
from notifications.models import Email
from tests import factories
from tests.cases.build import CALL, Desk
from tests.cases.portal.conftest import Customer, find_token, read_mail

pytestmark = [pytest.mark.django_db, pytest.mark.threat(56)]


@pytest.fixture(params=["lines", "terminal"])
def written(request: Any) -> Iterator[io.StringIO]:
    """Everything that is logged at the desk's own level, as it is written."""
    settings = make_logging(pretty=request.param == "terminal", level="INFO")
    given = settings["formatters"]["line"]
    formatter = given["()"](
        foreign_pre_chain=given["foreign_pre_chain"], processors=given["processors"]
    )
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


def play(desk: Desk, agent: User) -> tuple[Client, list[str]]:
    """A call, questions, a reply, the customer's page and code, errors; return what is secret."""
    staff = Client()
    staff.post("/accounts/login/", {"login": agent.username, "password": "wrong passphrase 77"})
    staff.post("/accounts/login/", {"login": agent.username, "password": factories.PASSWORD})
    case = desk.ask(desk.open())
    desk.reply(case, "Rosalind Secretword used them all.")
    desk.reply(case, "I am somebody else.", sender="stranger@elsewhere.example", authentic=False)
    desk.run()
    customer = Customer(desk, case)
    token = find_token(Email.objects.filter(purpose="questions").latest("id"))
    customer.client.get(f"/my/l/{token}/")
    customer.client.get(f"/my/l/{token[:-1]}x/")
    customer.do("ask_code")
    code = re.search(r"\b\d{8}\b", read_mail(Email.objects.get(purpose="code")))
    assert code
    customer.do("enter_code", code="12345678")
    customer.do("enter_code", code=code[0])
    desk.run()
    for path in ("search", "queue", "case/SC-1"):
        staff.get(f"/desk/{path}/", {"q": desk.contact.name, "page": "rosa@personal.example"})
    staff.get("/nowhere/", {"email": desk.contact.email})
    staff.post("/accounts/password/reset/", {"email": agent.email})
    staff.get("/accounts/password/reset/key/1-d5f3ab-0123456789abcdef0123456789abcdef/")
    staff.get("/accounts/oidc/sso/login/callback/?code=sso-code-77&state=sso-state-77")
    return staff, [token, case.thread.token, code[0]]


def test_a_played_case_leaves_no_trace_of_a_person(written: io.StringIO, time_machine: Any) -> None:
    time_machine.move_to(CALL, tick=False)
    desk = Desk(notes="allergic to calls", name="Marigold Undertakers Ltd")
    desk.contact.name, desk.contact.phone = "Rosalind Vale", "+13125550177"
    desk.contact.email = "rosalind.vale@personal.example"
    desk.contact.save()
    boss = Actor.staff(factories.make_user(role="administrator"))
    _, key = make_key(brand=desk.brand, name="billing", actor=boss, now=desk.now)
    Client(headers={"Authorization": f"Bearer {key}x"}).get("/api/v1/cases/")
    staff, secrets = play(desk, desk.agent)
    said = written.getvalue()
    assert said.count("\n") > 5, "a story leaves something in the log, or this proves nothing"
    secrets += [
        factories.PASSWORD, "wrong passphrase 77", key, staff.session.session_key or "?",
        "d5f3ab-0123456789abcdef0123456789abcdef", "sso-code-77", "sso-state-77",
        "rosalind.vale", "Rosalind", "Vale", "13125550177", "Secretword", "Marigold", "allergic",
        "rosa@personal", "stranger@elsewhere", "somebody else", desk.agent.email,
    ]  # fmt: skip
    assert [secret for secret in secrets if secret in said] == []


def test_what_breaks_in_a_page_tells_no_query(written: io.StringIO, monkeypatch: Any) -> None:
    desk = Desk()
    client = Client(raise_request_exception=False)
    client.force_login(desk.agent, backend="config.sign_in.backend.StaffBackend")

    def burst(**_given: Any) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("cases.views.places.search", burst)
    assert client.get("/desk/search/", {"q": "Rosalind Vale"}).status_code == 500
    said = written.getvalue()
    assert "RuntimeError" in said
    assert "/desk/search/" in said
    assert "Rosalind" not in said
