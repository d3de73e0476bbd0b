"""On the phone: open a case, join a second call to it, verify the caller, note the consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts.models import Contact, Customer, Item
from cases.actions.base import ActionError, Actor, Change, NotPossible, change_case, check_actor
from cases.actions.callers import Consent, is_verified
from cases.actions.timers import plan_timers
from cases.domain.numbers import make_number
from cases.domain.states import OPEN, State
from cases.domain.trust import Deed
from cases.domain.words import count_of
from cases.models import Case, CaseItem, Policy, Question
from notifications.models import Thread


class NotCovered(ActionError):
    """The policy does not cover a product; the message says where to go instead (R1)."""

    def __init__(self, item: Item, *, where: str = "") -> None:
        self.why = "elsewhere" if where else "nowhere"
        self.facts = {"item": str(item), "where": where}
        said = f"is not cancelled here: {where}" if where else "is not covered by this policy."
        super().__init__(f"{item} ({item.product}) {said}")


class AlreadyOpen(ActionError):
    """A service is in another open case: the call joins that one (R55)."""

    def __init__(self, case: Case) -> None:
        self.case = case
        super().__init__(
            f"Case {case.number} already covers one of these services. Join this call to it."
        )


def open_case(
    *,
    customer: Customer,
    policy: Policy,
    item_ids: Sequence[int],
    actor: Actor,
    now: datetime,
    received_at: datetime | None = None,
    contact: Contact | None = None,
    caller_name: str = "",
    caller_phone: str = "",
    checks: Sequence[str] = (),
    wished_on: date | None = None,
    reason: str = "",
    questions: Sequence[dict[str, Any]] = (),
    consent: Consent | None = None,
) -> Case:
    """Open a case for these services and give it its number (R6, R7).

    The number is committed before anybody sees it. Raises `NotCovered`, `AlreadyOpen`,
    `NotPossible` (nothing chosen, services not active, no policy published).
    """
    from cases.actions.assignment import find_owner

    assert actor.user or actor.contact, "a case is opened by a person"
    consent = consent or Consent()
    version = policy.current()
    if version is None:
        raise NotPossible("This policy has no published version yet.")
    items = read_items(customer, item_ids)
    check_covered(version.rules, items)
    if policy.brand_id != customer.brand_id:
        raise NotPossible("This policy belongs to another brand.")
    if contact is not None and contact.customer_id != customer.pk:
        raise NotPossible("This contact belongs to another customer.")
    try:
        with transaction.atomic():
            case = Case.objects.create(
                number=next_number(),
                brand=customer.brand,
                customer=customer,
                contact=contact,
                caller_name=caller_name or (contact.name if contact else ""),
                caller_phone=caller_phone,
                owner=actor.user,
                opened_by=actor.user,
                channel="phone" if actor.user else "page",
                policy_version=version,
                thread=Thread.objects.create(created_at=now),
                state_since=now,
                received_at=received_at or now,
                notice_started_at=received_at or now,
                wished_on=wished_on,
                whole_account=covers_whole_account(customer, items),
                reason=reason,
                checks=list(checks),
                verified_at=now if is_verified(contact, checks) else None,
                read_out_at=consent.read_out_at,
                agreed_at=consent.agreed_at,
            )
            CaseItem.objects.bulk_create(CaseItem(case=case, item=item) for item in items)
            add_questions(case=case, questions=questions, now=now)
            check_actor(actor, deed="case.open", trusted=Deed.OPEN_CASE, case=case)
            change = Change(case=case, actor=actor, now=now)
            record_opening(change, items, said=consent.said)
            if actor.contact:  # on their own page they go on by themselves (R32)
                change.move(case.hand_over)
                case.turn = case.find_turn()
                find_owner(change)
            plan_timers(case=case, now=now)
            case.save()
            return case
    except IntegrityError as error:
        open_case_of = find_open_case([i.pk for i in items])
        if open_case_of is None:
            raise
        raise AlreadyOpen(open_case_of) from error


def next_number() -> str:
    """The next case number: from a sequence, so that none is ever given twice (R7)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('case_serial')")
        return make_number(cursor.fetchone()[0])


def read_items(customer: Customer, item_ids: Sequence[int]) -> list[Item]:
    """The chosen services, all of this customer and all still active."""
    items = list(Item.objects.filter(customer=customer, pk__in=item_ids).order_by("pk"))
    if not items or len(items) != len(set(item_ids)):
        raise NotPossible("Choose at least one service of this customer.")
    gone = [i for i in items if i.status != "active"]
    if gone:
        raise NotPossible(f"{gone[0]} is not active any more, so there is nothing to cancel.")
    return items


def check_covered(rules: Any, items: Sequence[Item]) -> None:
    """Raise `NotCovered` for a product that the policy excludes or does not list (R1)."""
    excluded = {e.product: e.where_to_go for e in rules.exclusions}
    for item in items:
        if item.product in excluded:
            raise NotCovered(item, where=excluded[item.product])
        if rules.covers and item.product not in rules.covers:
            raise NotCovered(item)


def covers_whole_account(customer: Customer, items: Sequence[Item]) -> bool:
    chosen = {i.pk for i in items}
    return not customer.items.filter(status="active").exclude(pk__in=chosen).exists()


def find_open_case(item_ids: Sequence[int]) -> Case | None:
    """The open case that already holds one of these services."""
    held = CaseItem.objects.filter(item_id__in=item_ids, holds_item=True).select_related("case")
    first = held.order_by("case__received_at").first()
    return first.case if first else None


