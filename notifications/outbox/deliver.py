"""Send what is due: many mails per claim, one connection, one commit between every two mails.

A page is turned between two mails (`record.turn_page`): one statement, committed before the next
conversation can succeed, says what became of the last and that the next is on its way. So a crash
leaves one mail of unknown fate at most (G5). What is looked at once per claim is the address and
whatever else is registered (G6); a claim is good for two seconds, then it is looked at again. A
pause and a stop act between any two mails (G7).
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from notifications.database import insist, reconnect_after
from notifications.models import Email
from notifications.outbox import stopping
from notifications.outbox.checks import find_reasons_to_stop
from notifications.outbox.claim import Claim, claim_due, release
from notifications.outbox.news import announce
from notifications.outbox.outcome import Kind, Outcome
from notifications.outbox.record import Done, turn_page
from notifications.outbox.transport import CannotConnect, Transport

log = logging.getLogger(__name__)

BATCH = 50
FRESH_S = 2.0
BUDGET_S = 20.0  # no mail is begun later, so that no worker that is to stop is cut short (G21)


def deliver_due(*, now: datetime, limit: int = 500, budget_s: float = BUDGET_S) -> int:
    """Send up to `limit` mails that are due at `now` (UTC); return how many were accepted.

    None is begun after `budget_s` seconds. Safe at any concurrency. Call it outside any
    transaction.
    """
    accepted = tried = 0
    deadline = time.monotonic() + budget_s
    with Transport() as transport:
        while tried < limit and time.monotonic() < deadline and not stopping.is_told():
            claim = claim_due(now=now, limit=min(BATCH, limit - tried))
            if not claim.emails:
                break
            sending = Sending(claim, transport, now=now, deadline=deadline)
            try:
                sending.run()
            except CannotConnect:
                break
            finally:
                accepted += sending.accepted
            tried += sending.tried
    return accepted


def deliver_one(*, email_id: int, now: datetime) -> bool:
    """Send one mail if it is due at `now`; say whether it was accepted."""
    claim = claim_due(now=now, limit=1, email_id=email_id)
    if not claim.emails:
        return False
    with Transport() as transport:
        sending = Sending(claim, transport, now=now, deadline=math.inf)
        try:
            sending.run()
        except CannotConnect:
            return False
    return sending.accepted == 1


@dataclass
class Sending:
    """A claim on its way out. `deadline` is by the monotonic clock."""

    claim: Claim
    transport: Transport
    now: datetime = field(kw_only=True)
    deadline: float = field(kw_only=True)
    tried: int = 0
    accepted: int = 0
    _is_through: bool = False
    _done: list[Done] = field(default_factory=list)  # and not written down yet
    _telling: list[Email] = field(default_factory=list)

    def run(self) -> None:
        """Send it. Raises CannotConnect after putting off all that could not be tried."""
        try:
            self._send_all(self._look(self.claim.emails))
        finally:
            self._turn_page(None)
            if not self._is_through:
                release(self.claim)  # paused meanwhile, too late, or interrupted: it waits again
            announce(self._telling)

    def _look(self, emails: Sequence[Email]) -> list[Email]:
        """Ask the checks about the whole claim; return what may go, the rest is done with (G6)."""
        try:
            reasons = find_reasons_to_stop(emails)
        except Exception as error:
            log.exception("outbox: a check before sending failed")
            reconnect_after(error)
            return [email for email in emails if self._look_alone(email)]
        for email in emails:
            if email.pk in reasons:
                self._note(email, Outcome(kind=Kind.STOPPED, detail=reasons[email.pk]))
        return [email for email in emails if email.pk not in reasons]

    def _look_alone(self, email: Email) -> bool:
        """As `_look`, where a check failed: it puts off its mail alone."""
        try:
            reasons = find_reasons_to_stop([email])
        except Exception as error:
            log.exception("outbox: a check failed", extra={"email": email.pk})
            reconnect_after(error)
            self._put_off([email], "a check before sending failed")
            return False
        if reasons:
            self._note(email, Outcome(kind=Kind.STOPPED, detail=reasons[email.pk]))
        return not reasons

    def _send_all(self, emails: Sequence[Email]) -> None:
        stale_at = time.monotonic() + FRESH_S
        for position, email in enumerate(emails):
            moment = time.monotonic()
            is_late = moment > self.deadline or (position and moment > stale_at)
            if is_late or stopping.is_told():
                break
            try:
                self.transport.open()
            except CannotConnect as error:
                self._put_off(emails[position:], str(error))
                raise
            if not self._send_one(email):
                break  # paused, or stopped: a new claim knows
        else:
            self._is_through = True

    def _send_one(self, email: Email) -> bool:
        """Send one mail, or say False: it must not go now. The server is spoken to while the page
        is turned, for only the final dot commits to a mail."""
        self.tried += 1
        refused = self.transport.offer(email, now=self.now)
        if refused:
            self._note(email, refused)
        elif self._turn_page(email):
            self._note(email, self._send(email))
        else:
            self.transport.withdraw()
            return False
        return True

    def _send(self, email: Email) -> Outcome:
        try:
            return self.transport.send()
        except CannotConnect as error:
            return Outcome(kind=Kind.RETRY, detail=str(error))

    def _note(self, email: Email, outcome: Outcome) -> None:
        self.accepted += outcome.kind is Kind.ACCEPTED
        self._done.append((email, outcome))

    def _put_off(self, emails: Sequence[Email], problem: str) -> None:
        for email in emails:
            email.attempts += 1
            self._note(email, Outcome(kind=Kind.RETRY, detail=problem))

    def _turn_page(self, coming: Email | None) -> bool:
        """Insisted on: what the server answered is known to us alone."""
        done, lease = self._done, self.claim.lease
        may_go = insist(partial(turn_page, done, coming, lease=lease, now=self.now))
        self._telling += [email for email, _ in done if email.news]
        self._done = []
        return may_go
