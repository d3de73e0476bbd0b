"""What can be used no more is forgotten, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.actions import cleaning
from cases.actions.codes import send_code
from cases.actions.links import make_start_link
from cases.models import Code, Link
from cases.sweep import sweep_once
from tests.cases.build import Desk

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def desk(db) -> Desk:
    return Desk(items=1)


def test_a_link_goes_a_month_after_it_ended(desk: Desk) -> None:
    link, _ = make_start_link(contact=desk.contact, now=desk.now)
    over = link.expires_at + cleaning.LINKS_STAY
    assert cleaning.forget(now=over) == 0
    live, _ = make_start_link(contact=desk.contact, now=over)
    assert cleaning.forget(now=over + SECOND) == 1
    assert list(Link.objects.all()) == [live]


def test_a_code_goes_a_day_after_it_ended(desk: Desk) -> None:
    case = desk.open()
    send_code(case_id=case.pk, contact=desk.contact, client="192.0.2.1", now=desk.now)
    code = Code.objects.get()
    assert cleaning.forget(now=code.expires_at + cleaning.CODES_STAY) == 0
    assert sweep_once(now=code.expires_at + cleaning.CODES_STAY + SECOND).forgotten == 1
    assert not Code.objects.exists()


def test_a_proof_outlives_its_code_as_long_as_it_counts() -> None:
    from cases.actions.codes import CODE_FOR, PROOF_FOR

    assert cleaning.CODES_STAY + CODE_FOR > PROOF_FOR + CODE_FOR


def test_one_sweep_takes_a_bounded_number(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr(cleaning, "MOST", 2)
    for _ in range(3):
        make_start_link(contact=desk.contact, now=desk.now)
    later = desk.now + timedelta(days=99)
    assert [cleaning.forget(now=later) for _ in range(3)] == [2, 1, 0]
