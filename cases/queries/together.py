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


@dataclass(frozen=True, kw_only=True)
class Written:
    """Questions as they go to the database; they can be kept, and asked again and again."""

    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]

    def ask(self) -> dict[str, Any]:
        """The answers by name. One query."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return dict(zip(self.names, cursor.fetchone(), strict=True))


def ask(**questions: Question) -> dict[str, Any]:
    """The answers by name. One query."""
    return write(**questions).ask()


def write(**questions: Question) -> Written:
    """The questions as one statement: Django's own SQL."""
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
    sql = f"SELECT {', '.join(columns)}"
    return Written(sql=sql, params=tuple(params), names=tuple(questions))
