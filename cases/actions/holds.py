"""What a timer looks at again under the lock, before it does what cannot be undone (G7, G11, G12).

Mail that came in time and is not read yet, a pause, an open to-do or a changed plan hold it. What
is the same for many cases is asked once for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from accounts.models import Contact
from cases.actions import fuse
from cases.actions.base import Change
from cases.models import Case, Timer
from cases.models.planning import plan_case_timers
from cases.models.timer import DESTRUCTIVE
from notifications import inbound as mail_in
from notifications.models import Switch
from notifications.models.switch import DESTRUCTION

LOOK_AGAIN = timedelta(minutes=5)


class Outlook:
    """What speaks against anything that cannot be undone, for all of these locked cases."""

    def __init__(self, cases: Sequence[Case], *, deadline: datetime, now: datetime) -> None:
        """No timer to be looked at has a later `deadline`; both are UTC."""
        self._cases, self._deadline, self._now = cases, deadline, now

    @cached_property
    def is_paused(self) -> bool:
        return Switch.is_paused(DESTRUCTION)

    @cached_property
    def _left(self) -> int | None:
        """How many a supervisor still lets through; None where nobody set a number."""
        return fuse.lock_allowance(now=self._now)

    def may_spend(self, change: Change, timer: Timer) -> bool:
        """Take one from what a supervisor let through, where they set a number (G13)."""
        if self._left is None:
            return True
        if self._left == 0:
            return False
        self._left -= 1
        change.work.together(fuse.spend_allowance, timer.pk)
        return True

    @cached_property
    def outside(self) -> mail_in.Outside:
        return mail_in.look_outside(now=self._now)

    @cached_property
    def _is_all_read(self) -> bool:
        """No mail that came by the last deadline is unread for any of the cases: the usual thing,
        and then none of them is asked about alone."""
        if not mail_in.has_doubtful_before(instant=self._deadline):
            return True
        customers = {case.customer_id for case in self._cases}
        emails = Contact.objects.filter(customer__in=customers, removed_at=None)
        return not mail_in.find_unprocessed_before(
            thread_ids=[case.thread_id for case in self._cases],
            instant=self._deadline,
            emails=emails.values_list("email", flat=True),
        ).exists()

    def has_unread_mail(self, case: Case, deadline: datetime) -> bool:
        return not self._is_all_read and has_unread_mail(case, deadline)


def find_hold(change: Change, timer: Timer, outlook: Outlook) -> str:
    """Why a timer must not fire now; empty when nothing speaks against it."""
    case = change.case
    if plan_case_timers(case, now=change.now).get(timer.kind) != timer.due_at:
        return "the plan changed"
    if timer.kind not in DESTRUCTIVE:
        return ""
    if outlook.is_paused:
        return fuse.PAUSED
    risk = outlook.outside.find_risk(timer.due_at)
    if risk and risk.late:
        timer.mail_counts_until = change.now + LOOK_AGAIN
    if outlook.has_unread_mail(case, timer.deadline):
        return "mail that came in time has not been read yet"
    if risk:
        return risk.words
    asked = (t for t in case.find_open_todos() if t.holds)
    todo = next((t for t in asked if t.hold_until is None or t.hold_until >= change.now), None)
    if todo:
        return f"a person is asked: {todo.reason}"
    return "" if outlook.may_spend(change, timer) else "so many were let through, and no more"


def has_unread_mail(case: Case, instant: datetime) -> bool:
    """Did a mail come in time that may be about this case and that nobody has understood yet?

    What an address on file wrote before the case began is about something else.
    """
    emails = case.customer.contacts.filter(removed_at=None).values_list("email", flat=True)
    unread = mail_in.find_unprocessed_before(
        thread_ids=[case.thread_id], instant=instant, emails=emails
    )
    return unread.filter(received_at__gte=case.received_at).exists()


def hold_timer(change: Change, timer: Timer, because: str) -> None:
    """Look again later; the history tells it once per reason."""
    if timer.held_because != because[:200]:
        what = timer.kind.replace("_", " ").capitalize()
        change.record("timer_held", f"{what} waits: {because.rstrip('.')}.")
    change.work.together(
        note_held,
        timer.pk,
        because=because[:200],
        check_at=change.now + LOOK_AGAIN,
        until=timer.mail_counts_until,
    )


def note_held(
    ids: Collection[int], *, because: str, check_at: datetime, until: datetime | None
) -> None:
    held = Timer.objects.filter(pk__among=ids)
    held.update(held_because=because, check_at=check_at, mail_counts_until=until)
