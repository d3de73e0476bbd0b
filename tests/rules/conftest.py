"""The rules are proven on the real parts: PostgreSQL, an SMTP server, the desk's own sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from cases.models import Case
from tests.cases.build import Desk
from tests.notifications.conftest import sink  # noqa: F401
from tests.notifications.sink import Sink
from tests.rules.helpers import DONE, SOME_DAYS_LATER, in_grace
from tests.scene import play_once


@pytest.fixture(autouse=True)
def _mail_is_taken(sink: Sink) -> None:  # noqa: F811
    """By the customer's mail server, whether a test looks at it or not."""


@pytest.fixture
def desk(db: None) -> Desk:
    """A brand with the phone policy, a customer in Chicago with three extensions, an agent."""
    return Desk()


@pytest.fixture(scope="module")
def taken_down(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Desk, Case]]:
    with play_once(django_db_blocker):
        desk = Desk()
        yield desk, in_grace(desk, at=DONE)


@pytest.fixture
def down(taken_down: tuple[Desk, Case], db: None) -> Callable[..., tuple[Desk, Case]]:
    """A case whose services are down and may come back, some days later or `at` an instant."""

    def wait(at: datetime | None = None) -> tuple[Desk, Case]:
        desk, case = deepcopy(taken_down)
        desk.go_to(at or SOME_DAYS_LATER)
        return desk, desk.read(case)

    return wait
