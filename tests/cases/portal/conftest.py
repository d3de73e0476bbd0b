"""A desk whose clock stands at the call, and a customer's browser that opened a link."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from notifications.models import Email
from notifications.outbox.sealed import reveal
from tests.cases.build import CALL, Desk


@pytest.fixture(autouse=True)
def at_the_call(time_machine: Any) -> None:
    """Views read the clock: it stands where the test's desk stands."""
    time_machine.move_to(CALL, tick=False)


def read_mail(email: Email) -> str:
    """The text as its reader sees it."""
    return reveal(email.text, to_email=email.to_email)


def find_token(email: Email) -> str:
    found = re.search(r"/my/l/([A-Za-z0-9_-]{43})/", read_mail(email))
    assert found, email.text
    return found[1]


class Customer:
    """A browser that knows nothing but what came by mail."""

    def __init__(self, desk: Desk, case: Case | None = None) -> None:
        self.desk, self.case, self.client = desk, case, Client()

    @property
    def path(self) -> str:
        assert self.case is not None
        return f"/my/case/{self.case.number}/"

    def open(self, email: Email) -> Any:
        return self.client.get(f"/my/l/{find_token(email)}/")

    def come(self) -> Customer:
        """Open the newest link of the case."""
        assert self.case is not None
        email = self.case.thread.emails.exclude(purpose="code").order_by("-id")[0]
        assert self.open(email).status_code == 302
        return self

    def show(self) -> str:
        answer = self.client.get(self.path)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return answer.content.decode()

    def do(self, verb: str, **data: Any) -> Any:
        return self.client.post(f"{self.path}do/{verb}/", data)

    def prove(self) -> Customer:
        """Ask for a code, read it in the mailbox, type it."""
        assert self.do("ask_code").status_code == 302
        assert self.case is not None
        email = self.case.thread.emails.filter(purpose="code").order_by("-id")[0]
        found = re.search(r"\b\d{8}\b", read_mail(email))
        assert found
        assert self.do("enter_code", code=found[0]).status_code == 302
        return self


@pytest.fixture
def visit() -> Callable[[Desk, Case], Customer]:
    return lambda desk, case: Customer(desk, case).come()
