"""What a customer sees of their case and of their account, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.addresses import mask_email
from accounts.models import Customer, Item, Location, Port
from cases.domain.acknowledgement import phrase_of_loss
from cases.domain.blockers import BlockerNode, build_tree
from cases.domain.fees import Charge
from cases.domain.plan import DateOption, Plan
from cases.domain.states import OPEN, UNCONFIRMED, State
from cases.models import Case, CaseItem, Disposition, Event, Outcome, Question, Upload
from cases.models.item import PROVISIONING
from cases.models.planning import plan_case, read_account
from cases.models.preview import read_preview

# What the history tells the customer, in their own words; everything else is the desk's.
TOLD = frozenset({
    "opened", "asked", "answered", "file_handed_in", "code_right", "disposition_set",
    "loss_accepted", "protection_off", "item_termination", "end_acknowledged", "confirmed",
    "rescheduled", "withdrawn", "asked_to_stay", "asked_for_date", "restore_asked", "restored",
    "restoring", "executed", "item_deactivated", "item_ended", "final_bill_issued",
    "final_bill_paid", "closed", "dropped", "reopened",
})  # fmt: skip
MOST_TOLD = 30
CAN_STAY = (*UNCONFIRMED, State.SCHEDULED)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One service of the case on the page: what it is, how it stands, what is under way."""

    case_item: CaseItem
    item: Item
    porting: bool
    told: str  # a key of the catalogue: active, ending, ended, kept …

    @property
    def phrase(self) -> str:
        """What is typed to accept that this number may be lost (R35)."""
        number = self.item.identifier or self.item.label
        return phrase_of_loss([number], self.case_item.case.customer.locale)

    @property
    def is_number(self) -> bool:
        return bool(self.item.kind == "number")

    @property
    def can_end(self) -> bool:
        return self.told == "active" and not self.item.protected


@dataclass(frozen=True, kw_only=True)
class CustomerPage:
    """One case as its customer sees it."""

    case: Case
    plan: Plan
    phrase: str
    digest: str
    tree: tuple[BlockerNode, ...]
    rows: list[Row]
    questions: list[Question]
    uploads: list[Upload]
    told: list[Event]
    one_by_one: bool
    itself: bool
    options: tuple[DateOption, ...]
    code_waits: bool

    @property
    def dispositions(self) -> list[str]:
        return list(Disposition.values)

    @property
    def masked_email(self) -> str:
        return mask_email(self.case.contact.email if self.case.contact else "")

    @property
    def city(self) -> str:
        return self.case.zone.rpartition("/")[2].replace("_", " ")

    @property
    def needs_code(self) -> bool:
        """Can anything be decided here that needs a code?"""
        return self.can_confirm or self.can_stay or self.can_return

    @property
    def is_stuck(self) -> bool:
        """Nothing is left for the customer to do, and something is still in the way (R51)."""
        hard = [b for b in self.plan.blockers if b.is_hard and b.stage == "confirm"]
        done = not any(b.who == "customer" for b in hard)
        return bool(hard) and done and not self.moves

    @property
    def gone(self) -> int:
        return sum(row.told == "ended" for row in self.active_kinds)

    @property
    def credit(self) -> Decimal:
        return -self.balance

    @property
    def numbers(self) -> list[Row]:
        return [row for row in self.rows if row.is_number and row.told == "active"]

    @property
    def porting(self) -> list[Row]:
        return [r for r in self.numbers if r.porting and not r.case_item.loss_accepted]

    @property
    def open_questions(self) -> list[Question]:
        return [q for q in self.questions if q.is_open] if self.case.is_open else []

    @property
    def moves(self) -> bool:
        """Is something under way that is worth following?"""
        return self.case.status in (State.EXECUTING, State.RESTORING) or any(
            row.told in ("ending", "returning") for row in self.rows
        )

    @property
    def is_free(self) -> bool:
        """Nothing hard stands before the confirmation."""
        return not any(b.is_hard and b.stage == "confirm" for b in self.plan.blockers)

    @property
    def can_confirm(self) -> bool:
        return self.itself and self.case.status in UNCONFIRMED

    @property
    def can_stay(self) -> bool:
        return self.case.status in CAN_STAY

    @property
    def can_move(self) -> bool:
        return self.case.status is State.SCHEDULED

    @property
    def can_return(self) -> bool:
        return self.case.status is State.IN_GRACE or (self.case.status is State.RESTORE_REQUESTED)

    @property
    def last_moment(self) -> datetime | None:
        """The last minute of grace: what is exclusive in the plan is inclusive to a reader."""
        ends_at = self.case.grace_ends_at
        return ends_at - timedelta(minutes=1) if ends_at else None

    @property
    def forfeited(self) -> Charge | None:
        return next((c for c in self.plan.charges if c.kind == "forfeited"), None)

    @property
    def balance(self) -> Decimal:
        return Decimal(self.case.customer.balance)

    @property
    def down(self) -> int:
        return sum(row.told == "ended" for row in self.rows)

    @property
    def active_kinds(self) -> list[Row]:
        """What is terminated one by one and still runs (R45)."""
        kinds = set(self.case.rules.terminate_first)
        return [row for row in self.rows if row.item.kind in kinds]


