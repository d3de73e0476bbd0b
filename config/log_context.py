"""What every line of a log says about where it comes from: the request, or the task, by its id."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class BindRequest:
    """Middleware: the proxy's id of the request, or one of our own; the answer carries it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if SANE.fullmatch(given) else uuid.uuid4().hex[:16]
        with bound_contextvars(request_id=name):
            answer = self.get_response(request)
        answer[HEADER] = name
        return answer


@task_prerun.connect
def _bind_task(task_id: str, task: Any, **_: Any) -> None:
    bind_contextvars(task_id=task_id, task=task.name)


@task_postrun.connect
def _forget_task(**_: Any) -> None:
    clear_contextvars()
