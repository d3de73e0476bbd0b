"""Several small questions to the database in one round trip: what every page asks on its side."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def count_together(**rows: QuerySet[Any]) -> dict[str, int]:
    """How many each of these has. One query."""
    return ask("(SELECT COUNT(*) FROM ({}) AS counted)", rows, nothing="0")


def exist_together(**rows: QuerySet[Any]) -> dict[str, bool]:
    """Whether each of these has any. One query."""
    return ask("EXISTS ({})", rows, nothing="FALSE")


def ask(form: str, rows: dict[str, QuerySet[Any]], *, nothing: str) -> dict[str, Any]:
    """One SELECT whose columns are made of whole queries; what can have no row is not asked."""
    columns: list[str] = []
    params: list[Any] = []
    for queryset in rows.values():
        try:
            sql, given = queryset.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            columns.append(nothing)
            continue
        columns.append(form.format(sql))
        params += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", params)  # Django's own SQL
        return dict(zip(rows, cursor.fetchone(), strict=True))
