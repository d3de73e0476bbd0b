"""Rows read by a written statement are those that the ORM reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from cases.models import Case, Event
from cases.models.rows import gather, read_rows
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


def test_what_was_gathered_is_not_asked_again_and_what_else_is_asked_is_of_this_row(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    """Red without the query that is kept with the rows: a filter finds those of all cases."""
    cases = read_rows(Case, "id", [desk.open().pk, Desk().open().pk])
    gather(cases, "events")
    with django_assert_num_queries(0):
        kept = [[event.pk for event in case.events.all()] for case in cases]
        assert all(event.case is case for case in cases for event in case.events.all())
    assert all(kept)
    assert [list(c.events.filter(pk__gt=0).values_list("pk", flat=True)) for c in cases] == kept
