"""What a browser gets while the database is away or full: not now, and never a half-truth."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from cases.models import Case
from tests import factories
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db
SESSION = "django.contrib.sessions.backends.db.SessionStore._get_session_from_db"


def fail_with(error: Exception) -> Any:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    return fail


def find_full_disk() -> OperationalError:
    error = OperationalError("could not extend file")
    error.__cause__ = psycopg.errors.DiskFull("could not extend file")
    return error


@pytest.mark.parametrize(
    ("error", "status", "pause", "words"),
    [
        pytest.param(
            OperationalError("gone"), 503, "5", "away for a moment",
            marks=pytest.mark.guarantee("G20"),
        ),
        pytest.param(
            InterfaceError("closed"), 503, "5", "away for a moment",
            marks=pytest.mark.guarantee("G20"),
        ),
        pytest.param(
            find_full_disk(), 507, "60", "no room left", marks=pytest.mark.guarantee("G26")
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["cases.views.case.get_case", SESSION])
def test_the_answer_says_when_to_try_again(
    monkeypatch: Any, error: Exception, status: int, pause: str, words: str, place: str
) -> None:
    """In the view, and before it. Seen to fail (500) without the middleware AnswerOutages."""
    desk = Desk(items=1)
    case = desk.open()
    client = Client(raise_request_exception=False)
    client.force_login(factories.make_user())
    with monkeypatch.context() as context:
        context.setattr(place, fail_with(error))
        answer = client.get(f"/desk/case/{case.number}/")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, pause)
    assert words in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers


def test_a_fault_of_ours_stays_one(monkeypatch: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(factories.make_user())
    monkeypatch.setattr("cases.views.case.get_case", fail_with(ValueError("a slip")))
    assert client.get("/desk/case/LC-0000/").status_code == 500
    assert not Case.objects.exists()
