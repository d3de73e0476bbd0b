"""Rows read by a written statement are those that the ORM reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from cases.models import Case, Event
from cases.models.rows import read_rows
from cases.queries.case import WITH, find_case
from tests.cases.build import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def read_values(row: models.Model | None) -> dict[str, Any] | None:
    fields = row._meta.concrete_fields if row else ()
    return {field.name: getattr(row, field.attname) for field in fields} if row else None


def follow(row: models.Model, path: str) -> models.Model | None:
    for name in filter(None, path.split("__")):
        row = getattr(row, name)
    return row


def test_rows_and_what_they_point_at_are_as_the_orm_reads_them(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    case = desk.reply(desk.ask(desk.open()), "Jim & Jo").thread.case
    with django_assert_num_queries(1):
        [mine] = read_rows(Case, "number", [case.number, None], with_=WITH)
        rows = {path: follow(mine, path) for path in ["", *WITH]}
    orm = Case.objects.get(pk=case.pk)
    for path, row in rows.items():
        assert read_values(row) == read_values(follow(orm, path)), path
    assert rows["final_bill"] is None
    assert mine.policy_version.rules == orm.policy_version.rules


def test_a_column_left_out_is_read_when_it_is_asked_for(desk: Desk) -> None:
    case = desk.open()
    lines = read_rows(Event, "case_id", [case.pk], order="t.sequence DESC", without=("summary",))
    assert [line.pk for line in lines] == [e.pk for e in case.events.order_by("-sequence")]
    assert lines[0].get_deferred_fields() == {"summary"}
    assert lines[0].summary
    assert read_rows(Event, "case_id", []) == []


def test_a_case_comes_with_its_questions_and_services_in_three_queries(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    case = desk.ask(desk.open())
    with django_assert_num_queries(4):  # and one for the brands of who asks
        found = find_case(number=case.number, user=desk.agent)
        assert found is not None
        assert [q.case for q in found.questions.all()] == [found]
        assert {i.item.customer_id for i in found.items.all()} == {found.customer_id}
        assert found.customer.brand == found.brand
    assert find_case(number="nonsense", user=desk.agent) is None
