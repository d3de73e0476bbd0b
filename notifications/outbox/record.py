"""Write down what became of a mail and that the next one meets the server, in one statement.

The rest of the desk is told afterwards (`news`): what is still to be told stands in the row.
"""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from notifications.models import Email
from notifications.outbox.claim import PAUSED
from notifications.outbox.headers import clean_body
from notifications.outbox.outcome import Kind, Outcome
from notifications.outbox.retry import RESEND_PAUSE, choose_pause, is_hopeless, may_resend

log = logging.getLogger(__name__)

News = Email.News
Status = Email.Status
Done = tuple[Email, Outcome]

CAME_BACK = (Email.Delivery.BOUNCED, Email.Delivery.COMPLAINED)
ARRIVED = (Email.Delivery.DELIVERED, *CAME_BACK)

WRITTEN = (
    "status", "attempts", "begun_at", "accepted_at", "next_attempt_at", "response", "error",
    "news", "provider_id",
)  # fmt: skip
NOTHING = dict.fromkeys(("id", *WRITTEN))
# Harmless when it is said again because nobody heard the database's answer: under this lease only
# its holder begins a mail, and sends it after the answer. Plain values, no lists: so PostgreSQL
# plans it once, which takes as long as to carry it out.
TURN = f"""
WITH written AS (
    UPDATE notifications_email
       SET {", ".join(f"{name} = %({name})s" for name in WRITTEN)},
           lease = NULL, lease_until = NULL
     WHERE id = %(id)s AND (lease = %(lease)s OR status = 'unknown')
    RETURNING id
), begun AS (
    UPDATE notifications_email SET begun_at = %(now)s, attempts = %(tries)s
     WHERE id = %(coming)s AND lease = %(lease)s AND status = 'sending' AND lease_until > now()
       AND NOT EXISTS ({PAUSED})
    RETURNING id
)
SELECT id FROM written UNION ALL SELECT id FROM begun
"""  # noqa: S608 - the names stand above


def turn_page(
    done: Sequence[Done], coming: Email | None, *, lease: uuid.UUID, now: datetime
) -> bool:
    """Record what is `done` and begin the mail that comes; return whether that may be sent.

    It may not when it was stopped, or taken from us, or when sending was paused meanwhile (G7).
    What it returns is committed: call it outside any transaction.
    """
    if not done and coming is None:
        return False
    is_open = any(outcome.kind is Kind.UNKNOWN for _, outcome in done)
    with transaction.atomic() if is_open else contextlib.nullcontext():
        for email, outcome in done:
            apply(email, outcome, now=now)
        ids = _write(done, coming, lease=lease, now=now)
    for email, _ in done:
        if email.pk not in ids:
            log.warning("outcome came after the lease was lost", extra={"email": email.pk})
    if coming is None or coming.pk not in ids:
        return False
    coming.begun_at, coming.attempts = now, coming.attempts + 1
    return True


def apply(email: Email, outcome: Outcome, *, now: datetime) -> None:
    """Set the fields that follow from `outcome`, with the news that is to be told."""
    email.news = _apply(email, outcome, clean_body(outcome.detail)[:500], now=now)


def make_unknown(email: Email, *, detail: str, now: datetime) -> str:
    """Set the fields of a mail of unknown fate; return the news, if a person must decide.

    The provider may have told of it before our own connection broke: then its fate is known (G5).
    Call it inside a transaction: nothing else may be told of the mail meanwhile.
    """
    rows = Email.objects.select_for_update().filter(pk=email.pk)
    accepted_at, delivery = rows.values_list("accepted_at", "delivery").first() or (None, "")
    if accepted_at is not None or delivery in ARRIVED:
        email.status, email.next_attempt_at = Status.SENT, None
        email.accepted_at, email.error = accepted_at or now, ""
        return News.NOTHING if delivery in CAME_BACK else News.ACCEPTED
    email.status = Status.UNKNOWN
    email.error = detail[:500]
    if may_resend(email):
        email.next_attempt_at = now + RESEND_PAUSE
        return News.NOTHING
    email.next_attempt_at = None
    return News.UNKNOWN


def _apply(email: Email, outcome: Outcome, detail: str, *, now: datetime) -> str:
    if outcome.kind is Kind.UNKNOWN:
        return make_unknown(email, detail=detail, now=now)
    if outcome.kind is Kind.ACCEPTED:
        email.status, email.accepted_at, email.next_attempt_at = Status.SENT, now, None
        email.response, email.error = detail, ""
        email.provider_id = clean_body(outcome.provider_id)[:200]
        return News.ACCEPTED
    email.error = detail
    if outcome.kind is Kind.STOPPED:
        email.status, email.begun_at, email.next_attempt_at = Status.STOPPED, None, None
        return News.FAILED
    if outcome.kind is Kind.REFUSED or is_hopeless(email, now=now):
        email.status, email.next_attempt_at = Status.FAILED, None
        return News.FAILED
    email.status, email.next_attempt_at = Status.QUEUED, now + choose_pause(email.attempts)
    email.begun_at = None
    return News.NOTHING


def _write(
    done: Sequence[Done], coming: Email | None, *, lease: uuid.UUID, now: datetime
) -> set[int]:
    """Save the outcomes where a mail is still ours, or was given up as unknown meanwhile, and
    begin the coming one; return the numbers of the rows that this changed."""
    ids: set[int] = set()
    rows = [{"id": email.pk, **{k: getattr(email, k) for k in WRITTEN}} for email, _ in done]
    with connection.cursor() as cursor:
        for number, row in enumerate(rows or [NOTHING], 1):
            begun = coming if number >= len(rows) else None  # with the last
            cursor.execute(TURN, {
                **row, "lease": lease, "now": now, "coming": begun.pk if begun else None,
                "tries": begun.attempts + 1 if begun else None,
            })  # fmt: skip
            ids.update(number for (number,) in cursor.fetchall())
    return ids
