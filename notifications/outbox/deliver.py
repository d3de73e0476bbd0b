"""Send what is due: one connection, one transaction between every two mails."""

from __future__ import annotations

import logging
import math
import time
from datetime import datetime
from functools import partial

from django.db import transaction

from notifications import signals
from notifications.database import insist, reconnect_after
from notifications.models import Email
from notifications.outbox.claim import Batch, begin, claim_due, release
from notifications.outbox.outcome import Kind, Outcome
from notifications.outbox.record import record_outcome, record_quietly, record_stop
from notifications.outbox.transport import CannotConnect, Transport

log = logging.getLogger(__name__)

BATCH = 50
BUDGET_S = 45.0  # no mail is begun later, so that a worker's time limit never cuts one short
Done = tuple[Email, Outcome]


def deliver_due(*, now: datetime, limit: int = 500, budget_s: float = BUDGET_S) -> int:
    """Send up to `limit` mails that are due at `now` (UTC); return how many were accepted.

    None is begun after `budget_s` seconds. Safe at any concurrency. Call it outside any
    transaction.
    """
    accepted = handled = 0
    deadline = time.monotonic() + budget_s
    with Transport() as transport:
        while handled < limit and time.monotonic() < deadline:
            batch = claim_due(now=now, limit=min(BATCH, limit - handled))
            if not batch.emails:
                break
            handled += len(batch.emails)
            try:
                accepted += _send_batch(batch, transport, now=now, deadline=deadline)
            except CannotConnect:
                break
    return accepted


def deliver_one(*, email_id: int, now: datetime) -> bool:
    """Send one mail if it is due at `now`; say whether it was accepted."""
    batch = claim_due(now=now, limit=1, email_id=email_id)
    if not batch.emails:
        return False
    with Transport() as transport:
        try:
            return _send_batch(batch, transport, now=now, deadline=math.inf) == 1
        except CannotConnect:
            return False


def _send_batch(batch: Batch, transport: Transport, *, now: datetime, deadline: float) -> int:
    """Send a leased batch. Raises CannotConnect after putting off all that could not be tried."""
    try:
        return _send_all(batch, transport, now=now, deadline=deadline)
    finally:
        release(batch)  # paused meanwhile, or interrupted: what was not begun waits again


def _send_all(batch: Batch, transport: Transport, *, now: datetime, deadline: float) -> int:
    accepted = 0
    done: Done | None = None
    for email in batch.emails:
        if time.monotonic() > deadline:
            break
        try:
            transport.open()
        except CannotConnect as error:
            _turn_page(done, None, batch, now=now)
            _put_off(batch, str(error), now=now)
            raise
        begun = _turn_page(done, email, batch, now=now)
        done = (email, _send(email, transport, now=now)) if begun else None
        accepted += done is not None and done[1].kind is Kind.ACCEPTED
    _turn_page(done, None, batch, now=now)
    return accepted


def _send(email: Email, transport: Transport, *, now: datetime) -> Outcome:
    try:
        return transport.send(email, now=now)
    except CannotConnect as error:
        return Outcome(kind=Kind.RETRY, detail=str(error))


def _turn_page(done: Done | None, coming: Email | None, batch: Batch, *, now: datetime) -> bool:
    """In one transaction record the mail that is done and begin the one that comes.

    Return whether the coming one may be sent. When a listener or the database fails, the fact is
    recorded alone; when a check fails, the coming mail is put off.
    """
    try:
        return _turn(done, coming, batch, now=now)
    except Exception as error:
        log.exception("outbox: a listener, a check or the database failed")
        reconnect_after(error)
    if done is not None:
        insist(partial(record_quietly, *done, lease=batch.lease, now=now))
    if coming is None:
        return False
    coming.refresh_from_db()
    try:
        return _turn(None, coming, batch, now=now)
    except Exception:
        log.exception("outbox: a check failed", extra={"email": coming.pk})
        coming.refresh_from_db()
        outcome = Outcome(kind=Kind.RETRY, detail="a check before sending failed")
        record_quietly(coming, outcome, lease=batch.lease, now=now)
        return False


def _turn(done: Done | None, coming: Email | None, batch: Batch, *, now: datetime) -> bool:
    if done is None and coming is None:
        return False
    with transaction.atomic():
        if done is not None:
            signals.email_recording.send(sender=Email, email=done[0])
            record_outcome(*done, lease=batch.lease, now=now)
        if coming is None:
            return False
        if begin(coming, lease=batch.lease, now=now):
            return True
        if coming.error and coming.begun_at is not None:
            record_stop(coming, lease=batch.lease)
        return False


def _put_off(batch: Batch, problem: str, *, now: datetime) -> None:
    """Put off every mail of the batch that was not begun: the server cannot be reached."""
    outcome = Outcome(kind=Kind.RETRY, detail=problem)
    for email in batch.emails:
        if email.begun_at is None and _turn_page(None, email, batch, now=now):
            _turn_page((email, outcome), None, batch, now=now)
