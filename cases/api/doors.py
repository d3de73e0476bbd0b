"""Who comes in, and how a call that changes something is done once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja.security import HttpBearer

from cases.actions.api_calls import Answer, KeyMissing, KeyReused, call_once, fingerprint
from cases.actions.api_keys import find_key
from cases.actions.base import ActionError, CaseChanged, NotAllowed
from cases.models import ApiKey
from config import clock

View = Callable[..., Any]


class ByKey(HttpBearer):
    """`Authorization: Bearer lc_…`. A session of the staff opens nothing here."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return find_key(token, now=clock.now())


def once(view: View) -> View:
    """Let a view act once per Idempotency-Key, and turn refusals into their status."""

    @wraps(view)
    def done_once(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer = call_once(
                sender=request.auth,
                idempotency_key=request.headers.get("Idempotency-Key", ""),
                asked=fingerprint(method=request.method, path=request.path, body=request.body),
                now=clock.now(),
                work=lambda: work(view, request, *args, **kwargs),
            )
        except KeyMissing as error:
            return refuse(400, str(error))
        except KeyReused as error:
            return refuse(422, str(error))
        return give(answer)

    return done_once


def work(view: View, request: Any, *args: Any, **kwargs: Any) -> tuple[int, Any]:
    """The view's answer as plain JSON; an expected refusal is an answer as well."""
    try:
        body = view(request, *args, **kwargs)
    except ActionError as refusal:
        return status_of(refusal), {"detail": str(refusal)}
    return 200, json.loads(json.dumps(body, cls=DjangoJSONEncoder))


def status_of(refusal: ActionError) -> int:
    if isinstance(refusal, CaseChanged):
        return 409
    return 404 if isinstance(refusal, NotAllowed) else 422


def give(answer: Answer) -> HttpResponse:
    response = JsonResponse(answer.body, status=answer.status)
    if answer.replayed:
        response["Idempotent-Replay"] = "true"
    return response


def refuse(status: int, detail: str) -> HttpResponse:
    return JsonResponse({"detail": detail}, status=status)
