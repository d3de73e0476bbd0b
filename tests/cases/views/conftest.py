"""A signed-in agent on a desk whose clock stands at the call."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cases.build import CALL, Desk


@pytest.fixture(autouse=True)
def at_the_call(time_machine) -> None:
    """Views read the clock: it stands where the test's desk stands."""
    time_machine.move_to(CALL, tick=False)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk(items=4)


@pytest.fixture
def agent(desk: Desk, client: Client) -> Client:
    client.force_login(desk.agent)
    return client
