"""How large and how deep a request may be, found out before anything parses it (THREATS 62)."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest

DEEPEST = 40
# A string at a time, or one bracket. The closing quote is optional, so that this always matches
# and never goes back: without one the text ends inside a string.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("?)|[\[\]{}]', re.DOTALL)


class TooLarge(Exception):
    """More bytes than a webhook may bring: 413."""


class Malformed(Exception):
    """Nothing that a provider would send: 400."""


def check_size(request: HttpRequest, *, largest: int) -> None:
    """Raise TooLarge by the announced length, and Malformed when there is none, unread."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Malformed("the length is no number") from None
    if length > largest:
        raise TooLarge
    if length <= 0:
        raise Malformed("the request is empty")


def check_shape(request: HttpRequest) -> None:
    """Raise Malformed for JSON that is none or too deep, also where it stands in a form's field."""
    body = request.body  # kept, so that a form can be read from it more than once
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        for values in dict(request.POST.lists()).values():
            for value in values:
                if value[:1] in ("[", "{"):
                    check_depth(value.encode("utf-8", "replace"))
        return
    check_depth(body)
    read_json(body)


def check_depth(text: bytes) -> None:
    """Raise Malformed when brackets nest deeper than DEEPEST. One pass, no recursion."""
    depth = 0
    for token in _TOKEN.finditer(text):
        first = token[0][:1]
        if first == b'"':
            if not token[1]:
                raise Malformed("a string does not end")
        elif first in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise Malformed("it is nested too deep")
        else:
            depth -= 1


def read_json(text: bytes) -> Any:
    """Return what `text` says. Raises Malformed. Check its depth first."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("this is no JSON") from error
