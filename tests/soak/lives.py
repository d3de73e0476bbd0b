"""Customers and agents: what they do with one case, by chance, and what the model is told of it."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.soak.hands import Job, Outcome
from tests.soak.model import ENDED, POLICIES, Model

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
ZONES = (
    "America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo", "America/Sao_Paulo",
)  # fmt: skip
# How often in a hundred a policy is met.
POLICY_SHARES = {"8x8": 70, "sipstation": 18, "soracom": 12}


@dataclass(frozen=True, kw_only=True)
class Sleep:
    """Go on at the first moment that is not before `until`; `alert`: earlier if the case moves."""

    until: datetime
    alert: bool = False


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail of the customer's, as it is handed to the door at `at`."""

    meaning: str
    at: datetime
    copies: int = 1
    about: str = ""  # the envelope sender of the mail that a bounce is about

    @property
    def row(self) -> int:
        """The key of that mail."""
        return int(self.about.partition("@")[0].rpartition(".")[2])


Story = Generator[Job | Sleep | Letter, Any, None]


class Unexpected(Exception):
    """The desk refused what the rules allow, or allowed what they refuse."""


@dataclass(kw_only=True)
class Life:
    """One customer with one case, whose chance is a seed of its own."""

    number: int
    seed: int
    short: float = 40  # of a hundred callers end with the call or soon after it
    customer: int = 0  # the row's key
    facts: dict[str, Any] = field(default_factory=dict)
    mail_rows: dict[int, Any] = field(default_factory=dict)  # key of an Email → the model's mail
    return_paths: dict[int, str] = field(default_factory=dict)
    message_ids: dict[int, str] = field(default_factory=dict)
    is_mending: bool = False
    stale_refused: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed}:{self.number}")
        self.code = self.rng.choices(list(POLICY_SHARES), list(POLICY_SHARES.values()))[0]
        self.zone = self.rng.choice(ZONES)
        self.model = Model(policy=POLICIES[self.code], zone=self.zone)
        self.now = datetime.min

    @property
    def address(self) -> str:
        return f"c{self.number}@customers.example.com"

    @property
    def reply_to(self) -> str:
        return f"reply+{self.facts['token']}@reply.{self.code}.example.com"

    def chance(self, percent: float) -> bool:
        return self.rng.uniform(0, 100) < percent

    def later(self, least: float, most: float) -> datetime:
        """Some days from now, on the hour: whoever acts looks at the clock."""
        at = self.now + timedelta(days=self.rng.uniform(least, most))
        return at.replace(minute=0, second=0, microsecond=0) + HOUR

    def soon(self, least: float, most: float) -> datetime:
        """Some days from now, at any second."""
        at = self.now + timedelta(days=self.rng.uniform(least, most))
        return at.replace(microsecond=0)

    # -- steps of a story -------------------------------------------------------------------
    def do(self, name: str, **given: Any) -> Generator[Any, Any, None]:
        """One action; whatever refuses it is unexpected."""
        outcome: Outcome = yield Job(name=name, given=given, seen=self.facts.get("sequence", 0))
        if outcome.refused:
            raise Unexpected(f"{name} was refused: {outcome.refused}: {outcome.words}")
        self.facts |= outcome.facts

    def do_case(self, name: str, **given: Any) -> Generator[Any, Any, None]:
        yield from self.do(name, case=self.facts["case"], **given)

    def try_stale(self) -> Generator[Any, Any, None]:
        """An agent whose page is old: refused, and nothing is overwritten (R54)."""
        given = {"case": self.facts["case"], "version": self.facts["version"] - 1}
        outcome: Outcome = yield Job(name="withdraw", given=given, seen=self.facts["sequence"])
        if outcome.refused != "CaseChanged":
            raise Unexpected(f"a stale withdrawal was not refused: {outcome}")
        self.stale_refused += 1

    def wait(self, latest: datetime, *states: str) -> Generator[Any, Any, bool]:
        """Until the case stands there, or `latest`."""
        while self.model.state not in states and self.now < latest:
            yield Sleep(until=latest, alert=True)
        return self.model.state in states


def tell(life: Life) -> Story:
    return {"8x8": call, "sipstation": serve_oneself, "soracom": take_down}[life.code](life)


FAR = timedelta(days=800)


# -- by phone ---------------------------------------------------------------------------------
def call(life: Life) -> Story:
    yield from life.do("open", customer=life.customer)
    life.model.open(life.now)
    if life.chance(life.short):
        if life.chance(50):  # else they hang up, and nobody ever hears of them again
            yield Sleep(until=life.later(0.1, 3))
            yield from withdraw(life)
    elif life.chance(50):
        yield from life.do_case("ask")
        life.model.ask(life.now)
        yield from answer_or_not(life)
    else:
        yield from promise(life)


def withdraw(life: Life) -> Story:
    yield from life.do_case("withdraw")
    life.model.withdraw(life.now)


