"""When things happen: every instant and date of a plan, worked out once.

Predictions take the place of facts that are not there yet, in such a way that a fact equal to
its prediction changes nothing later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from cases.domain.dates import (
    MIDNIGHT,
    add_days_keeping_wall_clock,
    at_local,
    billing_month,
    clamp_day,
    end_of_day,
    local_date,
)
from cases.domain.facts import Account, Request
from cases.domain.policy import Policy
from cases.domain.speech import Phrase, phrase
from cases.domain.states import State

NOTHING_ENDS = frozenset({State.DROPPED, State.WITHDRAWN})
# Nobody promises further ahead; a date beyond is a slip of the keyboard.
LONGEST_WISH_YEARS = 20


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One reminder, or the drop: when it is due, and when its mail was or will be accepted."""

    due_at: datetime
    accepted_at: datetime | None
    expected_at: datetime


@dataclass(frozen=True, kw_only=True)
class Moments:
    """The calendar of one case. `now` is aware UTC; dates are in the account's zone."""

    policy: Policy
    request: Request
    account: Account
    now: datetime

    @property
    def zone(self) -> str:
        return self.account.timezone

    @cached_property
    def today(self) -> date:
        return local_date(self.now, self.zone)

    @cached_property
    def received_on(self) -> date:
        return local_date(self.request.received_at, self.zone)

    # -- asking -------------------------------------------------------------------------------
    @cached_property
    def asks(self) -> bool:
        request = self.request
        return request.questions_open > 0 or request.by_link or request.asked_at is not None

    @property
    def by_link(self) -> bool:
        """Is the customer sent to their own page, with nothing else to answer (R32)?"""
        return self.policy.channel == "self_service" and not self.request.questions_open

    @cached_property
    def asked_at(self) -> datetime:
        return self.request.asked_at or self.now

    @cached_property
    def reminders(self) -> tuple[Ask, ...]:
        """Each due at its day after the question, and never nearer to the one before (G14)."""
        found: list[Ask] = []
        before, day_before = self.asked_at, 0
        for day, fact in zip(self.policy.reminder_days, self.accepted, strict=True):
            due = max(self.after(self.asked_at, day), self.after(before, day - day_before))
            before, day_before = fact or max(due, self.now), day
            found.append(Ask(due_at=due, accepted_at=fact, expected_at=before))
        return tuple(found)

    @cached_property
    def drop_at(self) -> datetime:
        """Not before its own day, nor before its interval to the last reminder (R9, G14)."""
        due = self.after(self.asked_at, self.policy.drop_after_days)
        if not self.policy.reminder_days:
            return due
        interval = self.policy.drop_after_days - self.policy.reminder_days[-1]
        last = self.accepted[-1] or self.reminders[-1].expected_at
        return max(due, self.after(last, interval))

    @cached_property
    def accepted(self) -> tuple[datetime | None, ...]:
        """When each of the policy's reminders was accepted for delivery."""
        known, wanted = self.request.reminders_accepted, len(self.policy.reminder_days)
        return (*known[:wanted], *[None] * (wanted - len(known)))

    def after(self, instant: datetime, days: int) -> datetime:
        return add_days_keeping_wall_clock(instant, days, self.zone)

    # -- what happens by itself ---------------------------------------------------------------
    @cached_property
    def timers(self) -> dict[str, datetime]:
        """The timers that must exist now: kind and the instant (UTC) at which each is due.

        They depend on the policy, the request and the zone alone, never on the account's services
        nor on `now`.
        """
        state = self.request.state
        if state is State.AWAITING_CUSTOMER:
            return self._find_asking_timers()
        if state is State.SCHEDULED:
            return {"execute": self.effective_at}
        if state is not State.IN_GRACE or self.closes_at is None:
            return {}
        if self.request.final_notice_accepted_at is None:
            return {"final_notice": self.final_notice_at}
        return {"close": self.closes_at}

    def _find_asking_timers(self) -> dict[str, datetime]:
        """One reminder at a time, and the drop once all were accepted for delivery (G12, G14)."""
        if self.request.asked_at is None or self.request.ask_paused:
            return {}
        if None in self.accepted:
            number = self.accepted.index(None)
            return {f"reminder_{number + 1}": self.reminders[number].due_at}
        return {"drop": self.drop_at}

    # -- the date -----------------------------------------------------------------------------
    @cached_property
    def notice_on(self) -> date:
        """The day from which notice counts; it does not count itself (R4, R5)."""
        if self.policy.notice_from == "confirmation":
            return local_date(self.request.confirmed_at or self.now, self.zone)
        return self.received_on

    @cached_property
    def lawful_on(self) -> date:
        """When the notice is over, or the earlier day that was granted for this request alone."""
        return min(self.notice_over_on, self.request.agreed_on or self.notice_over_on)

    @cached_property
    def notice_over_on(self) -> date:
        return self.notice_on + timedelta(days=self.policy.notice_days)

    @cached_property
    def earliest_on(self) -> date:
        """The earliest date that can still be had: lawful, and not in the past (R3)."""
        return max(self.lawful_on, self.today)

    @cached_property
    def latest_on(self) -> date:
        on = self.received_on
        return max(clamp_day(on.year + LONGEST_WISH_YEARS, on.month, on.day), self.earliest_on)

    @cached_property
    def effective_on(self) -> date:
        """The promised date, or else the wished one as far as it is lawful (R3)."""
        if self.request.effective_on is not None:
            return self.request.effective_on
        if self.request.executed_at is not None:
            return local_date(self.request.executed_at, self.zone)
        if self.request.wished_on is None or self.policy.is_immediate:
            return self.earliest_on
        return min(max(self.request.wished_on, self.earliest_on), self.latest_on)

    @cached_property
    def clamp_reason(self) -> str:
        """Why the wished date is not the one that is planned; empty when it is (R3)."""
        wished, on = self.request.wished_on, self.effective_on
        if wished is None or self.request.effective_on or wished == on:
            return ""
        names = phrase("{on} instead of {wished}", on=on, wished=wished)
        if self.policy.is_immediate:
            why = phrase("under this policy services end as soon as it is confirmed")
        elif wished > on:
            years = LONGEST_WISH_YEARS
            why = phrase("no date later than {years} years ahead is promised", years=years)
        elif on > self.lawful_on:
            why = phrase("the notice is over, and the date cannot lie in the past")
        else:
            why = self.notice_reason
        return phrase("{names}: {why}.", names=names, why=why)

    @property
    def notice_reason(self) -> Phrase:
        days, on = self.policy.notice_days, self.notice_on
        if self.lawful_on < self.notice_over_on:
            return phrase("the end from {on} on was agreed for this request", on=self.lawful_on)
        if self.policy.notice_from == "confirmation":
            return phrase(
                "{days:day|days} of notice from the confirmation on {on}", days=days, on=on
            )
        return phrase("{days:day|days} of notice from the call on {on}", days=days, on=on)

    @cached_property
    def effective_at(self) -> datetime:
        """The policy's time of day on that date, but never before the confirmation.

        Without notice it is the confirmation itself (R39).
        """
        confirmed_at = self.request.confirmed_at or self.now
        if self.policy.is_immediate and self.effective_on <= local_date(confirmed_at, self.zone):
            return confirmed_at
        return max(at_local(self.effective_on, self.policy.execute_time, self.zone), confirmed_at)

    @cached_property
    def executed_at(self) -> datetime:
        """The actual end of the services, or when it is to be expected."""
        return self.request.executed_at or max(self.effective_at, self.now)

    # -- grace and the end --------------------------------------------------------------------
    @cached_property
    def grace_last_on(self) -> date:
        """The last day to come back, counted from the actual execution (R21)."""
        if self.request.grace_ends_at and self.request.executed_at:
            return local_date(self.request.grace_ends_at - timedelta(microseconds=1), self.zone)
        return local_date(self.executed_at, self.zone) + timedelta(days=self.policy.grace_days)

    @cached_property
    def restorable_until(self) -> datetime:
        if self.request.grace_ends_at and self.request.executed_at:
            return self.request.grace_ends_at
        return end_of_day(self.grace_last_on, self.zone)

    @cached_property
    def final_notice_at(self) -> datetime:
        """In the morning of the last day; of the day before when the window shuts earlier."""
        due = at_local(self.grace_last_on, self.policy.final_notice_time, self.zone)
        if due >= self.restorable_until:
            day_before = self.grace_last_on - timedelta(days=1)
            due = at_local(day_before, self.policy.final_notice_time, self.zone)
        return max(due, self.executed_at)

    @cached_property
    def closes_at(self) -> datetime | None:
        """The end of the window, but never before the final notice was accepted (R27).

        When that notice was late, the customer keeps the rest of its day.
        """
        if self.policy.closes == "after_final_bill":
            return None
        if not self.policy.is_reversible:
            return self.executed_at
        told = self.request.final_notice_accepted_at or max(self.final_notice_at, self.now)
        if told < self.restorable_until:
            return self.restorable_until
        return end_of_day(local_date(told, self.zone), self.zone)

    @cached_property
    def final_bill_on(self) -> date:
        """The first day after the billing month in which the services ended (R49)."""
        ended_on = local_date(self.executed_at, self.zone)
        return billing_month(ended_on, self.account.billing_anchor)[1] + timedelta(days=1)

    @cached_property
    def final_bill_at(self) -> datetime:
        return at_local(self.final_bill_on, MIDNIGHT, self.zone)
