"""One effect for each call of another system and each form, however often it is sent (G17)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.actions.base import ActionError
from cases.models import ApiCall, ApiKey

LONGEST_KEY = 100
REMEMBER = timedelta(days=30)


class KeyMissing(ActionError):
    """A call that changes something names itself."""


class KeyReused(ActionError):
    """The same name for another call."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the caller gets; `replayed` when this is not the first time."""

    status: int
    body: Any
    replayed: bool = False


def fingerprint(*, method: str, path: str, body: bytes) -> str:
    """A hash of what was asked."""
    return hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()


def call_once(
    *,
    sender: ApiKey | User,
    idempotency_key: str,
    asked: str,
    now: datetime,
    work: Callable[[], tuple[int, Any]],
    keeps: Callable[[int], bool] = lambda status: True,
) -> Answer:
    """Do the work and keep its answer in one transaction, or repeat the answer that is kept.

    Parallel calls wait for the first. `work` returns its status and JSON, refusals included;
    an answer that `keeps` does not keep is forgotten, and the next call tries anew.
    Raises `KeyMissing`, and `KeyReused` when the key was used for something else.
    """
    key = idempotency_key.strip()
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise KeyMissing(
            "Send an Idempotency-Key header of up to 100 characters, a new one for each change."
        )
    with transaction.atomic():
        name = {"api_key" if isinstance(sender, ApiKey) else "user": sender, "idempotency_key": key}
        fresh = ApiCall(**name, fingerprint=asked, created_at=now)
        ApiCall.objects.bulk_create([fresh], ignore_conflicts=True)
        call = ApiCall.objects.select_for_update().get(**name)
        if call.fingerprint != asked:
            raise KeyReused("This Idempotency-Key was used for another call: take a new one.")
        if call.status is not None:
            return Answer(status=call.status, body=call.answer, replayed=True)
        call.status, call.answer = work()
        if keeps(call.status):
            call.save(update_fields=["status", "answer"])
        else:
            call.delete()
        return Answer(status=call.status, body=call.answer)


def forget_answers(*, now: datetime, most: int) -> int:
    """Forget the oldest answers that nobody asks for any more; returns how many."""
    old = ApiCall.objects.filter(created_at__lt=now - REMEMBER).order_by("created_at")
    return ApiCall.objects.filter(pk__in=old.values("pk")[:most]).delete()[0]
