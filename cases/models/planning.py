"""From rows to the domain's plan: the one place where models meet `cases.domain.plan`.

The same function serves the preview beside the intake, the case page, the emails and the timers,
so none of them can say something else than the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from accounts.models import Contract, Item, Port
from cases.domain import plan as domain
from cases.domain.dates import local_date
from cases.domain.policy import Policy
from cases.domain.states import State
from cases.models.item import ENDING
from cases.models.rows import read_rows

if TYPE_CHECKING:
    from accounts.models import Customer
    from cases.models.case import Case


def read_account(customer: Customer, *, case: Case | None = None) -> domain.Account:
    """The customer's inventory as the domain reads it; at most four queries whatever its size.

    With a case, the dispositions that it recorded for its numbers come along (R37): one more
    query where the case's items were not fetched yet.
    """
    own = list(case.items.all()) if case else []
    said = {i.item_id: i.disposition for i in own}
    ordered = {i.item_id for i in own if i.outcome in ENDING}
    items = read_rows(Item, "customer_id", [customer.pk], with_=("location",))
    contracts = read_rows(Contract, "customer_id", [customer.pk], order="t.ends_on")
    covered = read_covered(contracts)
    ports = read_rows(
        Port, "item_id", [i.pk for i in items], order="t.item_id, t.expected_on, t.id"
    )
    return domain.Account(
        timezone=customer.timezone,
        locale=customer.locale,
        currency=customer.currency,
        billing_anchor=customer.billing_anchor,
        balance=customer.balance,
        final_bill=read_final_bill(case) if case else None,
        inventory_problem=customer.inventory_problem,
        items=tuple(
            domain.Item(
                id=str(i.pk),
                kind=i.kind,
                label=i.label or i.identifier,
                product=i.product,
                identifier=i.identifier,
                parent_id=str(i.parent_id) if i.parent_id else None,
                location_id=str(i.location_id) if i.location_id else None,
                location_name=i.location.name if i.location else "",
                monthly_price=i.monthly_price,
                status=i.status,
                assigned_to=i.assigned_to,
                protected=i.protected,
                disposition=said.get(i.pk, ""),
                ordered=i.pk in ordered,
                ended_on=local_date(i.status_at, customer.timezone)
                if i.status == "ended" and i.status_at
                else None,
            )
            for i in items
        ),
        contracts=tuple(
            domain.Contract(
                id=str(c.pk),
                starts_on=c.starts_on,
                ends_on=c.ends_on,
                monthly_amount=c.monthly_amount,
                item_ids=frozenset(covered.get(c.pk, ())),
            )
            for c in contracts
        ),
        ports=tuple(
            domain.Port(
                item_id=str(p.item_id),
                status=p.status,
                expected_on=p.expected_on,
                carrier=p.carrier,
            )
            for p in ports
        ),
    )


def read_covered(contracts: Iterable[Contract]) -> dict[int, list[str]]:
    """The services of each contract, by its id. One query, or none."""
    covered: dict[int, list[str]] = {}
    for link in read_rows(Contract.items.through, "contract_id", [c.pk for c in contracts]):
        covered.setdefault(link.contract_id, []).append(str(link.item_id))
    return covered


def read_final_bill(case: Case) -> domain.FinalBill | None:
    """The bill after which this case's account closes, once it is awaited (R50)."""
    bill = case.final_bill
    return domain.FinalBill(status=bill.status, amount=bill.amount) if bill else None


def plan_call(
    *,
    policy: Policy,
    account: domain.Account,
    item_ids: Iterable[int],
    received_at: datetime,
    wished_on: date | None,
    questions: int,
    now: datetime,
    by_link: bool = False,
) -> domain.Plan:
    """The plan of a call that is still going on: nothing is stored."""
    request = domain.Request(
        received_at=received_at,
        item_ids=frozenset(str(i) for i in item_ids),
        wished_on=wished_on,
        state=State.INTAKE,
        questions_open=questions,
        by_link=by_link,
    )
    return domain.plan(policy, request, account, now)


def plan_case(case: Case, *, now: datetime, wished_on: date | None = None) -> domain.Plan:
    """The plan of a case as it stands; `wished_on` tries another date without storing it."""
    account = read_account(case.customer, case=case)
    return plan_with(case, account, now=now, wished_on=wished_on)


def plan_with(
    case: Case, account: domain.Account, *, now: datetime, wished_on: date | None = None
) -> domain.Plan:
    """The same from an account that was read already."""
    return domain.plan(case.rules, read_request(case, wished_on=wished_on), account, now)


def plan_case_timers(case: Case, *, now: datetime) -> dict[str, datetime]:
    """The timers of the plan alone, from the case's own row: no query beside its policy's."""
    return domain.find_timers(case.rules, read_facts(case), case.zone, now)


def read_request(case: Case, *, wished_on: date | None = None) -> domain.Request:
    """What the domain must know of the case: its scope and the facts so far."""
    return replace(
        read_facts(case, wished_on=wished_on),
        item_ids=frozenset(str(i.item_id) for i in case.items.all()),
        acknowledged=frozenset(str(i.item_id) for i in case.items.all() if i.loss_accepted),
        questions_open=sum(q.is_open for q in case.questions.all()),
    )


def read_facts(case: Case, *, wished_on: date | None = None) -> domain.Request:
    """What happened so far, without the scope."""
    moving = wished_on is not None
    return domain.Request(
        received_at=case.notice_started_at,
        called_at=case.received_at,
        item_ids=frozenset(),
        wished_on=wished_on or case.wished_on,
        state=State.IN_REVIEW if moving and case.status is State.SCHEDULED else case.status,
        asked_at=case.asked_at,
        ask_paused=bool(case.ask_paused_because),
        reminders_accepted=tuple(case.reminders_accepted),
        confirmed_at=case.confirmed_at,  # a notice from the confirmation does not restart (R4)
        effective_on=None if moving else case.effective_on,
        executed_at=case.executed_at,
        restore_asked_at=case.restore_asked_at,
        grace_ends_at=case.grace_ends_at,
        final_notice_accepted_at=case.final_notice_at,
        agreed_fee=case.agreed_fee,
        agreed_on=case.agreed_on,
        ended_at=case.ended_at,
    )
