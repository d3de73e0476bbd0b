"""Make sense of stored mail, one at a time, so that no mail can stop another (G2, G3).

An attempt is counted and committed before the mail is looked at. What fails is tried again, three
times in all; then it lies in quarantine, where a person sees it. In a batch the transaction that
files one mail also counts the attempt at the next, so that each costs one commit.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from notifications import signals
from notifications.database import reconnect_after
from notifications.inbound import rows
from notifications.inbound.filing import (
    REPORTS,
    describe,
    dispose,
    save_attachments,
    tell_outbox,
)
from notifications.inbound.matching import Match, match_mail
from notifications.inbound.understanding import TooMuch, Understanding, understand
from notifications.models import Inbound, Thread

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
BATCH = 20
BUDGET_S = 45.0  # no batch is begun later, so that a worker's time limit never cuts one short
LEASE = timedelta(minutes=2)
PAUSES = (timedelta(seconds=5), timedelta(seconds=30))
ENVELOPES = ("lmtp", "smtp")  # elsewhere no sender means that nobody told us
OUR_FAULTS = (OperationalError, InterfaceError, OSError)
Status = Inbound.Status
Fate = Inbound.Disposition


def process(*, inbound_id: int, now: datetime) -> bool:
    """Process one stored mail; say whether it is done with. Harmless when doubled."""
    return _process_all(_lease(Q(pk=inbound_id), limit=1), now=now) == 1


def process_due(*, now: datetime, limit: int = 500, budget_s: float = BUDGET_S) -> int:
    """Process what waits, oldest first; return how many are done with.

    No batch is begun after `budget_s` seconds. Safe at any concurrency: mails that another worker
    holds are passed over.
    """
    done = taken = 0
    deadline = time.monotonic() + budget_s
    while taken < limit and time.monotonic() < deadline:
        ids = _lease(Q(), limit=min(BATCH, limit - taken))
        if not ids:
            break
        taken += len(ids)
        done += _process_all(ids, now=now)
    return done


def replay(*, inbound_id: int) -> bool:
    """Have a mail in quarantine, or an unmatched one, read again from its raw bytes."""
    again = Inbound.objects.filter(
        pk=inbound_id, disposition__in=[Fate.QUARANTINED, Fate.UNMATCHED]
    ).update(status=Status.RECEIVED, disposition="", problem="", attempts=0, lease_until=None)
    if again:
        from notifications.tasks import process as process_task
        from notifications.wake import wake

        wake(process_task, inbound_id)
    return bool(again)


def _lease(which: Q, *, limit: int) -> list[int]:
    """Take mails for ourselves for a while, by the database's clock; the oldest first."""
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    with transaction.atomic():
        ids = list(
            Inbound.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(which & free, status=Status.RECEIVED)
            .order_by("received_at", "id")
            .values_list("pk", flat=True)[:limit]
        )
        Inbound.objects.filter(pk__in=ids).update(lease_until=Now() + LEASE)
    return ids


def _process_all(ids: list[int], *, now: datetime) -> int:
    done = 0
    waiting = iter(ids)
    inbound = _begin_next(waiting)
    while inbound is not None:
        filed, inbound = _process_one(inbound, waiting, now=now)
        done += filed
    return done


def _begin_next(waiting: Iterator[int]) -> Inbound | None:
    """Count the attempt at the next mail that is still to be processed, and return it."""
    for inbound_id in waiting:
        inbound = rows.begin(inbound_id, lease=LEASE)
        if inbound is not None:
            return inbound
    return None


def _process_one(
    inbound: Inbound, waiting: Iterator[int], *, now: datetime
) -> tuple[bool, Inbound | None]:
    """Process one mail whose attempt is counted. Return whether it is done with, and the next."""
    if inbound.attempts > MOST_ATTEMPTS:
        problem = f"Processing ended the process {MOST_ATTEMPTS} times."
        return _quarantine(inbound.pk, problem, now=now), _begin_next(waiting)
    try:
        found = understand(
            bytes(inbound.raw),
            envelope_from=inbound.envelope_from if inbound.channel in ENVELOPES else None,
            authserv_id=settings.AUTHSERV_ID,
        )
        return True, _file(inbound, found, waiting, now=now)
    except TooMuch as excess:
        return _quarantine(inbound.pk, str(excess), now=now), _begin_next(waiting)
    except Exception as error:
        log.exception("a mail could not be processed", extra={"inbound": inbound.pk})
        reconnect_after(error)
        return _note_failure(inbound, error, now=now), _begin_next(waiting)