def read_customer_page(*, case: Case, now: datetime) -> CustomerPage:
    """The page of a case that the visit has loaded."""
    preview = read_preview(case, now=now)
    account = read_account(case.customer, case=case)
    items = list(case.items.all())
    porting = set(
        Port.objects.filter(item__customer=case.customer_id, status="pending").values_list(
            "item_id", flat=True
        )
    )
    return CustomerPage(
        case=case,
        plan=preview.plan,
        phrase=preview.phrase,
        digest=preview.digest,
        tree=build_tree(account, preview.plan.blockers),
        rows=[make_row(i, porting) for i in items],
        questions=list(case.questions.all()),
        uploads=list(case.uploads.all()),
        told=list(case.events.filter(kind__in=TOLD).order_by("-sequence")[:MOST_TOLD]),
        one_by_one=bool(case.rules.terminate_first),
        options=find_options(case, preview.plan, now=now),
        code_waits=case.portal_codes.filter(ended_at=None, expires_at__gt=now).exists(),
        itself=case.rules.channel == "self_service",
    )


def find_options(case: Case, plan: Plan, *, now: datetime) -> tuple[DateOption, ...]:
    """The dates that can be chosen instead of the promised one, each with its cost (R18, R19)."""
    if case.status is not State.SCHEDULED or case.effective_on is None:
        return plan.options
    return plan_case(case, now=now, wished_on=case.effective_on).options


def make_row(case_item: CaseItem, porting: set[int]) -> Row:
    return Row(
        case_item=case_item, item=case_item.item, porting=case_item.item_id in porting,
        told=tell(case_item),
    )  # fmt: skip


def tell(case_item: CaseItem) -> str:
    """How a service stands, in one of the words that the page knows."""
    outcome, status = case_item.outcome, case_item.item.status
    if outcome == Outcome.REACTIVATING:
        return "returning"
    if outcome in (*PROVISIONING, Outcome.STOPPED):
        return "ending"
    if status in ("ended", "ported"):
        return "ended"
    return "paused" if status == "suspended" else "active"


# -- the account -----------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Place:
    """What stands at one location, or at none; `case` is the open case that covers any of it."""

    location: Location | None
    items: list[Item]
    case: Case | None

    @property
    def monthly_price(self) -> Decimal:
        return sum((item.monthly_price for item in self.items), Decimal(0))

    @property
    def kinds(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for item in self.items:
            counts[item.kind] = counts.get(item.kind, 0) + 1
        return counts


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    customer: Customer
    places: list[Place]
    cases: list[Case]

    @property
    def has_places(self) -> bool:
        return any(place.location for place in self.places)

    @property
    def items(self) -> list[Item]:
        return [item for place in self.places for item in place.items]

    @property
    def open_cases(self) -> list[Case]:
        return [case for case in self.cases if case.status in OPEN]

    @property
    def ended_cases(self) -> list[Case]:
        return [case for case in self.cases if case.status not in OPEN][:10]


def read_account_page(customer: Customer) -> AccountPage:
    """Every location with what is active there, and the cases; four queries."""
    items = list(
        customer.items.filter(status="active").select_related("location").order_by("kind", "pk")
    )
    cases = list(customer.cases.order_by("-received_at"))
    held = {
        ci.item_id: ci.case_id
        for ci in CaseItem.objects.filter(item__customer=customer, holds_item=True)
    }
    by_pk = {case.pk: case for case in cases}
    places: dict[int, list[Item]] = {}
    for item in items:
        places.setdefault(item.location_id or 0, []).append(item)
    found = [make_place(group, held, by_pk) for group in places.values()]
    found.sort(key=lambda p: (p.location is None, p.location.name if p.location else ""))
    return AccountPage(customer=customer, places=found, cases=cases)


def make_place(items: list[Item], held: dict[int, int], cases: dict[int, Case]) -> Place:
    return Place(location=items[0].location, items=items, case=find_held(items, held, cases))


def find_held(items: Iterable[Item], held: dict[int, int], cases: dict[int, Any]) -> Case | None:
    return next((cases[held[i.pk]] for i in items if i.pk in held), None)