def add_questions(
    *, case: Case, questions: Sequence[dict[str, Any]], now: datetime
) -> list[Question]:
    """Add questions to the case and return the new ones; what is asked already stays as it is.

    Other words under a known key are another question, with a key of its own.
    """
    known = dict(case.questions.values_list("key", "text"))
    new = []
    for question in questions:
        key = question["key"]
        if known.get(key) == question["text"]:
            continue
        if key in known:
            key = f"{key}-{len(known) + 1}"
        known[key] = question["text"]
        new.append(Question(case=case, created_at=now, **{**question, "key": key}))
    return Question.objects.bulk_create(new)


def record_opening(change: Change, items: Sequence[Item], *, said: Sequence[str]) -> None:
    case = change.case
    scope = "the whole account" if case.whole_account else count_of(len(items), "service")
    did = f"took the call of {case.caller_name or 'the customer'}"
    if change.actor.contact:
        did = "opened this case on their page"
    change.record(
        "opened",
        f"{change.actor.name} {did}: {scope}.",
        items=[i.pk for i in items],
        wished_on=case.wished_on.isoformat() if case.wished_on else None,
        reason=case.reason,
        checks=case.checks,
        phone=case.caller_phone,
    )
    if case.read_out_at:
        change.record(
            "read_out",
            "Dates, fee and bill were read to the caller.",
            said=list(said),
            ticked_at=case.read_out_at.isoformat(),
        )
    if case.agreed_at:
        change.record(
            "agreed", "The caller agreed on the phone.", ticked_at=case.agreed_at.isoformat()
        )


def join_case(
    *,
    case_id: int,
    item_ids: Sequence[int],
    caller_name: str,
    actor: Actor,
    now: datetime,
    received_at: datetime | None = None,
    wished_on: date | None = None,
    reason: str = "",
    questions: Sequence[dict[str, Any]] = (),
) -> Case:
    """A second call about services in an open case joins it (R55).

    The earliest `received_at` stays. While nothing is confirmed more services, the newest wished
    date, a first reason and new questions are taken over; while we wait for answers, all open
    questions are asked afresh. Afterwards the call is noted, and another wished date goes to a
    person; further services or questions need a case of their own.
    """
    from cases.actions.contact import ask_afresh
    from cases.models.case import UNCONFIRMED

    with change_case(case_id=case_id, actor=actor, now=now, deed="case.open") as change:
        case = change.case
        if case.status not in OPEN:
            raise NotPossible(f"Case {case.number} is {case.status.label} already.")
        called_at = received_at or now
        if called_at < case.received_at:
            case.received_at = called_at
            case.notice_started_at = min(case.notice_started_at, called_at)
        held = set(case.items.values_list("item_id", flat=True))
        added = [i for i in item_ids if i not in held]
        if (added or questions) and case.status not in UNCONFIRMED:
            what = "services" if added else "questions"
            raise NotPossible(f"The case is confirmed: further {what} need a case of their own.")
        items = read_items(case.customer, added) if added else []
        check_covered(case.rules, items)
        try:
            with transaction.atomic():
                CaseItem.objects.bulk_create(CaseItem(case=case, item=i) for i in items)
        except IntegrityError as error:
            other = find_open_case(added)
            if other is None:
                raise
            raise AlreadyOpen(other) from error
        case.whole_account = covers_whole_account(
            case.customer, [i.item for i in case.items.select_related("item")]
        )
        case.reason = case.reason or reason
        change.record(
            "joined",
            f"{caller_name or 'Somebody'} called again; {count_of(len(items), 'service')} added.",
            items=[i.pk for i in items],
            wished_on=wished_on.isoformat() if wished_on else None,
            reason=reason,
        )
        if case.status in UNCONFIRMED:
            case.wished_on = wished_on or case.wished_on
            new = add_questions(case=case, questions=questions, now=now)
            if new and case.status is State.AWAITING_CUSTOMER:
                ask_afresh(change)
        elif wished_on and wished_on != case.effective_on:
            ask_about_wish(change, wished_on)
        return case


def ask_about_wish(change: Change, wished_on: date) -> None:
    """A promised date is never moved silently: a person asks again or moves it (R3, R19)."""
    change.raise_todo(
        "reply_before_date",
        f"They called again and wish {wished_on:%A %d %B %Y}.",
        answers=["reschedule", "dismiss"],
        holds=False,
    )


def verify_caller(
    *,
    case_id: int,
    contact: Contact,
    checks: Sequence[str],
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Case:
    """Note who was verified and how: the only way to trust L3 for staff."""
    with change_case(
        case_id=case_id, actor=actor, now=now, deed="case.edit", version=version
    ) as change:
        case = change.case
        if contact.customer_id != case.customer_id or contact.removed_at is not None:
            raise NotPossible("This contact does not belong to the customer.")
        if not contact.may_cancel:
            raise NotPossible(f"{contact.name} may not cancel for this customer.")
        if not is_verified(contact, checks):
            needed = count_of(case.brand.checks_needed, "check")
            raise NotPossible(f"Say how the caller was verified: tick at least {needed}.")
        case.contact, case.checks, case.verified_at = contact, list(checks), now
        change.record(
            "verified", f"{contact.name} was verified: {', '.join(checks)}.", contact=contact.pk
        )
        return case
