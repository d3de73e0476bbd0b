"""A worker that is asked again, because nobody knows what became of the first time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import factories
from tests.cases.build import Desk
from tests.soak import hands
from tests.soak.hands import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    """What a worker remembers of its year belongs to another database here."""
    hands.read_agent.cache_clear()
    yield
    hands.read_agent.cache_clear()


def test_what_was_lost_is_done_though_something_else_was_done_at_the_same_instant() -> None:
    """Seed 1 with 1,500 cases: a call was taken, its question got lost with a killed worker."""
    desk = Desk()
    factories.make_user(username="agent")
    case = desk.open()
    job = Job(name="ask", given={"case": case.pk}, seen=case.last_sequence, again=True)

    assert not hands.run(job, desk.now).refused
    case.refresh_from_db()
    assert case.state == "awaiting_customer"


def test_what_was_done_before_anybody_heard_of_it_is_not_done_twice() -> None:
    desk = Desk()
    factories.make_user(username="agent")
    case = desk.open()
    job = Job(name="ask", given={"case": case.pk}, seen=case.last_sequence)
    first = hands.run(job, desk.now)

    again = hands.run(Job(name="ask", given=job.given, seen=job.seen, again=True), desk.now)
    assert again == first
    assert case.events.filter(kind="asked").count() == 1
