"""Several small questions to the database in one round trip: what every page asks on its side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True, kw_only=True)
class Question:
    """A column made of a whole query; `nothing` stands for a query that can have no row."""

    form: str
    rows: QuerySet[Any, Any]
    nothing: str


def count(rows: QuerySet[Any], *, most: int | None = None) -> Question:
    """How many there are; with `most`, no more than so many are counted."""
    some = rows.order_by().values("pk")[:most]
    return Question(form="(SELECT COUNT(*) FROM ({}) AS counted)", rows=some, nothing="0")


def exists(rows: QuerySet[Any]) -> Question:
    """Whether there are any."""
    return Question(form="EXISTS ({})", rows=rows.order_by().values("pk"), nothing="FALSE")


def value(rows: QuerySet[Any, Any]) -> Question:
    """What stands in the one row of one column, or None."""
    return Question(form="({})", rows=rows, nothing="NULL")


def ask(**questions: Question) -> dict[str, Any]:
    """The answers by name. One query."""
    columns: list[str] = []
    params: list[Any] = []
    for question in questions.values():
        try:
            sql, given = question.rows.query.sql_with_params()
        except EmptyResultSet:
            columns.append(question.nothing)
            continue
        columns.append(question.form.format(sql))
        params += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", params)  # Django's own SQL
        return dict(zip(questions, cursor.fetchone(), strict=True))