def answer_or_not(life: Life) -> Story:
    way = life.rng.choices(["silence", "answer", "last_second", "absence", "bounce"],
                           [45, 30, 12, 8, 5])[0]  # fmt: skip
    if way == "answer":
        yield Sleep(until=life.later(0.1, 13))
    elif way == "last_second":
        yield from wait_for_due(life, "drop")
    elif way == "absence":
        yield Letter(meaning="absence", at=life.soon(0.01, 6), copies=life.rng.choice((1, 1, 2)))
    elif way == "bounce":
        yield from bounce(life, "questions")
    if way in ("answer", "last_second") and life.model.state == "awaiting_customer":
        yield Letter(meaning="answer", at=choose_last_second(life, way), copies=choose_copies(life))
    yield from life.wait(life.now + FAR, "in_review", *ENDED)
    if life.model.state == "in_review":
        yield from review(life)
    elif life.model.state == "dropped" and life.chance(15):
        yield from come_late(life)


def choose_copies(life: Life) -> int:
    return life.rng.choice((1, 1, 1, 1, 2, 3))


def choose_last_second(life: Life, way: str) -> datetime:
    """At the deadline, a second to either side of it, or in the minute before it is acted upon."""
    due = life.model.due
    if way != "last_second" or due is None:
        return life.now + timedelta(seconds=life.rng.randrange(3600))
    return due.at + timedelta(seconds=life.rng.choice((-3600, -1, -1, 0, 0, 1, 30)))


def wait_for_due(life: Life, kind: str) -> Story:
    """Until this is what comes next, or the case is over; then until shortly before it."""
    while not (life.model.due and life.model.due.kind == kind) and life.model.state not in ENDED:
        yield Sleep(until=life.now + FAR, alert=True)
    if life.model.due and life.model.due.at - 2 * HOUR > life.now:
        yield Sleep(until=life.model.due.at - 2 * HOUR, alert=True)


def bounce(life: Life, purpose: str) -> Story:
    """It was accepted, and comes back some hours later."""
    mail = life.model.last(purpose)
    while mail.accepted_at is None and life.model.state not in ENDED:
        yield Sleep(until=life.now + 5 * DAY, alert=True)
    if mail.accepted_at is None:
        return  # what was refused cannot come back
    row = next((pk for pk, known in life.mail_rows.items() if known is mail), None)
    if row is not None:
        at = life.soon(0.02, 1)
        way = life.rng.choice(("bounce", "webhook"))
        yield Letter(meaning=way, at=at, copies=2, about=life.return_paths[row])


def come_late(life: Life) -> Story:
    """R15: an answer after the drop goes to an agent, who reads it and may reopen."""
    letter = Letter(meaning="answer", at=life.soon(0.1, 20))
    yield letter
    yield Sleep(until=letter.at + HOUR)
    yield Sleep(until=life.later(0.1, 3))
    if life.chance(50):
        yield from life.do_case("reopen")
        life.model.reopen(life.now)
        yield from review(life)


def review(life: Life) -> Story:
    yield Sleep(until=life.later(0.1, 3))
    yield from life.do_case("answer")
    if life.chance(6):
        yield from life.try_stale()
    if life.chance(35):
        yield from withdraw(life)
    else:
        yield from promise(life)


def promise(life: Life) -> Story:
    wished_on = None
    if life.chance(30):
        wished_on = life.model.find_day(life.now, life.rng.randint(5, 80))
    yield from life.do_case("confirm", wished_on=wished_on)
    life.model.confirm(life.now, wished_on)
    if life.chance(4):
        yield from life.try_stale()
    yield from change_mind(life)
    if life.model.state not in ENDED:
        yield from life.wait(life.now + FAR, "in_grace", *ENDED)
        yield from live_in_grace(life)


def change_mind(life: Life) -> Story:
    """Before the date (R22): they stay, move it, or write something."""
    way = life.rng.choices(["nothing", "withdraw", "move", "thanks", "stay", "stranger", "bounce",
                            "provider"], [44, 30, 7, 5, 5, 3, 2, 4])[0]  # fmt: skip
    if way in ("withdraw", "move"):
        yield Sleep(until=life.later(0.5, 15))
    if way == "withdraw" and life.model.state == "scheduled":
        yield from withdraw(life)
    elif way == "move" and life.model.state == "scheduled":
        yield from move(life)
    elif way == "provider":
        yield from fail_at_provider(life)
    elif way in ("thanks", "stay", "stranger") and (at := choose_before_date(life)):
        yield Letter(meaning=way, at=at, copies=choose_copies(life))
        yield from clear_up(life)
    elif way == "bounce":
        yield from bounce(life, "confirmation")


def choose_before_date(life: Life) -> datetime | None:
    """Some second before the promised date; None where that is tomorrow."""
    due = life.model.due
    days = (due.at - 3 * HOUR - life.now) / DAY if due and due.kind == "execute" else 0
    return life.soon(0.1, days) if days > 1 else None


def move(life: Life) -> Story:
    assert life.model.effective_on is not None
    on = life.model.effective_on + timedelta(days=life.rng.randint(1, 20))
    yield from life.do_case("reschedule", wished_on=on)
    life.model.reschedule(life.now, on)


