"""Cases as a list shows them: one written statement, and no model for each of its rows.

For the fifty rows of a queue Django took longer to write the statement and to make two hundred
models of the answer than PostgreSQL to give it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from accounts.scoping import brand_ids_of

# What a list is narrowed by: SQL of our own about the table `c`, and the value in its place.
Condition = tuple[str, Any]


class Party(NamedTuple):
    """A customer, a brand or an owner by name; of a customer also the IANA zone."""

    name: str
    timezone: str = ""

    def __str__(self) -> str:
        return self.name


class CaseRow(NamedTuple):
    """A case in a list, with what stands beside it: the next timer's kind, why one is held, the
    oldest to-do, and how many services, failed services and open questions it has."""

    pk: int
    number: str
    turn: str
    state: str
    state_since: datetime
    received_at: datetime
    due_at: datetime | None
    due_order: datetime
    effective_on: date | None
    grace_ends_at: datetime | None
    ask_paused_because: str
    whole_account: bool
    reason: str
    customer_id: int
    next_kind: str | None
    held: str | None
    todo_reason: str | None
    items_count: int
    failed_count: int
    open_questions: int
    customer: Party
    brand: Party
    owner: Party | None


TIMER = "cases_timer t WHERE t.case_id = c.id AND t.fired_at IS NULL AND t.cancelled_at IS NULL"
ITEMS = "SELECT count(*) FROM cases_caseitem i WHERE i.case_id = c.id"
SELECT = f"""
SELECT c.id, c.number, c.turn, c.state, c.state_since, c.received_at, c.due_at, c.due_order,
       c.effective_on, c.grace_ends_at, c.ask_paused_because, c.whole_account, c.reason,
       c.customer_id,
       (SELECT t.kind FROM {TIMER} ORDER BY t.due_at LIMIT 1),
       (SELECT t.held_because FROM {TIMER} AND t.held_because <> '' ORDER BY t.due_at LIMIT 1),
       (SELECT d.reason FROM cases_todo d WHERE d.case_id = c.id AND d.resolved_at IS NULL
        ORDER BY d.created_at LIMIT 1),
       ({ITEMS}), ({ITEMS} AND i.outcome IN ('failed', 'stopped')),
       (SELECT count(*) FROM cases_question q WHERE q.case_id = c.id
        AND q.answered_at IS NULL AND q.withdrawn_at IS NULL),
       k.name, k.timezone, b.name,
       coalesce(nullif(btrim(concat(o.first_name, ' ', o.last_name)), ''), o.username)
FROM cases_case c
JOIN accounts_customer k ON k.id = c.customer_id
JOIN accounts_brand b ON b.id = c.brand_id
LEFT JOIN accounts_user o ON o.id = c.owner_id
"""  # noqa: S608 - all of it stands here


def read_case_rows(
    conditions: Sequence[Condition], *, order: str = "c.id", limit: int
) -> list[CaseRow]:
    """Return the cases that fit, as `order` says (SQL of our own). One query."""
    where, values = write_where(conditions)
    with connection.cursor() as cursor:
        cursor.execute(f"{SELECT}{where} ORDER BY {order} LIMIT %s", [*values, limit])
        return [make_row(line) for line in cursor.fetchall()]


def make_row(line: tuple[Any, ...]) -> CaseRow:
    *own, customer, zone, brand, owner = line
    owned = None if owner is None else Party(owner)
    return CaseRow._make([*own, Party(customer, zone), Party(brand), owned])


def write_where(conditions: Sequence[Condition]) -> tuple[str, list[Any]]:
    """Return the clause and its values; a condition whose value is a tuple has several places."""
    values: list[Any] = []
    for _, value in conditions:
        values += value if isinstance(value, tuple) else [value]
    clause = " AND ".join(sql for sql, _ in conditions)
    return (f" WHERE {clause}" if clause else ""), values


def seen_by(user: User) -> list[Condition]:
    """Narrow to what this user may see (THREATS 50)."""
    return of_brands(brand_ids_of(user))


def of_brands(brands: Sequence[int] | None) -> list[Condition]:
    """Narrow to these brands; None means all of them. A single one is named, for its index."""
    if brands is None:
        return []
    return [one_of("c.brand_id", brands)]


def one_of(column: str, values: Sequence[int]) -> Condition:
    if len(values) == 1:
        return f"{column} = %s", values[0]
    return f"{column} = ANY(%s)", list(values)
