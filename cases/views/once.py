"""A form that is sent twice acts once: a double click, a browser that repeats, a retry (G17)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from cases.actions.api_calls import KeyMissing, KeyReused, call_once, fingerprint
from cases.views.shared import DeskRequest, View
from config import clock

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field


def once(view: View) -> View:
    """Let one rendered form act once per person; what it answered is answered again.

    The CSRF token is masked anew for every page, so that the same fields with the same token are
    the same form sent again, whereas the same words on a page loaded later are meant. A script
    names its request by an Idempotency-Key instead: the same key with other fields is refused
    (422). Only redirects are kept; after a refusal the same form may be sent again.
    """

    @wraps(view)
    def done_once(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = fingerprint(method="POST", path=request.path, body=b"\n".join(list_fields(request)))
        key = request.headers.get("Idempotency-Key", "")
        if not key and TOKEN in request.POST:
            key = asked
        if not key:
            return view(request, *args, **kwargs)
        return answer_once(request, key, asked, lambda: view(request, *args, **kwargs))

    return done_once


def answer_once(request: DeskRequest, key: str, asked: str, view: Any) -> HttpResponse:
    fresh: list[HttpResponse] = []

    def work() -> tuple[int, Any]:
        response = view()
        fresh.append(response)
        kept = isinstance(response, HttpResponseRedirect)
        return response.status_code, {"location": response.url if kept else ""}

    try:
        answer = call_once(
            sender=request.user,
            idempotency_key=key,
            asked=asked,
            now=clock.now(),
            work=work,
            keeps=lambda status: status == HttpResponseRedirect.status_code,
        )
    except (KeyMissing, KeyReused) as error:
        status = 400 if isinstance(error, KeyMissing) else 422
        return HttpResponse(str(error), status=status, content_type="text/plain")
    if fresh:
        return fresh[0]
    messages.info(request, "This was sent twice, and done once.")
    return redirect(answer.body["location"])


def list_fields(request: DeskRequest) -> Iterator[bytes]:
    """Every field in its order, and a hash of every file."""
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode()
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            digest = hashlib.sha256()
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
            yield repr((name, upload.name, digest.hexdigest())).encode()
