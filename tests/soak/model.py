"""What RULES.md says must become of a case: pure Python that knows nothing of the desk's code.

`Model` is told what customers, agents, the mail server and providers did, each with its instant
(UTC), and says what follows: states, timers, mails. It keeps no queue and no rows; it computes
the one thing that is due next, afresh, from the facts. `sweep` is told when the desk looked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
LAST_MORNING = time(9)
SETTLE = timedelta(seconds=60)  # a door may still be committing what came in the last second
LOOK_AGAIN = timedelta(minutes=5)  # what is held is looked at so often
UNVERIFIED = timedelta(days=3)  # for so long past the deadline may a stranger's mail hold it
IRREVERSIBLE = frozenset({"drop", "execute", "close"})
ASKING = frozenset({"questions", "page", "reminder", "page_reminder"})
ENDED = frozenset({"dropped", "closed", "withdrawn", "restored"})


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The lines of the table in RULES.md that decide when something happens."""

    notice_days: int
    grace_days: int
    ends: str  # after_grace, at_once, after_final_bill
    reminder_days: tuple[int, ...] = (3, 7)
    drop_days: int = 14


POLICIES = {
    "8x8": Policy(notice_days=30, grace_days=30, ends="after_grace"),
    "sipstation": Policy(notice_days=0, grace_days=0, ends="at_once"),
    "soracom": Policy(notice_days=0, grace_days=0, ends="after_final_bill"),
}


@dataclass(kw_only=True)
class Mail:
    """One email that has to be written. `fate`: waiting, sent, failed, stopped or unknown."""

    purpose: str
    at: datetime
    fate: str = "waiting"
    accepted_at: datetime | None = None


@dataclass(kw_only=True)
class Due:
    """What is due next by itself; `look_at` is when the desk may do it at the earliest."""

    kind: str
    at: datetime
    look_at: datetime


