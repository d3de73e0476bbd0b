"""What administrators ask about all that is kept of a customer: a copy, a hold, its end (G27)."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from accounts.models import Customer, Item, User
from accounts.roles import may
from accounts.scoping import brand_ids_of
from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.models import DataRequest, Timer
from cases.models.timer import LIVE

log = structlog.get_logger(__name__)

Kind = DataRequest.Kind


def note_copy(*, customer: Customer, reason: str, actor: Actor, now: datetime) -> DataRequest:
    """Keep on record that somebody takes a copy of all data away. Raises as `ask` does."""
    return ask(kind=Kind.COPY, customer=customer, reason=reason, actor=actor, now=now)


def place_hold(*, customer: Customer, reason: str, actor: Actor, now: datetime) -> DataRequest:
    """Keep everything for the law until the hold is lifted. Raises as `ask` does."""
    return ask(kind=Kind.HOLD, customer=customer, reason=reason, actor=actor, now=now)


def lift_hold(*, customer: Customer, actor: Actor, now: datetime) -> None:
    """What retention and erasure had to spare goes on. Raises NotAllowed and NotPossible."""
    user = check(customer, actor)
    held = DataRequest.objects.filter(customer=customer, kind=Kind.HOLD, ended_at=None)
    if not held.update(ended_at=now, ended_by=user):
        raise NotPossible("There is no hold on this customer.")
    log.info("hold_lifted", customer=customer.pk, by=user.pk)


def request_erasure(
    *, customer: Customer, reason: str, typed: str, actor: Actor, now: datetime
) -> DataRequest:
    """Have a worker erase everything personal. `typed` is the account number, as a safeguard.

    Raises as `ask` does, and NotPossible while services run, cases are open or a hold stands.
    """
    check(customer, actor)
    if typed.strip() != customer.account_number:
        raise NotPossible(f"Type the account number, {customer.account_number}, to confirm.")
    obstacles = find_obstacles(customer)
    if obstacles:
        raise NotPossible("Not yet: " + "; ".join(obstacles) + ".")
    return ask(kind=Kind.ERASURE, customer=customer, reason=reason, actor=actor, now=now)


def find_obstacles(customer: Customer) -> list[str]:
    """Why this customer cannot be erased now, in words; four small queries."""
    running = [Item.Status.ACTIVE, Item.Status.SUSPENDED]
    checks = {
        "a legal hold stands": DataRequest.objects.filter(
            customer=customer, kind=Kind.HOLD, ended_at=None
        ),
        "there are services that run or can come back": customer.items.filter(status__in=running),
        "a case is open": customer.cases.filter(ended_at=None),
        "a case has a date ahead": Timer.objects.filter(LIVE, case__customer=customer),
    }
    return [words for words, rows in checks.items() if rows.exists()]


def ask(*, kind: str, customer: Customer, reason: str, actor: Actor, now: datetime) -> DataRequest:
    """Write the request down. Raises NotAllowed, and NotPossible without a reason or twice."""
    user = check(customer, actor)
    if not reason.strip():
        raise NotPossible("Say why: it stays on record.")
    done = {"ended_at": now, "ended_by": user} if kind == Kind.COPY else {}
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                customer=customer, kind=kind, reason=reason.strip()[:300],
                asked_by=user, asked_at=now, **done,
            )  # fmt: skip
    except IntegrityError as error:
        raise NotPossible("This has been asked already.") from error
    log.info("data_request", kind=kind, customer=customer.pk, by=user.pk)
    return request


def check(customer: Customer, actor: Actor) -> User:
    """The member of staff who asks; NotAllowed for everybody else."""
    if actor.user is None or not may(actor.user, "data.manage"):
        raise NotAllowed("Only administrators ask for a copy, a hold or an erasure.")
    seen = brand_ids_of(actor.user)
    if seen is not None and customer.brand_id not in seen:
        raise NotAllowed("There is no such customer.")
    return actor.user
