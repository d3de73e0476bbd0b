"""No line of a log holds a person or what opens something; each says where it is from (56)."""

from __future__ import annotations

import io
import logging
import logging.config
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory

from cases.actions.base import change_case
from config.log_context import BindRequest
from config.logs import blot_out, make_logging
from tests.cases.build import Desk

TOKEN = "A" * 43


LINE = "django.request.test_logs"


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(params=[True, False], ids=["terminal", "json"])
def log(request: pytest.FixtureRequest, said: io.StringIO) -> Iterator[logging.Logger]:
    """A logger whose lines are made as in `make run`, and as in production."""
    formatter = make_logging(pretty=request.param, level="INFO")["formatters"]["line"]
    handler = logging.StreamHandler(said)
    handler.setFormatter(
        formatter["()"](
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    log = logging.getLogger(LINE)
    log.addHandler(handler)
    log.propagate = False
    log.setLevel("INFO")
    yield log
    log.removeHandler(handler)


@pytest.mark.threat(56)
def test_no_line_holds_a_customers_link(log: logging.Logger, said: io.StringIO) -> None:
    log.warning("Gone: %s", f"/my/l/{TOKEN}/", extra={"request": f"GET '/my/l/{TOKEN}/'"})
    try:
        raise ValueError(f"at https://desk.example.com/my/l/{TOKEN}/?x=1")
    except ValueError:
        log.exception("it broke")
    lines = said.getvalue()
    assert lines.count("/my/l/…") >= 3
    assert TOKEN not in lines


@pytest.mark.threat(56)
@pytest.mark.parametrize(
    "personal",
    [
        "kim@xanadu.example.com",
        "reply+abcdefghijklmnop@replies.example.com",
        "Kim <kim.o'neil+x@xanadu.example.com>",
        "+49 431 555-0199",
        "+4943155501",
        "postgres://desk:hunter2@10.0.0.7/desk",
        "DETAIL:  Key (customer_id, email)=(7, Kim) already exists.",
        "DETAIL:  Failing row contains (1, Kim, 2026-01-01, null).",
    ],
)
def test_no_line_holds_a_person(log: logging.Logger, said: io.StringIO, personal: str) -> None:
    try:
        raise ValueError(f"it is {personal} again")
    except ValueError:
        log.exception("broke: %s", personal, extra={"why": personal})
    lines = said.getvalue()
    assert "broke" in lines
    for word in ("xanadu", "abcdefghijklmnop", "431 555", "43155501", "hunter2", "Kim,", "7, Kim"):
        assert word not in lines


@pytest.mark.threat(56)
def test_a_field_that_is_a_person_is_blotted_out(log: logging.Logger, said: io.StringIO) -> None:
    log.info("taken", extra={"subject": "Xanadu", "to_name": "Kim", "text": "Dear", "email": 17})
    lines = said.getvalue()
    assert "17" in lines
    assert not any(word in lines for word in ("Xanadu", "Kim", "Dear"))


def test_blotting_out_is_linear() -> None:
    for hostile in ("a" * 90_000, "a@" * 45_000, "+1" * 45_000, "Key (" * 18_000):
        began = time.monotonic()
        blot_out(None, "", hostile)
        assert time.monotonic() - began < 5


def test_a_request_has_an_id_in_its_lines_and_its_answer(client: Any, db: None) -> None:
    seen = []

    def view(_request: Any) -> HttpResponse:
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        return HttpResponse()

    for given, kept in (("proxy-1234567", True), ("a\nb", False), ("", False)):
        headers = {"X-Request-ID": given} if given else {}
        answer = BindRequest(view)(RequestFactory().get("/", headers=headers))
        assert (answer["X-Request-ID"] == given) == kept
        assert seen[-1] == answer["X-Request-ID"]
    assert "request_id" not in structlog.contextvars.get_contextvars()
    assert client.get("/accounts/login/")["X-Request-ID"]


def test_a_case_is_named_in_the_lines_of_its_change(db: None) -> None:
    desk = Desk()
    case = desk.open()
    with change_case(case_id=case.pk, actor=desk.actor, now=desk.now):
        assert structlog.contextvars.get_contextvars()["case"] == case.pk
    assert "case" not in structlog.contextvars.get_contextvars()