@dataclass(kw_only=True)
class Model:
    """One case. Every method is something that happened, at `at`."""

    policy: Policy
    zone: str
    state: str = ""
    path: list[tuple[str, datetime]] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    fired: list[tuple[str, datetime, datetime]] = field(default_factory=list)  # kind, due, done
    due: Due | None = None
    holds: dict[str, datetime | None] = field(default_factory=dict)  # open to-dos, and until when
    asked_at: datetime | None = None
    reminded: list[datetime] = field(default_factory=list)
    is_paused: bool = False
    notice_from: datetime | None = None
    confirmed_at: datetime | None = None
    effective_on: date | None = None
    provider_fails: bool = False
    executed_at: datetime | None = None
    grace_ends_at: datetime | None = None
    noticed_at: datetime | None = None  # the final notice was accepted
    restore_asked_at: datetime | None = None
    lost: list[Mail] = field(default_factory=list)

    @property
    def stand(self) -> object:
        """Changes whenever anything moves that a person could see."""
        due = self.due and (self.due.kind, self.due.at)
        return (
            len(self.path),
            len(self.mails),
            len(self.holds),
            due,
            self.mails and (self.mails[-1].accepted_at),
        )

    # -- what people do -----------------------------------------------------------------------
    def open(self, at: datetime) -> None:
        self.notice_from = at
        self.go("intake", at)

    def open_page(self, at: datetime) -> None:
        """R32: on their own page they go on by themselves; no clock runs, nobody waits for them."""
        self.notice_from = at
        self.go("awaiting_customer", at)

    def ask(self, at: datetime, purpose: str = "questions") -> None:
        """R8, R12: the drop clock runs from the acceptance of this mail, not from here."""
        self.begin_round()
        self.write(purpose, at)
        self.go("awaiting_customer", at)

    def ask_again(self, at: datetime, purpose: str = "questions") -> None:
        """What was lost is asked once more, and its clock begins afresh."""
        self.begin_round()
        self.write(purpose, at)
        self.settle_todo("mail_undeliverable", at)

    def send_again(self, at: datetime) -> None:
        """Any other lost mail, word for word."""
        self.write(self.lost[-1].purpose, at)
        self.settle_todo("mail_undeliverable", at)

    def begin_round(self) -> None:
        self.asked_at, self.reminded, self.is_paused = None, [], False

    def confirm(self, at: datetime, wished_on: date | None = None) -> None:
        """R3, R4, R5, R16: never before the notice is over, never in the past, and mailed."""
        assert self.notice_from is not None
        earliest = max(self.find_day(self.notice_from, self.policy.notice_days), self.find_day(at))
        self.confirmed_at = at
        self.effective_on = max(wished_on or earliest, earliest)
        self.go("scheduled", at)
        self.write("confirmation", at)
        if self.policy.notice_days == 0:  # R39: by the customer, at once
            self.go("executing", at)
        self.replan(at)

    def reschedule(self, at: datetime, on: date) -> None:
        """R19: a new confirmation supersedes the one before."""
        self.stop("confirmation")
        self.effective_on = on
        self.go("scheduled", at)
        self.write("confirmation", at)
        self.holds.pop("reply_before_date", None)
        self.replan(at)
        self.release(at)

    def withdraw(self, at: datetime) -> None:
        """R22: they stay; nothing ends."""
        self.stop("questions", "reminder", "confirmation")
        self.holds.clear()
        self.go("withdrawn", at)
        self.write("withdrawn", at)

    def reopen(self, at: datetime) -> None:
        """R15: a new notice."""
        self.stop("dropped")
        self.notice_from = at
        self.go("in_review", at)

    def restore(self, at: datetime, asked_at: datetime) -> None:
        """R21, R25: in grace, by whoever may; what was cancelled comes back."""
        assert self.grace_ends_at is not None
        assert asked_at <= self.grace_ends_at
        self.stop("final_notice")
        if self.state == "in_grace":
            self.go("restore_requested", at)
        self.go("restoring", at)
        self.holds.pop("restore_unclear", None)

    def settle_todo(self, kind: str, at: datetime) -> None:
        """A person looked: what it held goes on."""
        self.holds.pop(kind, None)
        self.release(at)

    def pay(self, at: datetime) -> None:
        """R50: the final bill was issued and is paid."""
        self.go("closed", at)
        self.write("account_closed", at)

    # -- what the mail server and the mail say ------------------------------------------------
    def accept(self, mail: Mail, at: datetime) -> None:
        """A mail left. The same one accepted again replaces that: its first fate was unknown."""
        again = mail.accepted_at is not None
        mail.fate, mail.accepted_at = "sent", at
        if mail.purpose in ASKING and self.state == "awaiting_customer":
            self.note_asked(mail, at, again)
        elif mail.purpose == "final_notice":
            self.noticed_at = at
            if self.state == "in_grace" and self.grace_ends_at and at >= self.grace_ends_at:
                self.grace_ends_at = self.end_day(self.find_day(at))  # R27: the rest of that day
        self.replan(at)

    def note_asked(self, mail: Mail, at: datetime, again: bool) -> None:
        if mail.purpose in ("questions", "page"):
            if mail is not self.last("questions", "page"):
                return
            self.asked_at = at if again or self.asked_at is None else self.asked_at
        elif mail.at >= self.last("questions", "page").at:
            self.reminded = [*(self.reminded[:-1] if again else self.reminded), at]
        self.is_paused = False

    def lose(self, mail: Mail, at: datetime, fate: str) -> None:
        """R12, R27: refused, unknown or bounced: its clock stands still and a person is asked."""
        mail.fate = fate
        self.lost.append(mail)
        if mail.purpose in ASKING and self.state == "awaiting_customer":
            self.is_paused = True
        elif mail.purpose == "final_notice":
            self.noticed_at = None
        self.holds["mail_undeliverable"] = None
        self.replan(at)

    def read(self, meaning: str, *, received_at: datetime, at: datetime) -> None:
        """A letter that came at `received_at` (R14: that instant decides) is read at `at`."""
        if meaning in ("absence", "thanks") and self.state != "awaiting_customer":
            return  # R11, R23
        if meaning == "absence":
            return
        if meaning == "stranger":
            self.hold_for_stranger(at)
        elif self.state == "awaiting_customer":
            if not (self.due and self.due.kind == "drop" and received_at > self.due.at):
                self.stop("questions", "reminder", "page_reminder")
                self.is_paused = False
                self.go("in_review", at)
        elif self.state == "scheduled":
            self.holds["reply_before_date"] = None
        elif self.state == "in_grace" and self.grace_ends_at and received_at <= self.grace_ends_at:
            self.read_in_grace(meaning, received_at, at)
        elif self.state in ("closed", "in_grace", "withdrawn", "restored", "awaiting_final_bill"):
            self.answer_after_end(meaning, at)

    def read_in_grace(self, meaning: str, received_at: datetime, at: datetime) -> None:
        if meaning == "restore":
            self.restore(at, received_at)
        else:
            self.holds["restore_unclear"] = None

    def answer_after_end(self, meaning: str, at: datetime) -> None:
        """R22, R40: it revives nothing; a courteous answer, by how far there was a way back."""
        gone = self.policy.grace_days == 0 and self.executed_at is not None
        self.write("cannot_undo" if gone and meaning in ("restore", "stay") else "after_end", at)

    def hold_for_stranger(self, at: datetime) -> None:
        deadline = self.due.at if self.due and self.due.kind in IRREVERSIBLE else None
        self.holds["unverified_sender"] = (deadline or at) + UNVERIFIED

    def hold_for_mail(self, at: datetime) -> None:
        """The desk saw unread mail before it read it: it looks again in some minutes (G11)."""
        assert self.due is not None
        self.due.look_at = at + LOOK_AGAIN

    # -- what the desk does by itself ---------------------------------------------------------
    def sweep(self, at: datetime) -> bool:
        """The desk looks at `at`; says whether anything followed."""
        if self.state == "executing" and not self.provider_fails:
            self.execute(at)
            return True
        if self.state == "restoring":
            self.go("restored", at)
            self.write("restored", at)
            return True
        due = self.due
        if due is None or due.look_at > at:
            return False
        if due.kind in IRREVERSIBLE and self.is_held(at):
            due.look_at = at + LOOK_AGAIN
            return False
        self.due = None
        self.fired.append((due.kind, due.at, at))
        self.fire(due.kind, at)
        return True

    def is_held(self, at: datetime) -> bool:
        return any(until is None or until >= at for until in self.holds.values())

    @property
    def held_until(self) -> datetime | None:
        """When all that holds is over by itself; None when that takes a person."""
        ends = [until for until in self.holds.values() if until is not None]
        return max(ends) if ends and len(ends) == len(self.holds) else None

    def fire(self, kind: str, at: datetime) -> None:
        if kind.startswith("reminder"):
            asked = self.last("questions", "page").purpose
            self.write("reminder" if asked == "questions" else "page_reminder", at)
        elif kind == "drop":  # R9: announced; R10: nothing else
            self.go("dropped", at)
            self.write("dropped", at)
        elif kind == "execute":
            self.go("executing", at)
        elif kind == "final_notice":
            self.write("final_notice", at)
        elif kind == "close":
            self.go("closed", at)

    def execute(self, at: datetime) -> None:
        """R20, R56: every service is down; only now is it announced, and grace begins."""
        self.executed_at = at
        after = {"after_grace": "in_grace", "after_final_bill": "awaiting_final_bill"}
        if self.policy.ends == "after_grace":  # R21: the last day counts to its end
            self.grace_ends_at = self.end_day(self.find_day(at, self.policy.grace_days))
        self.go(after.get(self.policy.ends, "closed"), at)
        self.write("cancelled", at)

    def go(self, state: str, at: datetime) -> None:
        self.state = state
        self.path.append((state, at))
        self.replan(at)

    def replan(self, at: datetime) -> None:
        """What is due next follows from the facts; what stays as it was is not touched."""
        wanted = self.find_due()
        if wanted and any(wanted == one[:2] for one in self.fired):
            wanted = None  # done, and its mail is still on its way
        if wanted is None:
            self.due = None
        elif self.due is None or (self.due.kind, self.due.at) != wanted:
            kind, due_at = wanted
            look_at = due_at + SETTLE if kind in IRREVERSIBLE else due_at
            self.due = Due(kind=kind, at=due_at, look_at=look_at)

    def release(self, at: datetime) -> None:
        if self.due and self.due.look_at > self.due.at + SETTLE:
            least = self.due.at + SETTLE if self.due.kind in IRREVERSIBLE else self.due.at
            self.due.look_at = max(at, least)

    # -- what is due --------------------------------------------------------------------------
    def find_due(self) -> tuple[str, datetime] | None:
        if self.state == "awaiting_customer":
            return self.find_next_ask()
        if self.state == "scheduled":
            assert self.effective_on is not None
            assert self.confirmed_at is not None
            return "execute", max(self.find_instant(self.effective_on, MIDNIGHT), self.confirmed_at)
        if self.state == "in_grace":
            return self.find_end()
        return None

    def find_next_ask(self) -> tuple[str, datetime] | None:
        """R9: day 3, day 7, day 14; each keeps its distance to what was accepted late (G14)."""
        if self.asked_at is None or self.is_paused:
            return None
        days = [0, *self.policy.reminder_days, self.policy.drop_days]
        accepted = [self.asked_at, *self.reminded]
        step = min(len(accepted), len(days) - 1)
        due = max(
            self.add_days(self.asked_at, days[step]),
            self.add_days(accepted[step - 1], days[step] - days[step - 1]),
        )
        return (f"reminder_{step}" if step < len(days) - 1 else "drop"), due

    def find_end(self) -> tuple[str, datetime]:
        """R21, R27: notice in the morning of the last day; nothing goes before it was accepted."""
        assert self.grace_ends_at is not None
        last_on = self.find_day(self.grace_ends_at - timedelta(seconds=1))
        if self.noticed_at is None:
            assert self.executed_at is not None
            return "final_notice", max(self.find_instant(last_on, LAST_MORNING), self.executed_at)
        if self.noticed_at < self.grace_ends_at:
            return "close", self.grace_ends_at
        return "close", self.end_day(self.find_day(self.noticed_at))

    # -- mail ---------------------------------------------------------------------------------
    def write(self, purpose: str, at: datetime) -> Mail:
        self.mails.append(Mail(purpose=purpose, at=at))
        return self.mails[-1]

    def stop(self, *purposes: str) -> None:
        """What became pointless before it left is held back."""
        for mail in self.mails:
            if mail.purpose in purposes and mail.fate == "waiting":
                mail.fate = "stopped"

    def last(self, *purposes: str) -> Mail:
        return next(mail for mail in reversed(self.mails) if mail.purpose in purposes)

    # -- the customer's calendar --------------------------------------------------------------
    def find_day(self, at: datetime, later: int = 0) -> date:
        """R5: the calendar day where the customer lives, so many days later."""
        return at.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=later)

    def find_instant(self, on: date, clock: time) -> datetime:
        """When clocks there show that: a doubled hour is the second, a missing one moves (G25)."""
        wall = datetime.combine(on, clock, ZoneInfo(self.zone))
        return max(wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC))

    def end_day(self, on: date) -> datetime:
        return self.find_instant(on + timedelta(days=1), MIDNIGHT)

    def add_days(self, at: datetime, days: int) -> datetime:
        """The same time of day on their clocks, so many calendar days later."""
        if not days:
            return at
        local = at.astimezone(ZoneInfo(self.zone))
        return self.find_instant(local.date() + timedelta(days=days), local.time())