def clear_up(life: Life) -> Story:
    """A person looks at what a letter asked, some days later; until then it may hold the date."""
    yield Sleep(until=life.later(0.5, 33))
    for kind in ("reply_before_date", "unverified_sender", "restore_unclear"):
        if kind in life.model.holds:
            yield from life.do_case("dismiss", kind=kind)
            life.model.settle_todo(kind, life.now)


def fail_at_provider(life: Life) -> Story:
    """R56: nothing is announced and no grace begins until every service is down."""
    yield from life.do("break_provider", customer=life.customer, fails=True)
    life.model.provider_fails = True
    yield from life.wait(life.now + FAR, "executing", *ENDED)
    yield Sleep(until=life.later(0.2, 4))
    yield from life.do("break_provider", customer=life.customer, fails=False)
    if life.model.state == "executing":
        yield from life.do_case("retry")
    life.model.provider_fails = False


def live_in_grace(life: Life) -> Story:
    if life.model.state != "in_grace":
        return
    way = life.rng.choices(["nothing", "restore", "last_second", "unclear", "thanks", "agent",
                            "bounce"], [45, 18, 12, 9, 4, 8, 4])[0]  # fmt: skip
    if way == "agent":
        yield Sleep(until=life.later(1, 25))
        if life.model.state == "in_grace":
            yield from life.do_case("restore")
            life.model.restore(life.now, life.now)
    elif way == "last_second":
        yield from wait_for_due(life, "close")
        if life.model.state == "in_grace":
            yield Letter(meaning="restore", at=choose_last_second(life, way))
    elif way == "bounce":
        yield from wait_for_mail(life, "final_notice")
        if life.model.state == "in_grace":
            yield from bounce(life, "final_notice")
    elif way != "nothing":
        yield Letter(meaning=way, at=life.soon(0.1, 29), copies=choose_copies(life))
        if way == "unclear":
            yield from decide(life)
    yield from life.wait(life.now + FAR, *ENDED)
    if life.chance(10):
        yield Letter(meaning=life.rng.choice(("restore", "thanks")), at=life.soon(0.1, 30))


def wait_for_mail(life: Life, purpose: str) -> Story:
    while not any(m.purpose == purpose for m in life.model.mails) and (
        life.model.state not in ENDED
    ):
        yield Sleep(until=life.now + FAR, alert=True)


def decide(life: Life) -> Story:
    """What was unclear is decided by a person; until then nothing is purged (R23)."""
    yield Sleep(until=life.later(0.5, 35))
    if "restore_unclear" not in life.model.holds:
        return
    if life.chance(40) and life.model.state == "in_grace":
        asked_at = life.facts["read_at"]
        yield from life.do_case("restore")
        life.model.restore(life.now, asked_at)
    else:
        yield from life.do_case("dismiss", kind="restore_unclear")
        life.model.settle_todo("restore_unclear", life.now)


# -- on the customer's own page -----------------------------------------------------------------
def serve_oneself(life: Life) -> Story:
    if life.chance(50):  # they called; they are sent the link (R32)
        yield from life.do("open", customer=life.customer)
        life.model.open(life.now)
        yield from life.do_case("send_link")
        life.model.ask(life.now, "page")
    else:
        yield from life.do("open_page", customer=life.customer)
        life.model.open_page(life.now)
    if life.chance(35):
        return  # they never come back
    yield Sleep(until=life.later(0.05, 10))
    if life.model.state == "awaiting_customer":
        yield from confirm_page(life)
        yield from life.wait(life.now + FAR, "closed")
        if life.chance(15):
            yield Letter(meaning="restore", at=life.soon(0.1, 30))


def confirm_page(life: Life) -> Story:
    yield from life.do_case("confirm_page")
    life.model.confirm(life.now)


def take_down(life: Life) -> Story:
    """R45, R48, R50: what hangs on the account first, then the account, then the last bill."""
    yield from life.do("open_page", customer=life.customer)
    life.model.open_page(life.now)
    if life.chance(20):
        return
    yield Sleep(until=life.later(0.05, 2))
    yield from life.do_case("terminate")
    yield Sleep(until=life.later(0.05, 2))
    yield from confirm_page(life)
    yield from life.wait(life.now + FAR, "awaiting_final_bill")
    yield Sleep(until=life.later(20, 40))
    yield from life.do_case("pay")
    life.model.pay(life.now)


# -- what is done about lost mail ---------------------------------------------------------------
def mend(life: Life) -> Story:
    """A person sends again what did not arrive (R12)."""
    yield Sleep(until=life.later(0.1, 2))
    life.is_mending = False
    if "mail_undeliverable" not in life.model.holds:
        return
    model = life.model
    afresh = model.state == "awaiting_customer" and model.is_paused
    purpose = "page" if life.code != "8x8" else "questions"
    yield from life.do_case("send_again")
    if afresh:
        model.ask_again(life.now, purpose)
    else:
        model.send_again(life.now)
