"""Read what a provider says about an order: in its answer to us, or when it calls back."""

from __future__ import annotations

import json
from typing import Any, get_args

from accounts.provisioning.base import Answer, Status

LONGEST_DETAIL = 200
LONGEST_RETRY_S = 86_400


class InvalidResult(ValueError):
    """It is not a result; the text says what is missing, for the provider's developer."""


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. Raises InvalidResult; depth cannot hurt (THREATS 62)."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidResult("it is not JSON") from error
    if not isinstance(found, dict):
        raise InvalidResult("it is not a JSON object")
    return found


def read_result(body: bytes) -> Answer:
    """Return the answer in {"status": …, "detail": …, "retry_after_s": …}. Raises InvalidResult."""
    return to_answer(read_object(body))


def to_answer(said: dict[str, Any]) -> Answer:
    """Return the answer that an object stands for. Raises InvalidResult without a known status."""
    status: Status | None = next((s for s in get_args(Status) if s == said.get("status")), None)
    if status is None:
        raise InvalidResult(f"“status” is one of {', '.join(get_args(Status))}")
    retry = said.get("retry_after_s")
    usable = type(retry) is int and 1 <= retry <= LONGEST_RETRY_S
    return Answer(
        status=status,
        detail=clean_detail(said.get("detail")),
        retry_after_s=retry if usable else None,
    )


def clean_detail(text: object) -> str:
    """Return a provider's words on one line, without what does not print, cut to fit."""
    if not isinstance(text, str):
        return ""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:LONGEST_DETAIL]
