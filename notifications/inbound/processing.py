"""Make sense of stored mail, so that no mail can stop another (G2, G3).

An attempt is counted and committed before the mail is looked at: for a batch of fresh mails in one
commit, for one that failed before alone. What changes nothing but its own row is then written
together with all others of the batch; any other mail is filed in a transaction of its own, and so
are all of them when they cannot be written together. What fails is tried again, three times in
all; then it lies in quarantine, where a person sees it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Length, Now

from notifications import signals
from notifications.database import commit_lazily, reconnect_after
from notifications.inbound import rows
from notifications.inbound.claims import find_claimed
from notifications.inbound.filing import (
    REPORTS,
    describe,
    dispose,
    save_attachments,
    tell_outbox,
)
from notifications.inbound.mailboxes import find_authserv_id
from notifications.inbound.matching import (
    NOTHING,
    Clues,
    Match,
    look_up_clues,
    match_mail,
    read_clues,
)
from notifications.inbound.scanning import Infected, scan_bytes
from notifications.inbound.understanding import TooMuch, Understanding, understand
from notifications.models import Inbound, Thread

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
BATCH = 50
READING_S = 20.0  # after which the rest of a batch is given back: a name server or a scanner hangs
BUDGET_S = 20.0  # no batch is begun later, so that no worker that is to stop is cut short (G21)
LEASE = timedelta(minutes=2)
PAUSES = (timedelta(seconds=5), timedelta(seconds=30))
ENVELOPES = ("lmtp", "smtp")  # elsewhere no sender means that nobody told us
OUR_FAULTS = (OperationalError, InterfaceError, OSError)
Status = Inbound.Status
Fate = Inbound.Disposition


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A mail that was read and has still to be filed."""

    inbound: Inbound
    found: Understanding
    clues: Clues
    was_read_before: bool
    match: Match = NOTHING
    is_claimed: bool = False  # somebody acts on the mail of its thread

    @property
    def changes_more(self) -> bool:
        """Does filing it change more than its own row?"""
        return bool(
            self.is_claimed
            or self.match.about_email_id
            or self.match.arrived_ids
            or self.found.problem
            or self.found.parsed.attachments
            or self.was_read_before
        )


def process(*, inbound_id: int, now: datetime) -> bool:
    """Process one stored mail; say whether it is done with. Harmless when doubled."""
    return _process_batch(rows.begin(limit=1, lease=LEASE, inbound_id=inbound_id), now=now) == 1


def process_due(*, now: datetime, limit: int = 500, budget_s: float = BUDGET_S) -> int:
    """Process what waits, oldest first; return how many are done with.

    No batch is begun after `budget_s` seconds. Safe at any concurrency: mails that another worker
    holds are passed over.
    """
    deadline = time.monotonic() + budget_s
    done = taken = 0
    with commit_lazily():
        while taken < limit and time.monotonic() < deadline:
            batch = rows.begin(limit=min(BATCH, limit - taken), lease=LEASE)
            if not batch:
                break
            taken += len(batch)
            done += _process_batch(batch, now=now)
    return done


def replay(*, inbound_id: int) -> bool:
    """Have a mail in quarantine, or an unmatched one, read again from its raw bytes.

    False for any other, and for one of which a door could only keep the headers.
    """
    whole = Inbound.objects.alias(kept=Length("raw")).filter(kept=F("size"))
    again = whole.filter(pk=inbound_id, disposition__in=[Fate.QUARANTINED, Fate.UNMATCHED]).update(
        status=Status.RECEIVED, disposition="", problem="", attempts=0, lease_until=None
    )
    if again:
        from notifications.tasks import process as process_task
        from notifications.wake import wake

        wake(process_task, inbound_id)
    return bool(again)


def _process_batch(batch: Sequence[Inbound], *, now: datetime) -> int:
    """Read mails whose attempts are counted, look up what they name, and file them."""
    done, read = _read_batch(batch, now=now)
    try:
        known = look_up_clues(one.clues for one in read)
        matches = [match_mail(one.clues, known) for one in read]
        claimed = find_claimed({match.thread_id for match in matches if match.thread_id})
    except Exception as error:
        return done + sum(_note_failure(one.inbound, error, now=now) for one in read)
    alone: list[Understood] = []
    together: list[Understood] = []
    for one, match in zip(read, matches, strict=True):
        ready = replace(one, match=match, is_claimed=match.thread_id in claimed)
        (alone if ready.changes_more else together).append(ready)
    return done + _file_together(together, now=now) + _file_each(alone, now=now)


