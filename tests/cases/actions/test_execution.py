"""Retries of what failed or was stopped."""

import pytest

from cases.actions import orders, repair
from cases.actions.base import NotPossible
from tests.cases.build import Desk
from tests.rules.helpers import chicago, outcomes

pytestmark = pytest.mark.django_db

DONE = chicago(2026, 10, 21, 0, 1)


@pytest.fixture
def desk(db, sink) -> Desk:
    return Desk()


def fail(desk: Desk, **config) -> None:
    desk.brand.provisioning = {"adapter": "sandbox", **config}
    desk.brand.save()


def test_nothing_to_retry_before_the_date(desk):
    case = desk.confirm(desk.open())
    with pytest.raises(NotPossible, match="nothing to retry"):
        desk.do(repair.retry_item, case)


def test_one_item_is_retried_alone(desk):
    fail(desk, fail_verbs=["deactivate"])
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    fail(desk)
    first = case.items.first()
    desk.do(repair.retry_item, case, case_item_id=first.pk)
    desk.run()
    assert outcomes(case) == ["deactivated", "failed", "failed"]
    assert desk.read(case).state == "executing"


def test_pauses_between_attempts_grow(desk):
    fail(desk, fail_verbs=["deactivate"])
    case = desk.confirm(desk.open(item_ids=[desk.customer.items.first().pk]))
    desk.go_to(DONE)
    pauses = []
    for _ in range(6):
        item = case.items.get()
        pauses.append(int((item.next_attempt_at - desk.now).total_seconds()))
        desk.now = item.next_attempt_at
        desk.run()
    assert pauses == [60, 300, 900, 3600, 14400, 14400]


def test_an_unknown_adapter_is_a_failure_that_a_person_sees(desk):
    fail(desk, adapter="no such thing")
    case = desk.confirm(desk.open())
    desk.go_to(DONE)
    assert desk.read(case).state == "executing"
    assert "no such thing" in case.items.first().detail


def test_an_answer_that_cannot_be_written_stops_no_other(desk, monkeypatch):
    case = desk.confirm(desk.open())
    broken = case.items.first()
    real = orders.take_answer

    def explode(change, case_item, asked):
        if case_item.pk == broken.pk:
            raise RuntimeError("a bug")
        real(change, case_item, asked)

    monkeypatch.setattr(orders, "take_answer", explode)
    desk.go_to(DONE)
    assert outcomes(case) == ["deactivating", "deactivated", "deactivated"]
