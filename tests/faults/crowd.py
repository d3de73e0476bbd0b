"""A thousand cases out of one: rows cloned in the database, each with a history of its own.

The actions would take minutes. What points at a cloned row points at the same clone; the chain of
events begins anew, so that it can be verified at the end.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from cases.models import Case, Event

STRIDE = 1_000_000  # more than any id that the sequences reach
CLONED = (
    "accounts.Customer", "accounts.Contact", "accounts.Item", "notifications.Thread",
    "cases.Case", "cases.CaseItem", "cases.Promise", "cases.Question", "cases.Timer",
)  # fmt: skip
LETTERS = "translate(md5({} || n), '0189', 'ghij')"
UNIQUE = {
    ("accounts.Customer", "account_number"): "account_number || '-' || n",
    ("accounts.Contact", "email"): "n || '.' || email",
    ("notifications.Thread", "token"): LETTERS.format("token"),
    ("cases.Case", "number"): "number || n",
    ("cases.Case", "last_sequence"): "0",
    ("cases.Case", "last_hash"): "''",
}


def clone_case(case: Case, *, copies: int, first: int = 1) -> list[int]:
    """Return the keys of `copies` cases that stand where `case` stands, numbered from `first`."""
    chosen = {
        "accounts.Customer": f"id = {case.customer_id}",
        "notifications.Thread": f"id = {case.thread_id}",
        "cases.Case": f"id = {case.pk}",
        "accounts.Contact": f"customer_id = {case.customer_id}",
        "accounts.Item": f"customer_id = {case.customer_id}",
    }
    with connection.cursor() as cursor:
        for label in CLONED:
            model = apps.get_model(label)
            fields = [f for f in model._meta.concrete_fields if not f.generated]
            columns = {f.column: make_value(model, f) for f in fields}
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"
                f" SELECT {', '.join(columns.values())} FROM {model._meta.db_table},"
                f" generate_series({first}, {first + copies - 1}) n"
                f" WHERE {chosen.get(label, f'case_id = {case.pk}')}"
            )
    return [case.pk + n * STRIDE for n in range(first, first + copies)]


def make_value(model: type[Model], field: Any) -> str:
    """The SQL of one column of clone `n`."""
    label = model._meta.label
    if (label, field.name) in UNIQUE:
        return UNIQUE[label, field.name]
    cloned = field.is_relation and field.related_model._meta.label in CLONED
    if field.primary_key or cloned:
        return f"{field.column} + n::bigint * {STRIDE}"
    return field.column


def check_histories(keys: list[int]) -> None:
    """Every history is numbered without a gap, and is as it was written (G16)."""
    from cases.queries.history import verify_history

    found = Case.objects.filter(pk__in=keys)
    assert [str(each) for each in verify_history(found)] == []
    assert Event.objects.filter(case__in=keys).exists()
