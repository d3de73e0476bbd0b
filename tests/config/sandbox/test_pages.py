"""Who tries the desk sees its own page where nothing is, not a list of addresses."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotFound
from django.test import RequestFactory

from config.sandbox.pages import ShowOwnPages


def test_a_page_that_raised_and_an_address_that_nobody_has(rf: RequestFactory) -> None:
    request: Any = rf.get("/desk/case/abc/")
    request.resolver_match = None
    shown = ShowOwnPages(lambda _: HttpResponseNotFound("Using the URLconf"))(request)
    assert shown.status_code == 404
    assert "There is nothing here" in shown.content.decode()
    pages = ShowOwnPages(lambda _: HttpResponse("as it was"))
    raised = pages.process_exception(request, Http404("no such case"))
    assert raised is not None
    assert "There is nothing here" in raised.content.decode()
    assert pages.process_exception(request, ValueError()) is None
    assert pages(request).content == b"as it was"
