"""Every deed at every level, asked of the one gate that all actions go through (G15)."""

from __future__ import annotations

from itertools import product

import pytest

from cases.actions.base import RIGHTS, Actor, NotAllowed, check_actor
from cases.domain.trust import LEAST, Deed, Level
from cases.models import Case
from tests.cases.build import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.guarantee("G15")]


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=1)


def is_refused(actor: Actor, case: Case, deed: Deed | None) -> bool:
    try:
        check_actor(actor, deed=None, trusted=deed, case=case)
    except NotAllowed:
        return True
    return False


def test_the_gate_says_what_the_table_says(desk: Desk) -> None:
    """Seen to fail without `trust.may` in `check_customer`."""
    case = desk.open()
    allowed = {
        (deed, level)
        for deed, level in product(Deed, Level)
        if not is_refused(Actor.customer(desk.contact, level), case, deed)
    }
    assert allowed == {(d, level) for d, level in product(Deed, Level) if level >= LEAST[d]}


def test_nobody_is_trusted_with_another_customers_case(desk: Desk) -> None:
    """Seen to fail without the comparison of customers in `check_customer`."""
    case, stranger = desk.open(), Desk(items=1).contact
    assert all(is_refused(Actor.customer(stranger, Level.L3), case, deed) for deed in Deed)


def test_an_action_that_names_no_trust_is_not_for_customers(desk: Desk) -> None:
    """Seen to fail when a missing `trusted` was a yes."""
    assert is_refused(Actor.customer(desk.contact, Level.L3), desk.open(), None)


def test_a_right_is_needed_beside_the_level(desk: Desk) -> None:
    """Seen to fail without RIGHTS in `check_customer`."""
    case = desk.open()
    desk.contact.may_cancel = desk.contact.may_restore = False
    refused = {d for d in Deed if is_refused(Actor.customer(desk.contact, Level.L3), case, d)}
    assert refused == set(RIGHTS)
