"""What a browser gets while the database is away, or its disk is full (G20, G26)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

DISK_FULL = "53100"
RETRY_S = {HTTPStatus.SERVICE_UNAVAILABLE: 5, HTTPStatus.INSUFFICIENT_STORAGE: 60}


class AnswerOutages:
    """Middleware: 503 or 507 with Retry-After where a request failed for want of the database.

    Nothing was committed: whoever sends the same form again, after the pause, loses nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        status = getattr(request, "outage", None)
        if status is None or response.status_code < 500:
            return response
        # Without the request: who is signed in stands in the database.
        page = render_to_string(f"{status.value}.html")
        return HttpResponse(page, status=status, headers={"Retry-After": str(RETRY_S[status])})


@receiver(got_request_exception)
def note_outage(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Remember on the request what it failed for; wherever that was, in a view or before it."""
    error = sys.exc_info()[1]
    if request is not None and isinstance(error, OperationalError | InterfaceError):
        request.outage = find_status(error)  # type: ignore[attr-defined]


def find_status(error: BaseException) -> HTTPStatus:
    """507 when PostgreSQL has no room left, else 503."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) == DISK_FULL:
        return HTTPStatus.INSUFFICIENT_STORAGE
    return HTTPStatus.SERVICE_UNAVAILABLE