def _read_batch(batch: Sequence[Inbound], *, now: datetime) -> tuple[int, list[Understood]]:
    """Return how many are done with already, and what was understood of the others."""
    done = 0
    read: list[Understood] = []
    deadline = time.monotonic() + READING_S
    for number, inbound in enumerate(batch):
        if number and time.monotonic() > deadline:
            rows.give_back([left.pk for left in batch[number:]])
            break
        try:
            read.append(_understand(inbound))
        except (TooMuch, Infected) as excess:
            done += quarantine(inbound.pk, str(excess), now=now)
        except Exception as error:
            done += _note_failure(inbound, error, now=now)
    return done, read


def _understand(inbound: Inbound) -> Understood:
    """Read one mail. Raises TooMuch and Infected when it must not be read."""
    if inbound.attempts > MOST_ATTEMPTS:
        raise TooMuch(f"Processing ended the process {MOST_ATTEMPTS} times.")
    raw = bytes(inbound.raw)
    scan_bytes(raw)
    found = understand(
        raw,
        envelope_from=inbound.envelope_from if inbound.channel in ENVELOPES else None,
        authserv_id=find_authserv_id(inbound.channel),
    )
    clues = read_clues(
        recipient=inbound.recipient,
        message_id=found.parsed.message_id or "",
        in_reply_to=found.parsed.in_reply_to or "",
        references=found.parsed.references,
        named_ids=(found.classification.original_message_id, *found.classification.named_ids),
        reports=found.classification.kind in REPORTS,
    )
    return Understood(
        inbound=inbound, found=found, clues=clues, was_read_before=inbound.processed_at is not None
    )


def _file_together(mails: Sequence[Understood], *, now: datetime) -> int:
    """Write mails that change nothing but their own rows, in one statement; else each alone."""
    if len(mails) < 2:
        return _file_each(mails, now=now)
    try:
        for one in mails:
            _describe(one, now=now)
        with transaction.atomic():
            rows.write_all([one.inbound for one in mails])
    except Exception as error:
        log.warning("mails could not be filed together", exc_info=error)
        reconnect_after(error)
        return _file_each(mails, now=now)
    return len(mails)


def _file_each(mails: Sequence[Understood], *, now: datetime) -> int:
    done = 0
    for one in mails:
        try:
            _file(one, now=now)
            done += 1
        except Exception as error:
            done += _note_failure(one.inbound, error, now=now)
    return done


def _file(one: Understood, *, now: datetime) -> None:
    """Write what was understood and tell it, in one transaction."""
    inbound, found = one.inbound, one.found
    paths: list[str] = []
    try:
        with transaction.atomic():
            _describe(one, now=now)
            if not rows.write(inbound):
                return  # another worker was faster
            if one.was_read_before:
                inbound.attachments.all().delete()
            save_attachments(inbound, found.parsed, paths)
            if inbound.status == Status.QUARANTINED:
                _tell_quarantine(inbound)
            else:
                tell_outbox(inbound, one.match, now=now)
                if one.is_claimed:
                    signals.inbound_processed.send(sender=Inbound, inbound=inbound)
    except BaseException:
        _remove_files(paths)
        raise


def _describe(one: Understood, *, now: datetime) -> None:
    """Set what the mail says and is, and its one disposition. Nothing is saved."""
    inbound = one.inbound
    describe(inbound, one.found, one.match)
    inbound.processed_at, inbound.lease_until = now, None
    inbound.problem = one.found.problem[:500]
    if inbound.problem:
        inbound.status, inbound.disposition = Status.QUARANTINED, Fate.QUARANTINED
    else:
        inbound.status = Status.PROCESSED
        dispose(inbound)


def _note_failure(inbound: Inbound, error: Exception, *, now: datetime) -> bool:
    """Put a mail that failed off, or into quarantine after the last attempt.

    A failure of the machine (database, disk) is not the mail's and does not count.
    """
    log.error("a mail could not be processed", exc_info=error, extra={"inbound": inbound.pk})
    reconnect_after(error)
    words = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
    if isinstance(error, OUR_FAULTS):
        _put_off(inbound.pk, words, counted=False, pause=PAUSES[-1])
        return False
    if inbound.attempts >= MOST_ATTEMPTS:
        return quarantine(inbound.pk, f"It failed {inbound.attempts} times. {words}", now=now)
    _put_off(inbound.pk, words, counted=True, pause=PAUSES[inbound.attempts - 1])
    return False


def _put_off(inbound_id: int, words: str, *, counted: bool, pause: timedelta) -> None:
    Inbound.objects.filter(pk=inbound_id, status=Status.RECEIVED).update(
        problem=words[:500],
        lease_until=Now() + pause,
        attempts=F("attempts") if counted else F("attempts") - 1,
    )


def quarantine(inbound_id: int, problem: str, *, now: datetime) -> bool:
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