def _file(
    inbound: Inbound, found: Understanding, waiting: Iterator[int], *, now: datetime
) -> Inbound | None:
    """File a mail and begin the next one, in one transaction; return that one."""
    was_read_before = inbound.processed_at is not None
    paths: list[str] = []
    try:
        with transaction.atomic():
            match = _match(inbound, found)
            describe(inbound, found, match)
            if _close(inbound, found.problem, now=now):
                if was_read_before:
                    inbound.attachments.all().delete()
                save_attachments(inbound, found.parsed, paths)
                if inbound.status == Status.QUARANTINED:
                    _tell_quarantine(inbound)
                else:
                    tell_outbox(inbound, match, now=now)
                    signals.inbound_processed.send(sender=Inbound, inbound=inbound)
            return _begin_next(waiting)
    except BaseException:
        _remove_files(paths)
        raise


def _match(inbound: Inbound, found: Understanding) -> Match:
    parsed = found.parsed
    return match_mail(
        inbound,
        message_id=parsed.message_id or "",
        in_reply_to=parsed.in_reply_to or "",
        references=parsed.references,
        named_ids=(found.classification.original_message_id, *found.classification.named_ids),
        reports=found.classification.kind in REPORTS,
    )


def _close(inbound: Inbound, problem: str, *, now: datetime) -> bool:
    """Save the mail with its one disposition. False: another worker was faster."""
    inbound.processed_at, inbound.lease_until = now, None
    inbound.problem = problem[:500]
    if problem:
        inbound.status, inbound.disposition = Status.QUARANTINED, Fate.QUARANTINED
    else:
        inbound.status = Status.PROCESSED
        dispose(inbound)
    return rows.write(inbound)


def _note_failure(inbound: Inbound, error: Exception, *, now: datetime) -> bool:
    """Put a mail that failed off, or into quarantine after the last attempt.

    A failure of the machine (database, disk) is not the mail's and does not count.
    """
    words = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
    if isinstance(error, OUR_FAULTS):
        _put_off(inbound.pk, words, counted=False, pause=PAUSES[-1])
        return False
    if inbound.attempts >= MOST_ATTEMPTS:
        return _quarantine(inbound.pk, f"It failed {inbound.attempts} times. {words}", now=now)
    _put_off(inbound.pk, words, counted=True, pause=PAUSES[inbound.attempts - 1])
    return False


def _put_off(inbound_id: int, words: str, *, counted: bool, pause: timedelta) -> None:
    Inbound.objects.filter(pk=inbound_id, status=Status.RECEIVED).update(
        problem=words[:500],
        lease_until=Now() + pause,
        attempts=F("attempts") if counted else F("attempts") - 1,
    )


def _quarantine(inbound_id: int, problem: str, *, now: datetime) -> bool:
    """Hold a mail that could not be read for a person. The token still tells whose it may be."""
    with transaction.atomic():
        inbound = Inbound.objects.select_for_update().defer("raw").get(pk=inbound_id)
        if inbound.status != Status.RECEIVED:
            return True
        inbound.status, inbound.disposition = Status.QUARANTINED, Fate.QUARANTINED
        inbound.problem, inbound.processed_at, inbound.lease_until = problem[:500], now, None
        if inbound.recipient_token:
            inbound.thread = Thread.objects.filter(token=inbound.recipient_token).first()
            inbound.matched_by = "token" if inbound.thread else ""
        inbound.save(
            update_fields=[
                "status",
                "disposition",
                "problem",
                "processed_at",
                "lease_until",
                "thread",
                "matched_by",
            ]
        )
        _tell_quarantine(inbound)
    return True


def _tell_quarantine(inbound: Inbound) -> None:
    """Announce it. A listener's fault does not free the mail: it may be why it is here."""
    try:
        with transaction.atomic():
            signals.inbound_quarantined.send(sender=Inbound, inbound=inbound)
    except Exception:
        log.exception("a listener failed", extra={"inbound": inbound.pk})


def _remove_files(paths: Iterable[str]) -> None:
    for path in paths:
        try:
            default_storage.delete(path)
        except OSError:
            log.warning("a file without a row was left behind", extra={"path": path})
